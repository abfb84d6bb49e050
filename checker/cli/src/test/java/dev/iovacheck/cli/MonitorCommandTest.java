package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of a running kernel as users check them. */
class MonitorCommandTest {

    private static final Path ROOT = Path.of(System.getProperty("iovacheck.root", "../.."));
    private static final String PLACE = "/dev/iovacheck/counterexamples/monitor/vtd-strict-1cpu";

    @TempDir
    private Path folder = Path.of("");

    private List<String> lines = List.of();

    @BeforeEach
    void unpack() throws IOException {
        try (InputStream in = MonitorCommandTest.class.getResourceAsStream(PLACE + ".txt.gz")) {
            Files.write(folder.resolve("trace.txt.gz"), in.readAllBytes());
        }
        try (InputStream in = MonitorCommandTest.class.getResourceAsStream(PLACE + "-sysfs.txt")) {
            Files.write(folder.resolve("sysfs.txt"), in.readAllBytes());
        }
        try (InputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve("trace.txt.gz")))) {
            lines = List.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n"));
        }
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    /** A map of the doorbells' region; where it stands. */
    private int plant(String name) throws IOException {
        List<String> changed = new ArrayList<>(lines);
        int at = IntStream.range(4000, lines.size())
                .filter(index -> lines.get(index).contains(": map: "))
                .findFirst()
                .orElseThrow();
        String size = lines.get(at).replaceFirst(".* size=", "");
        long end = 0xfee0_0000L + Long.parseLong(size);
        changed.set(
                at,
                lines.get(at)
                        .replaceFirst("iova=\\S+ - \\S+", String.format("iova=0x%016x - 0x%016x", 0xfee0_0000L, end)));
        changed.set(at - 1, lines.get(at - 1).replaceFirst("iova=\\S+", "iova=0xfee00000"));
        Files.writeString(folder.resolve(name), String.join("\n", changed) + "\n");
        return at + 1;
    }

    @Test
    void aCleanRecording() {
        CommandLineRun run = CommandLineRun.of("monitor", "--board", file("sysfs.txt"), file("trace.txt.gz"));
        assertEquals(0, run.code(), run.out());
        assertEquals("""
                recording: FOLDER/trace.txt.gz, 12,336 lines, 12,297 events, 27 events of other kinds
                maps:      2,209 maps and 1,097 unmaps in 12 domains, against regions of 16 devices and windows of 0 (FOLDER/sysfs.txt)
                ranges:    1,107 ranges handed out and 1,097 given back by 12 allocators, 12 of them seen from the beginning
                lock step: 569 searches and 538 cached ranges as the model has them
                monitor:   nothing wrong was found (exit 0)
                """, run.out().replace(folder.toString(), "FOLDER"));
    }

    @Test
    void aFindingIsWrittenReplayedAndMadeSmall() throws IOException {
        int line = plant("trace.txt");
        CommandLineRun run = CommandLineRun.of(
                "monitor", "--board", file("sysfs.txt"), "--format", "trace=" + file("found.json"), file("trace.txt"));
        assertEquals(1, run.code(), run.out());
        assertTrue(
                run.out().startsWith(file("trace.txt") + ":" + line + ": error: no-reserved-overlap: [0xfee00000, "),
                run.out());
        assertTrue(run.out().contains("monitor:   1 finding (exit 1)"), run.out());

        CommandLineRun shrunk = CommandLineRun.of("shrink", file("found.json"));
        assertEquals(0, shrunk.code(), shrunk.out() + shrunk.err());
        CommandLineRun replayed = CommandLineRun.of("replay", file("found.small.json"));
        assertEquals(0, replayed.code(), replayed.out() + replayed.err());
        assertTrue(replayed.out().startsWith(file("trace.txt") + ":" + line + ": error: "), replayed.out());
        assertEquals(
                3, replayed.out().lines().filter(each -> each.startsWith("  ")).count(), replayed.out());

        Path small = folder.resolve("found.small.json");
        Files.writeString(small, Files.readString(small).replace("iova=0xfee00000", "iova=0xfed00000"));
        assertEquals(1, CommandLineRun.of("replay", small.toString()).code());
    }

    @Test
    void aPipe() throws IOException {
        int line = plant("trace.txt");
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream(Files.readAllBytes(folder.resolve("trace.txt"))));
            CommandLineRun run = CommandLineRun.of(
                    "monitor", "--board", file("sysfs.txt"), "--format", "trace=" + file("found.json"), "-");
            assertEquals(1, run.code(), run.out());
            assertTrue(run.out().startsWith("<stdin>:" + line + ": error: no-reserved-overlap: "), run.out());
            assertEquals(0, CommandLineRun.of("replay", file("found.json")).code());
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void whatIsMissingIsNoVerdict() throws IOException {
        List<String> changed = new ArrayList<>(lines);
        changed.add(5000, "CPU:0 [LOST 12 EVENTS]");
        Files.writeString(folder.resolve("trace.txt"), String.join("\n", changed) + "\n");
        CommandLineRun run = CommandLineRun.of("monitor", file("trace.txt"));
        assertEquals(3, run.code(), run.out());
        assertTrue(run.out().contains("lost:      12 events, at 1 place"), run.out());
        Files.writeString(folder.resolve("other.txt"), "nothing\n");
        assertEquals(3, CommandLineRun.of("monitor", file("other.txt")).code());
    }

    @Test
    void whatCannotBeRead() {
        CommandLineRun missing = CommandLineRun.of("monitor", file("none.txt"));
        assertEquals(2, missing.code());
        assertEquals(file("none.txt") + ": error: no such file; check the path\n", missing.err());
        CommandLineRun noBoard = CommandLineRun.of("monitor", "--board", file("none"), file("trace.txt.gz"));
        assertEquals(2, noBoard.code());
        assertTrue(noBoard.err().contains("error: "), noBoard.err());
        CommandLineRun form = CommandLineRun.of("monitor", "--format", "html=" + file("x.html"), file("trace.txt.gz"));
        assertEquals(2, form.code());
    }

    @Test
    void theDocumentHasTheScript() throws IOException {
        CommandLineRun run = CommandLineRun.of("record-script");
        assertEquals(0, run.code());
        String document = Files.readString(ROOT.resolve("docs/recording.md"));
        assertTrue(document.contains("```sh\n" + run.out() + "```\n"));
    }
}
