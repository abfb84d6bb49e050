package dev.iovacheck.counterexamples.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.trace.Provenance;
import dev.iovacheck.counterexamples.trace.TraceFile;
import dev.iovacheck.counterexamples.trace.TraceFileException;
import dev.iovacheck.counterexamples.trace.TraceFileReader;
import dev.iovacheck.counterexamples.trace.TraceFileWriter;
import dev.iovacheck.model.kernel.KernelProfile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A finding is taken out of its recording, written, read, found again and made small. */
class RecordedFindingTest {

    private static RecordedFinding recorded(List<String> lines, String id) throws IOException {
        Surroundings surroundings = Recordings.surroundings(Recordings.STRICT);
        Finding finding = Recordings.check(lines, surroundings).findings().get(0);
        assertEquals(id, finding.id());
        byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        return new Extraction(() -> new ByteArrayInputStream(text), 0, surroundings, KernelProfile.V6_1)
                .of(finding, "trace.txt")
                .orElseThrow();
    }

    private static List<String> overlapping() {
        List<String> lines = new ArrayList<>(Recordings.lines(Recordings.STRICT));
        int at = IntStream.range(3000, lines.size())
                .filter(index -> lines.get(index).contains(": map: "))
                .findFirst()
                .orElseThrow();
        lines.add(at + 1, lines.get(at - 1));
        lines.add(at + 2, lines.get(at));
        return lines;
    }

    /** The kernel takes another range than the one that it cached last. */
    private static List<String> unexplained() {
        List<String> lines = new ArrayList<>(Recordings.lines(Recordings.STRICT));
        int at = IntStream.range(200, lines.size())
                .filter(index -> lines.get(index).contains(": fastret: ")
                        && lines.get(index - 1).contains(": fast: "))
                .findFirst()
                .orElseThrow();
        lines.set(at, lines.get(at).replaceFirst("pfn=0x.*", "pfn=0xbffff"));
        return lines;
    }

    @Test
    void overlapComesToTwoMaps() throws IOException {
        RecordedFinding recorded = recorded(overlapping(), "no-live-overlap");
        RecordedFinding small = RecordedShrinker.shrink(recorded, () -> false).recorded();
        List<String> events = small.lines().stream()
                .map(line -> line.text().replaceFirst(".*: (dommap|map|domattach|want): .*", "$1"))
                .toList();
        // Who the domain belongs to is in the words of the finding.
        assertEquals(List.of("want", "dommap", "map", "dommap", "map"), events);
        assertTrue(small.isMinimal());
        assertEquals(recorded.finding(), small.again().orElseThrow());
    }

    @Test
    void aResultThatTheModelDoesNotHaveKeepsWhatTheModelNeeds() throws IOException {
        RecordedFinding recorded = recorded(unexplained(), Finding.LOCK_STEP);
        RecordedFinding small = RecordedShrinker.shrink(recorded, () -> false).recorded();
        assertTrue(small.lines().size() < 30, () -> small.lines().toString());
        assertTrue(small.lines().stream().anyMatch(line -> line.text().contains(": dominit: ")));
        assertTrue(small.lines().stream().anyMatch(line -> line.text().contains(": freefast: ")));
        assertEquals(recorded.finding(), small.again().orElseThrow());
    }

    @Test
    void filesKeepIt() throws IOException, TraceFileException {
        RecordedFinding recorded = recorded(overlapping(), "no-live-overlap");
        RecordedFinding small = RecordedShrinker.shrink(recorded, () -> false).recorded();
        TraceFile file = new TraceFile(
                new Provenance("1", "", "17", "monitor", OptionalLong.empty()), List.of(), List.of(small));
        String text = TraceFileWriter.of(file);
        TraceFile read = TraceFileReader.read("found.json", text);
        assertEquals(text, TraceFileWriter.of(read));
        RecordedFinding again = read.recordings().get(0);
        assertEquals(small.lines(), again.lines());
        assertEquals(small.surroundings(), again.surroundings());
        assertEquals(small.finding().line(), again.again().orElseThrow().line());
    }

    @Test
    void whatWasTooLongAgoIsNotConfirmed() throws IOException {
        List<String> lines = unexplained();
        Finding finding = Recordings.check(lines, Surroundings.NONE).findings().get(0);
        int skipped = (int) finding.line() - 50;
        byte[] text = (String.join("\n", lines.subList(skipped, lines.size())) + "\n").getBytes(StandardCharsets.UTF_8);
        assertTrue(new Extraction(() -> new ByteArrayInputStream(text), skipped, Surroundings.NONE, KernelProfile.V6_1)
                .of(finding, "-")
                .isEmpty());
    }

    @Test
    void aPipeIsRemembered() throws IOException {
        String text = "first\nsecond line\nthird\nfourth\n";
        RecentBytes recent = new RecentBytes(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 20);
        recent.readAllBytes();
        assertEquals("third\nfourth\n", new String(recent.again().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(2, recent.forgottenLines());
        RecentBytes all = new RecentBytes(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 200);
        all.readAllBytes();
        assertEquals(text, new String(all.again().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, all.forgottenLines());
    }
}
