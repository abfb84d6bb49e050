package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.model.kernel.KernelProfile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A finding together with the lines of the recording from which it follows: reading them again, with the same surroundings, comes to the
 * same finding in the last of them.
 *
 * @param finding what was found
 * @param source the recording, as the user named it; for messages only
 * @param profile whose allocator it is
 * @param surroundings what was known of the devices
 * @param lines in the order of the recording
 * @param isMinimal whether it was tried that no line can be left out
 */
public record RecordedFinding(
        Finding finding,
        String source,
        KernelProfile profile,
        Surroundings surroundings,
        List<RecordedLine> lines,
        boolean isMinimal) {

    public RecordedFinding {
        lines = List.copyOf(lines);
    }

    /**
     * A line of a recording.
     *
     * @param number from 1, as in the recording
     * @param text without its end
     */
    public record RecordedLine(long number, String text) {}

    /** With fewer lines. */
    public RecordedFinding with(List<RecordedLine> fewer, boolean minimal) {
        return new RecordedFinding(finding, source, profile, surroundings, fewer, minimal);
    }

    /** What reading the lines comes to: the same finding, or empty if there is none like it in its line. */
    public Optional<Finding> again() {
        return findings().stream()
                .filter(each -> each.line() == finding.line() && each.isLike(finding))
                .findFirst();
    }

    /** All that reading the lines comes to. */
    public List<Finding> findings() {
        List<Finding> found = new ArrayList<>();
        Monitor monitor = new Monitor(surroundings, profile, found::add);
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line.text()).append('\n'));
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        try (RecordingReader reader = new RecordingReader(new ByteArrayInputStream(bytes))) {
            Event event = new Event();
            for (RecordingReader.Line line = reader.next(event);
                    line != RecordingReader.Line.END;
                    line = reader.next(event)) {
                if (line == RecordingReader.Line.LOST) {
                    monitor.lost();
                } else {
                    event.line = lines.get((int) event.line - 1).number();
                    monitor.accept(event);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
        return found;
    }
}
