package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.testing.GoldenFile;
import dev.iovacheck.counterexamples.trace.RecordedCounterexample;
import dev.iovacheck.counterexamples.trace.TraceFile;
import dev.iovacheck.counterexamples.trace.TraceFileReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trace files as users make and use them. */
class TraceCommandsTest {

    private static final Path EXAMPLES = Path.of(System.getProperty("iovacheck.root", "../.."), "examples");

    @TempDir
    private Path folder = Path.of("");

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private static String example(String name) {
        return EXAMPLES.resolve(name).toString();
    }

    /** The counterexamples of a report, which everything else in it follows. */
    private static String counterexamples(String report) {
        int begin = report.indexOf("counterexample 1 of ");
        return report.substring(begin, report.indexOf("\ncoverage:", begin) + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hazards/cached-reissued.yaml",
                "hazards/second-device.yaml",
                "hazards/no-group.yaml",
                "known-bugs/B29-timer-at-teardown.yaml",
                "dma/two-phase.yaml",
                "dma/double-unmap.yaml",
                "groups/setup-memory.yaml",
                "known-bugs/B05-depot-kept.yaml",
                "known-bugs/B11b-depot-not-trimmed.yaml",
                "known-bugs/S5-over-queued.yaml"
            })
    void replayPrintsTheBytesOfTheRun(String name) throws IOException {
        CommandLineRun run = CommandLineRun.of(
                "check", "--quiet", "--all-traces", "--format", "trace=" + file("t.json"), example(name));
        assertEquals(0, run.code(), run.err());
        CommandLineRun again = CommandLineRun.of("replay", file("t.json"));
        assertEquals(0, again.code(), again.out() + again.err());
        assertEquals(counterexamples(run.out()) + "replay:   as written down (exit 0)\n", again.out());
        CommandLineRun rewritten = CommandLineRun.of("replay", "--format", "trace", file("t.json"));
        assertEquals(Files.readString(folder.resolve("t.json")), rewritten.out());
    }

    @Test
    void randomWalksWriteThemToo() throws IOException {
        CommandLineRun run = CommandLineRun.of(
                "check",
                "--engine=simulate",
                "--seed=7",
                "--walks=20",
                "--quiet",
                "--format=trace=" + file("t.json"),
                "--format=text=" + file("report.txt"),
                example("hazards/cached-reissued.yaml"));
        assertTrue(Files.readString(folder.resolve("t.json")).contains("\"seed\": \"0x7\""));
        assertEquals(
                run.out(),
                Files.readString(folder.resolve("report.txt"))
                        .replace(BuildInfo.load().toString(), "iovacheck VERSION"));
        assertEquals(0, CommandLineRun.of("replay", file("t.json")).code());
    }

    @Test
    void severalConfigurationsGoIntoOneFile() {
        CommandLineRun run = CommandLineRun.of(
                "check",
                "--quiet",
                "--format=trace=" + file("t.json"),
                example("vpu/none.yaml"),
                example("hazards/wrap.yaml"),
                example("vpu/hardened.yaml"));
        assertEquals(0, run.code(), run.err());
        CommandLineRun again = CommandLineRun.of("replay", "--only", "lower-bound", file("t.json"));
        assertEquals(0, again.code(), again.err());
        assertTrue(again.out().startsWith("counterexample 1 of 1: lower-bound\n"), again.out());
        CommandLineRun none = CommandLineRun.of("replay", "--only", "ring-capacity", file("t.json"));
        assertEquals("there is no counterexample in the file\n", none.out());
    }

    @Test
    void anotherResultIsNamedWithItsStep() throws IOException {
        CommandLineRun.of("check", "--quiet", "--format=trace=" + file("t.json"), example("vpu/none.yaml"));
        String text = Files.readString(folder.resolve("t.json"));
        Files.writeString(folder.resolve("t.json"), text.replace("\"0x60000000\"", "\"0x50000000\""));
        CommandLineRun again = CommandLineRun.of("replay", file("t.json"));
        assertEquals(1, again.code(), again.out());
        assertTrue(again.out().contains("""
                          lower-bound: step 4 of 6 came to address 0x50000000 when it was written down,
                            and comes to address 0x60000000 now
                        replay:   not as written down (exit 1)
                        """.stripIndent()), again.out());
    }

    @Test
    void brokenFilesAreRefusedWithPlaces() throws IOException {
        Files.writeString(folder.resolve("t.json"), "{ \"format\": \"iovacheck-trace/1\", \"engine\": 1 }");
        CommandLineRun run = CommandLineRun.of("replay", file("t.json"));
        assertEquals(2, run.code());
        assertEquals("", run.out());
        assertTrue(run.err().contains(file("t.json") + ":1:44: error: \"engine\" is 1; write a string\n"), run.err());
        assertTrue(run.err().lines().count() > 3, "all at once: " + run.err());
        assertEquals(2, CommandLineRun.of("replay", file("missing.json")).code());
    }

