package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.kernel.KernelProfile;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Reads a recording to its end and monitors it. */
public final class RecordingCheck {

    private final Surroundings surroundings;
    private final KernelProfile profile;

    /** @param profile whose allocator it is */
    public RecordingCheck(Surroundings surroundings, KernelProfile profile) {
        this.surroundings = surroundings;
        this.profile = profile;
    }

    /**
     * What reading a recording came to.
     *
     * @param lines of the recording
     * @param events that were looked at
     * @param others events that are not looked at
     * @param unreadable events that lack something
     * @param firstUnreadable where the first of them is, and why; empty for none
     * @param lost events that the recording says are missing
     * @param lostUncounted whether more are missing and nobody counted them
     * @param cutOff whether the last line is incomplete
     * @param stopped whether somebody wanted it to end
     * @param counts what was checked
     * @param reserved bytes that were reserved for devices, by their names, where the allocator was seen from its beginning
     */
    public record Result(
            long lines,
            long events,
            long others,
            long unreadable,
            String firstUnreadable,
            long lost,
            boolean lostUncounted,
            boolean cutOff,
            boolean stopped,
            Counts counts,
            Map<String, List<Extent>> reserved) {

        public Result {
            reserved = Map.copyOf(reserved);
        }

        /** Whether something is missing, so that nothing can be said of the whole. */
        public boolean isIncomplete() {
            return counts.lossPoints() > 0 || stopped;
        }
    }

    /**
     * Reads and checks.
     *
     * @param in closed at the end
     * @param findings told of each finding when it shows
     * @param stop asked now and then
     * @throws IOException if it cannot be read further
     */
    public Result run(InputStream in, Consumer<Finding> findings, BooleanSupplier stop) throws IOException {
        Monitor monitor = new Monitor(surroundings, profile, findings);
        try (RecordingReader reader = new RecordingReader(in)) {
            Event event = new Event();
            boolean stopped = false;
            RecordingReader.Line line = reader.next(event);
            monitor.setCpus(reader.cpus());
            while (line != RecordingReader.Line.END && !stopped) {
                if (line == RecordingReader.Line.LOST) {
                    monitor.lost();
                } else {
                    monitor.accept(event);
                }
                stopped = (reader.events() & 0x3ff) == 0 && stop.getAsBoolean();
                if (!stopped) {
                    line = reader.next(event);
                }
            }
            return new Result(
                    reader.lines(),
                    reader.events(),
                    reader.others(),
                    reader.unreadable(),
                    reader.firstUnreadable() == 0
                            ? ""
                            : "line " + reader.firstUnreadable() + ": " + reader.firstReason(),
                    reader.lost(),
                    reader.isLostUncounted(),
                    reader.isCutOff(),
                    stopped,
                    monitor.counts(),
                    monitor.reserved());
        }
    }
}
