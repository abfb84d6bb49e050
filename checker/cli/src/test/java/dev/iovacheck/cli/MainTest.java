package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.counterexamples.testing.GoldenFile;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.engine.ExhaustiveCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    private static final String TINY = """
            iovacheck: 1
            title: A block that must stay above 600 MiB
            kernel: v7.1
            iommu: { granule: 4KiB, aperture: 0..4GiB }
            devices:
              block0: { group: g0, mask: 0x3fffffff, window: 600MiB..1GiB }
            mechanism: none
            workload:
              block0: { map: [256MiB], live: 3 }
            """;

    /** Relative and always the same: where lines are broken depends on the length of names. */
    private static final Path FOLDER = Path.of("target", "configurations");

    private Path folder = FOLDER;

    private Path config = Path.of("");

    @BeforeEach
    void writeConfiguration(TestInfo test) throws IOException {
        folder = FOLDER.resolve(test.getTestMethod().orElseThrow().getName());
        deleteFolder();
        Files.createDirectories(folder);
        config = write("tiny.yaml", TINY);
    }

    private void deleteFolder() throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    // ---- whole outputs ----

    @Test
    void reportsAnUnexpectedViolation() {
        assertGolden("violated", check(config));
    }

    @Test
    void reportsAnExpectedViolation() throws IOException {
        Path expected = write("expected.yaml", TINY + "expect: { lower-bound: violated, states: 12 }\n");
        assertGolden("expected", check(expected));
    }

    @Test
    void reportsWhatHolds() throws IOException {
        Path holding = write("holding.yaml", TINY.replace("live: 3", "live: 1"));
        assertGolden("holds", check(holding));
    }

    @Test
    void reportsGoals() throws IOException {
        String goals = "sometimes: [{ live: 3 }, { live: 4 }, { map: fails }]\n";
        Path missed = write("missed.yaml", TINY + "expect: { lower-bound: violated }\n" + goals);
        CommandLineRun whole = check(missed);
        assertEquals(1, whole.code(), whole.out());
        assertGolden("goals", whole);
        CommandLineRun cutOff = check(missed, "--max-depth", "2");
        assertTrue(
                cutOff.out().contains("! not reached so far: a domain with 4 live mappings at once\n"), cutOff.out());
        CommandLineRun walks = check(
                missed, "--engine", "simulate", "--walks", "20", "--steps", "20", "--seed", "1", "--scaled-caches");
        assertEquals(3, walks.code(), walks.out());
        assertTrue(walks.out().contains("! not seen: a domain with 4 live mappings at once\n"), walks.out());
    }

    @Test
    void reportsHowFarACutOffSearchGot() {
        assertGolden("undecided", check(config, "--max-depth", "2"));
    }

    @Test
    void sumsUpSeveralConfigurations() throws IOException {
        write("holding.yaml", TINY.replace("live: 3", "live: 1"));
        write("broken.yaml", "iovacheck: 1\nkernel: v2.4\ndevises: {}\n");
        write("expected.yaml", TINY + "expect: { lower-bound: violated }\n");
        assertGolden("several", run("check", "--quiet", "--workers", "1", "--memory", "512MiB", folder.toString()));
    }

    @Test
    void showsAConfigurationWithItsDefaults() {
        assertGolden("show", run("show", config.toString()));
    }

    @Test
    void suggestsWhatWouldKeepADeviceInside() {
        assertGolden("suggest", run("suggest", "--quiet", "--workers", "1", config.toString()));
    }

    @Test
    void aSuggestionThatAMechanismDoesNotKeepIsNotPrinted() throws IOException {
        Path shared = write(
                "shared.yaml",
                TINY.replace("workload:", "  other: { group: g0, mask: 0x3fffffff, window: 0..1GiB }\nworkload:")
                                .replace("mechanism: none\n", "")
                        + "  other: { map: [256MiB], live: 1 }\n");
        CommandLineRun run = run("suggest", "--quiet", "--as", "dma_iova_set_resv_region", shared.toString());
        assertEquals(1, run.code(), run.out());
        assertTrue(run.out().contains("it does not hold"), run.out());
        assertFalse(run.out().contains("reserve:"), run.out());
    }

    @Test
    void tellsWhetherThereIsAlwaysRoom() throws IOException {
        assertGolden("capacity", run("capacity", "--quiet", "--workers", "1", config.toString()));
        Path one = write("one.yaml", TINY.replace("live: 3", "live: 1"));
        assertGolden("capacity-room", run("capacity", "--quiet", one.toString()));
        Path lazy = write("lazy.yaml", TINY.replace("live: 3", "live: 1").replace("granule: 4KiB", "mode: lazy"));
        CommandLineRun run = run("capacity", "--quiet", lazy.toString());
        assertTrue(run.out().contains("flush queues stand"), run.out());
    }

    @Test
    void comparesSideBySide() throws IOException {
        List<String> words =
                List.of("compare", "--quiet", "--workers", "1", "--mechanisms", "none,iommu-addresses,hardened");
        for (String form : List.of("text", "markdown", "html", "json")) {
            List<String> all = new ArrayList<>(words);
            all.addAll(List.of("--format", form, config.toString()));
            CommandLineRun run = run(all.toArray(new String[0]));
            if (form.equals("text")) {
                assertGolden("compare-text", run);
            } else {
                GoldenFile.assertMatches("checker/cli", MainTest.class, "compare-" + form + ".txt", run.transcript());
            }
        }
        Path narrow = write("narrow.yaml", TINY.replace("window: 600MiB..1GiB", "window: 600MiB..601MiB"));
        CommandLineRun none = run("compare", "--quiet", "--mechanisms", "hardened", narrow.toString());
        assertTrue(none.out().contains("unsatisfiable"), none.out());
        CommandLineRun old = run(
                "compare",
                "--quiet",
                "--mechanisms",
                "iommu-addresses",
                "--kernels",
                "v6.1",
                "--modes",
                "lazy",
                config.toString());
        assertTrue(old.out().contains("v6.1 does not know it"), old.out());
        CommandLineRun cut = run("compare", "--quiet", "--max-states", "2", config.toString());
        assertEquals(3, cut.code(), cut.out());
        assertTrue(cut.out().contains("undecided: the limit of 2 "), cut.out());
    }

    @Test
    void aComparisonOverwritesNothingAndNamesWhatThereIs() throws IOException {
        assertEquals(
                2, run("compare", "--mechanisms", "magic", config.toString()).code());
        CommandLineRun unknown = run("compare", "--kernels", "v5.0", config.toString());
        assertEquals(2, unknown.code());
        assertTrue(unknown.err().contains("--kernels: no 'v5.0'; there are: v6.1, v7.1"), unknown.err());
        Path table = write("table.md", "mine");
        CommandLineRun refused =
                run("compare", "--quiet", "--format", "markdown", "--output", table.toString(), config.toString());
        assertEquals(2, refused.code());
        assertEquals("mine", Files.readString(table));
        run("compare", "--quiet", "--force", "--format", "markdown", "--output", table.toString(), config.toString());
        assertTrue(Files.readString(table).startsWith("| variant |"));
    }

    @Test
    void aComparisonHasSeveralFormsAtOnceEachAsAlone() throws IOException {
        List<String> words = List.of("compare", "--quiet", "--workers", "1", config.toString());
        List<String> all = new ArrayList<>(words);
        for (String form : List.of("markdown", "html", "json")) {
            all.add("--format=" + form + "=" + config.resolveSibling(form));
        }
        CommandLineRun run = run(all.toArray(new String[0]));
        assertEquals(0, run.code(), run.err());
        assertEquals(run(words.toArray(new String[0])).out(), run.out());
        for (String form : List.of("markdown", "html", "json")) {
            List<String> alone = new ArrayList<>(words);
            alone.add("--format=" + form);
            assertEquals(run(alone.toArray(new String[0])).out(), Files.readString(config.resolveSibling(form)));
        }
    }

    @Test
    void aTableThatCannotBeWrittenIsFoundBeforeAnythingIsRead() throws IOException {
        String nowhere = config.resolveSibling("missing").resolve("table").toString();
        String mine = write("mine", "mine").toString();
        String folder = Files.createDirectories(config.resolveSibling("folder")).toString();
        List<List<String>> wrong = List.of(
                List.of("--output: " + nowhere + " is a folder", "--output", nowhere),
                List.of("--format: " + nowhere + " is a folder", "--format", "html=" + nowhere),
                List.of("--format: " + folder + " is a folder", "--force", "--format", "html=" + folder),
                List.of("--format: " + mine + " exists; --force", "--format", "html=" + mine),
                List.of("the name of a file is missing", "--format", "json="),
                List.of("two forms for one output", "--format", "html", "--format", "json"),
                List.of("no form 'sarif'; there are: text, markdown, html, json", "--format", "sarif"),
                List.of("is named twice", "--format", "html=" + folder + "/t", "--output", folder + "/t"));
        for (List<String> each : wrong) {
            List<String> words = new ArrayList<>(List.of("compare", "no.yaml"));
            words.addAll(each.subList(1, each.size()));
            CommandLineRun run = run(words.toArray(new String[0]));
            assertEquals(2, run.code(), run.err());
            String told = run.err().replaceAll("\\s+", " ");
            assertTrue(told.contains(each.get(0)), each.get(0) + " is not in: " + told);
            assertFalse(told.contains("no.yaml"), told);
        }
        assertEquals("mine", Files.readString(Path.of(mine)));
    }

    @Test
    void aFolderThatMayNotBeWrittenIsFoundBeforeAnythingIsRead() throws IOException {
        Path folder = Files.createDirectory(config.resolveSibling("locked"));
        assumeTrue(
                folder.toFile().setWritable(false) && !Files.isWritable(folder),
                "this user may write everywhere: not tried what happens where that is not so");
        CommandLineRun run = run("compare", "--format", "html=" + folder.resolve("t"), "no.yaml");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("may not be written"), run.err());
    }

    @Test
    void provesByInduction() throws IOException {
        assertGolden("prove", run("prove", "--quiet", "--nodes", "2", config.toString()));
        Path posted = write("posted.yaml", POSTED);
        assertGolden(
                "prove-fails", run("prove", "--quiet", "--nodes", "2", "--only", "tree-wellformed", posted.toString()));
        CommandLineRun unknown = run("prove", "--only", "order-free", config.toString());
        assertEquals(2, unknown.code());
        assertTrue(unknown.err().contains("cannot be proved by induction"), unknown.err());
        assertEquals(2, run("prove", "--nodes", "0", config.toString()).code());
    }

    private static final String POSTED = TINY.replace("mechanism: none\n", "mechanism: dma_iova_set_resv_region\n")
            + "reserve:\n  - { device: block0, start: 0x1000, length: 0 }\n";

    @Test
    void solvesForArguments() throws IOException {
        Path posted = write("posted.yaml", POSTED);
        List<String> words = List.of(
                "check",
                "--quiet",
                "--engine=constraint",
                "--workers",
                "1",
                "--memory",
                "64MiB",
                "--only",
                "tree-wellformed,errno-conformance");
        List<String> given = new ArrayList<>(words);
        given.addAll(List.of("--max-depth", "2", posted.toString()));
        assertGolden("check-constraint", run(given.toArray(new String[0])));
        List<String> any = new ArrayList<>(words);
        any.addAll(List.of("--max-depth", "3", "--arguments=calls", posted.toString()));
        CommandLineRun run = run(any.toArray(new String[0]));
        assertEquals(1, run.code());
        assertTrue(run.out().contains("length 0 at 0: start 0x0, length 0x0, in step 2"), run.out());
        assertTrue(run.out().contains("a start inside a granule that somebody holds"), run.out());
        assertEquals(2, run("check", "--arguments=any", posted.toString()).code());
        List<String> sizes = new ArrayList<>(words.subList(0, words.size() - 1));
        sizes.addAll(List.of("lower-bound", "--max-depth", "2", "--arguments=any", posted.toString()));
        CommandLineRun ofSizes = run(sizes.toArray(new String[0]));
        assertEquals(1, ofSizes.code(), ofSizes.out());
        assertTrue(ofSizes.out().contains("Buffers of all sizes up to 256 KiB"), ofSizes.out());
        assertEquals(
                2,
                run("check", "--engine=constraint", "--arguments=some", posted.toString())
                        .code());
        assertEquals(
                2,
                run("check", "--engine=constraint", "--max-depth", "9", posted.toString())
                        .code());
        Path lazy = write("lazy.yaml", POSTED.replace("granule: 4KiB", "mode: lazy"));
        CommandLineRun outside = run("check", "--quiet", "--engine=constraint", lazy.toString());
        assertEquals(3, outside.code());
        assertTrue(outside.out().contains("does not know flush"), outside.out());
    }

    @Test
    void namesTheLinesThatContradictEachOther() throws IOException {
        Path file = write("far.yaml", TINY.replace("mask: 0x3fffffff", "mask: 0xfffffff"));
        assertGolden("suggest-contradiction", run("suggest", "--quiet", file.toString()));
    }

    @Test
    void explainsNames() {
        CommandLineRun known = run("explain", "lower-bound");
        assertEquals(0, known.code());
        assertTrue(known.out().startsWith("lower-bound\n"), known.out());
        assertTrue(run("explain").out().contains("lower-bound\n"));
        CommandLineRun unknown = run("explain", "lower");
        assertEquals(2, unknown.code());
        assertTrue(unknown.err().contains("did you mean lower-bound"), unknown.err());
        assertEquals(run("explain", "ENODEV"), run("explain", "-ENODEV"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "check",
                "suggest",
                "capacity",
                "compare",
                "prove",
                "show",
                "where",
                "diff",
                "import",
                "explain",
                "replay",
                "shrink",
                "conform",
                "monitor",
                "record-script"
            })
    void helpHasAnExample(String command) {
        CommandLineRun run = command.isEmpty() ? run("--help") : run(command, "--help");
        assertTrue(run.out().contains("Example"), run.out());
        assertGolden("help" + (command.isEmpty() ? "" : "-" + command), run);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "chek x",
                "check",
                "check --format yaml x",
                "check --only lowerbound x",
                "check --time-limit 5 x",
                "check --memory 4G x",
                "check --max-states 0 x",
                "check --workers 1000 x",
                "check --seed 1 x",
                "check --max-depth many x",
                "check no-such-file.yaml"
            })
    void badUsageSaysWhatWouldBeRight(String arguments) {
        CommandLineRun run = run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
        assertEquals(2, run.code());
        assertEquals("", run.out());
        String name = arguments.isEmpty() ? "nothing" : arguments.replaceAll("[^a-z0-9]+", "-");
        assertGolden("usage-" + name, run);
    }

    // ---- behaviour ----

    @Test
    void theSameInputGivesTheSameBytes() {
        assertEquals(check(config).out(), check(config).out());
    }

    @Test
    void everyVerdictLineOfTheRunNamesItsExitCode() {
        CommandLineRun run = check(config);
        assertTrue(run.out().endsWith("(exit " + run.code() + ")\n"), run.out());
    }

    @Test
    void anExistingReportIsNotReplacedUnasked() throws IOException {
        Path report = write("report.txt", "precious");
        CommandLineRun refused = check(config, "--output", report.toString());
        assertEquals(2, refused.code());
        assertEquals("precious", Files.readString(report));
        CommandLineRun forced = check(config, "--output", report.toString(), "--force");
        assertEquals(1, forced.code());
        assertEquals("", forced.out());
        assertEquals(
                check(config).out(),
                Files.readString(report).replace(BuildInfo.load().toString(), "iovacheck VERSION"));
    }

    @Test
    void onlyChecksWhatIsAskedFor() {
        CommandLineRun run = check(config, "--only", "upper-bound");
        assertEquals(0, run.code());
        assertFalse(run.out().contains("lower-bound "), run.out());
    }

    @Test
    void anInterruptedCheckIsUndecided() {
        AtomicBoolean wanted = new AtomicBoolean(true);
        CommandLineRun run =
                CommandLineRun.of(ExhaustiveCheck::run, wanted::get, "check", "--quiet", config.toString());
        assertEquals(3, run.code());
        assertTrue(run.out().contains("interrupted"), run.out());
    }

    @Test
    void exhaustedMemoryIsUndecidedAndNotAnError() {
        CommandLineRun run = CommandLineRun.of(
                (configuration, options, listener, interrupted) -> {
                    throw new OutOfMemoryError("Java heap space");
                },
                () -> false,
                "check",
                "--quiet",
                config.toString());
        assertEquals(3, run.code());
        assertTrue(run.out().contains("memory was exhausted"), run.out());
    }

    @Test
    void anInternalErrorIsOneLineUnlessSomebodyAsks() {
        Checker broken = (configuration, options, listener, interrupted) -> {
            throw new IllegalStateException("two\nlines");
        };
        CommandLineRun run = CommandLineRun.of(broken, () -> false, "check", config.toString());
        assertEquals(70, run.code());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("internal error: IllegalStateException: two lines; please report"), run.err());
        CommandLineRun asked = CommandLineRun.of(broken, () -> false, "check", "--debug", config.toString());
        assertEquals(70, asked.code());
        assertTrue(asked.err().contains("\tat dev.iovacheck"), asked.err());
    }

    @Test
    void anErrorThatIsNoExceptionIsInternalToo() {
        CommandLineRun run = CommandLineRun.of(
                (configuration, options, listener, interrupted) -> {
                    throw new StackOverflowError();
                },
                () -> false,
                "check",
                config.toString());
        assertEquals(70, run.code());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void whatCannotBeReadIsAFaultAndNotACrash() throws IOException {
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {0, 1, 2, (byte) 0xff});
        for (String input :
                List.of(binary.toString(), folder.resolve("missing.yaml").toString())) {
            CommandLineRun run = run("check", input);
            assertEquals(2, run.code());
            assertTrue(run.err().startsWith(input), run.err());
            assertFalse(run.err().contains("\tat "), run.err());
        }
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertEquals(2, run("check", empty.toString()).code());
        assertEquals(2, run("show", empty.toString()).code());
    }

    @Test
    void theWorstExitCodeOfSeveralWins() {
        List<ExitCode> bySeverity =
                List.of(ExitCode.EXPECTED, ExitCode.UNDECIDED, ExitCode.UNEXPECTED, ExitCode.USAGE, ExitCode.INTERNAL);
        for (int worse = 0; worse < bySeverity.size(); worse++) {
            for (int better = 0; better <= worse; better++) {
                assertEquals(bySeverity.get(worse), bySeverity.get(worse).worse(bySeverity.get(better)));
                assertEquals(bySeverity.get(worse), bySeverity.get(better).worse(bySeverity.get(worse)));
            }
        }
    }

    @Test
    void versionNamesTheProgramAndJava() {
        CommandLineRun run = run("--version");
        assertEquals(0, run.code());
        assertTrue(run.out().startsWith("iovacheck VERSION\nJava "), run.out());
    }

    // ---- help ----

    private static CommandLineRun run(String... args) {
        return CommandLineRun.of(args);
    }

    private static CommandLineRun check(Path file, String... options) {
        String[] args = new String[options.length + 7];
        System.arraycopy(new String[] {"check", "--quiet", "--workers", "1", "--memory", "512MiB"}, 0, args, 0, 6);
        System.arraycopy(options, 0, args, 6, options.length);
        args[args.length - 1] = file.toString();
        return run(args);
    }

    private void assertGolden(String name, CommandLineRun run) {
        GoldenFile.assertMatches("checker/cli", MainTest.class, name + ".txt", run.transcript());
        // Faults and summaries are one line each, so that editors and scripts find them; reports are for reading.
        if (!Set.of("several", "suggest-contradiction").contains(name)) {
            run.out().lines().forEach(line -> assertTrue(line.length() <= WrappedText.WIDTH, line));
        }
    }
}