    @Test
    void nothingIsReplacedUnasked() throws IOException {
        Files.writeString(folder.resolve("t.json"), "precious");
        String format = "--format=trace=" + file("t.json");
        CommandLineRun refused = CommandLineRun.of("check", "--quiet", format, example("vpu/none.yaml"));
        assertEquals(2, refused.code());
        assertTrue(refused.err().contains("--force lets it"), refused.err());
        assertEquals("precious", Files.readString(folder.resolve("t.json")));
        assertEquals(
                0,
                CommandLineRun.of("check", "--quiet", "--force", format, example("vpu/none.yaml"))
                        .code());
        assertTrue(Files.readString(folder.resolve("t.json")).startsWith("{"));
        CommandLineRun twice = CommandLineRun.of(
                "check", "--format=trace=" + file("a"), "--format=text=" + file("a"), example("vpu/none.yaml"));
        assertEquals(2, twice.code());
        CommandLineRun both = CommandLineRun.of("check", "--format=trace", "--format=text", example("vpu/none.yaml"));
        assertEquals(2, both.code());
        CommandLineRun elsewhere = CommandLineRun.of("conform", "--format=trace", file("t.jsonl"));
        assertTrue(elsewhere.err().contains("conform has one form, text"), elsewhere.err());
    }

    @Test
    void aConfigurationThatCannotBeReadLeavesNoTrace() {
        CommandLineRun run = CommandLineRun.of("check", "--format=trace=" + file("t.json"), file("no.yaml"));
        assertEquals(2, run.code());
        assertFalse(Files.exists(folder.resolve("t.json")));
    }

    // ---- shrink ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hazards/cached-reissued.yaml",
                "hazards/shared-group.yaml",
                "vpu/none.yaml",
                "interleaving/hardened.yaml",
                "dma/two-phase.yaml",
                "dma/wrong-size.yaml",
                "known-bugs/B11b-depot-not-trimmed.yaml",
                "known-bugs/B29-timer-at-teardown.yaml",
                "known-bugs/S5-over-queued.yaml"
            })
    void whatIsShrunkIsACounterexampleToTheSame(String name) throws Exception {
        CommandLineRun.of("check", "--quiet", "--format=trace=" + file("t.json"), example(name));
        CommandLineRun run = CommandLineRun.of("shrink", "--quiet", file("t.json"));
        assertEquals(0, run.code(), run.out() + run.err());
        CommandLineRun again = CommandLineRun.of("replay", file("t.small.json"));
        assertEquals(0, again.code(), again.out() + again.err());
        TraceFile before = TraceFileReader.read(folder.resolve("t.json"));
        TraceFile after = TraceFileReader.read(folder.resolve("t.small.json"));
        assertEquals(before.counterexamples().size(), after.counterexamples().size());
        for (int index = 0; index < before.counterexamples().size(); index++) {
            RecordedCounterexample old = before.counterexamples().get(index);
            RecordedCounterexample small = after.counterexamples().get(index);
            assertEquals(
                    old.counterexample().invariant(), small.counterexample().invariant());
            assertTrue(small.results().size() <= old.results().size());
            assertTrue(small.isMinimal());
        }
    }

    @Test
    void shrinkingTellsWhatHelped() {
        CommandLineRun.of("check", "--quiet", "--format=trace=" + file("t.json"), example("vpu/none.yaml"));
        CommandLineRun run = CommandLineRun.of("shrink", "--quiet", "--only=lower-bound", file("t.json"));
        GoldenFile.assertMatches("checker/cli", TraceCommandsTest.class, "shrink.txt", run.transcript());
    }

    @Test
    void shrinkingNeverReplacesItsInputAndStopsInTime() {
        CommandLineRun.of(
                "check", "--quiet", "--format=trace=" + file("t.json"), example("hazards/cached-reissued.yaml"));
        CommandLineRun onto =
                CommandLineRun.of("shrink", "--force", "--format=trace=" + file("t.json"), file("t.json"));
        assertEquals(2, onto.code());
        assertTrue(onto.err().contains("is what is read"), onto.err());
        CommandLineRun hasty = CommandLineRun.of("shrink", "--quiet", "--time-limit=1ms", file("t.json"));
        assertEquals(3, hasty.code());
        assertEquals(0, CommandLineRun.of("replay", file("t.small.json")).code());
        CommandLineRun exists = CommandLineRun.of("shrink", "--quiet", file("t.json"));
        assertEquals(2, exists.code(), "the result is not replaced either");
    }

    @Test
    void whatIsNoCounterexampleAnyMoreIsNotShrunk() throws IOException {
        CommandLineRun.of("check", "--quiet", "--format=trace=" + file("t.json"), example("vpu/none.yaml"));
        String text = Files.readString(folder.resolve("t.json"));
        Files.writeString(folder.resolve("t.json"), text.replaceAll("\\{ \"action\": \"add\".*\n", ""));
        CommandLineRun run = CommandLineRun.of("shrink", "--quiet", file("t.json"));
        assertEquals(1, run.code());
        assertTrue(run.out().startsWith("not shrunk: lower-bound"), run.out());
    }

    // ---- other forms ----

    @Test
    void severalFormsAreWrittenAtOnceAndTheSameAgainFromTheTrace() throws IOException {
        List<String> forms = List.of("trace", "mail", "kunit", "html", "svg", "dot");
        List<String> check = new ArrayList<>(List.of("check", "--quiet", example("hazards/cached-reissued.yaml")));
        forms.forEach(form -> check.add("--format=" + form + "=" + file(form)));
        assertEquals(0, CommandLineRun.of(check.toArray(new String[0])).code());
        for (String form : forms) {
            String written = Files.readString(folder.resolve(form));
            assertTrue(written.length() < 1_000_000 && written.endsWith("\n"), form);
            assertEquals(
                    written.replace(BuildInfo.load().toString(), "iovacheck VERSION"),
                    CommandLineRun.of("replay", "--format=" + form, file("trace"))
                            .out(),
                    form);
        }
    }

    @Test
    void aPictureIsOfTheStepThatIsAskedFor() throws IOException {
        String example = example("hazards/live-grown.yaml"); // counterexamples of 3, 4 and 5 steps
        CommandLineRun check = CommandLineRun.of(
                "check",
                "--quiet",
                "--format=svg=" + file("4.svg"),
                "--format=trace=" + file("t.json"),
                "--step=4",
                example);
        assertEquals(0, check.code(), check.err());
        String fourth = Files.readString(folder.resolve("4.svg"));
        assertTrue(
                fourth.contains("After step 4, ") && fourth.contains("There is no step 4: the last is step 3."),
                fourth);
        assertFalse(fourth.contains("After step 5, "), fourth);
        assertEquals(
                fourth,
                CommandLineRun.of("replay", "--format=svg", "--step=4", file("t.json"))
                        .out());
        String last =
                CommandLineRun.of("replay", "--format=svg", file("t.json")).out();
        assertTrue(last.contains("After step 5, ") && !last.contains("There is no step"), last);
    }

    @Test
    void aStepThatIsNotThereIsTold() throws IOException {
        CommandLineRun.of(
                "check", "--quiet", "--format=trace=" + file("t.json"), example("hazards/cached-reissued.yaml"));
        CommandLineRun far = CommandLineRun.of("replay", "--format=svg", "--step=99", file("t.json"));
        assertEquals(2, far.code());
        assertTrue(
                far.err()
                        .replaceAll("\\s+", " ")
                        .contains("--step: there is no step 99 in any counterexample; the longest has 5 steps"),
                far.err());
        CommandLineRun zero = CommandLineRun.of("replay", "--format=svg", "--step=0", file("t.json"));
        assertEquals(2, zero.code());
        assertTrue(zero.err().contains("--step: 0 is no step; they are numbered from 1"), zero.err());
        CommandLineRun nothing = CommandLineRun.of("check", "--step=1", example("hazards/cached-reissued.yaml"));
        assertEquals(2, nothing.code());
        assertTrue(nothing.err().contains("--step: it says what --format svg draws"), nothing.err());
    }

    /** Of the examples with the most steps in all. */
    @Test
    void thePagesOfTheLongestExamplesAreSmallAndNeedNothingFromElsewhere() throws IOException {
        List<String> longest = Files.readAllLines(EXAMPLES.resolve("verdicts.tsv")).stream()
                .filter(line -> line.startsWith("examples/"))
                .sorted(Comparator.comparingInt(TraceCommandsTest::steps).reversed())
                .limit(6)
                .map(line -> line.substring("examples/".length(), line.indexOf('\t')))
                .toList();
        Pattern elsewhere = Pattern.compile(
                "(?i)<(link|img|iframe|object|embed|base)\\b|\\b(src|href)=\"(?!#)|@import|url\\((?!#)");
        for (String example : longest) {
            CommandLineRun.of("check", "--quiet", "--force", "--format=html=" + file("p.html"), example(example));
            String page = Files.readString(folder.resolve("p.html"));
            assertTrue(page.contains("class=\"blamed\""), example);
            assertTrue(page.length() < 1_000_000, example + ": " + page.length() + " characters");
            Matcher reference = elsewhere.matcher(page);
            assertFalse(reference.find(), example + " needs something from elsewhere");
        }
    }

    /** Of all counterexamples in a line of the table. */
    private static int steps(String line) {
        return Pattern.compile("\\((\\d+)\\)")
                .matcher(line)
                .results()
                .mapToInt(result -> Integer.parseInt(result.group(1)))
                .sum();
    }

    @Test
    void explainNamesTheStepToBlameInATrace() {
        CommandLineRun.of("check", "--quiet", "--format=trace=" + file("t.json"), example("hazards/live-grown.yaml"));
        CommandLineRun run = CommandLineRun.of("explain", file("t.json"));
        assertEquals(0, run.code(), run.err());
        GoldenFile.assertMatches("checker/cli", TraceCommandsTest.class, "explain.txt", run.transcript());
        assertEquals(2, CommandLineRun.of("explain", file("missing.json")).code());
    }
}
