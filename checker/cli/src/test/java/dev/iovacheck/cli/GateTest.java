package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.iovacheck.engine.ExhaustiveCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Baselines, caches and selections: a gate turns red exactly when something got worse. */
class GateTest {

    private static final String LOW = """
            iovacheck: 1
            kernel: v7.1
            iommu: { aperture: 0..1GiB }
            devices:
              codec: { mask: 0x3fffffff, window: 512MiB..1GiB }
            mechanism: none
            workload:
              codec: { map: [256MiB], live: 3 }
            """;
    private static final String DEVICE =
            "{\"format\": \"iovacheck-baseline/1\", \"devices\": [{\"file\": \"a\", \"device\": \"b\","
                    + " \"stream\": \"\", \"reserved\": [{\"range\": \"[0x2, 0x1]\", \"by\": \"\"}]}]}";
    private static final String FINE = LOW.replace("live: 3", "live: 1");

    @TempDir
    private Path folder = Path.of("");

    private final AtomicInteger searches = new AtomicInteger();

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private CommandLineRun check(Object... words) {
        List<String> all = new ArrayList<>(List.of("check", "--quiet"));
        Stream.of(words).map(String::valueOf).forEach(all::add);
        Checker counting = (configuration, options, listener, interrupted) -> {
            searches.incrementAndGet();
            return ExhaustiveCheck.run(configuration, options, listener, interrupted);
        };
        return CommandLineRun.of(counting, () -> false, all.toArray(new String[0]));
    }

    // ---- baselines ----

    @Test
    void aBaselineAcceptsWhatIsKnownAndNothingElse() throws IOException {
        Path boards = Files.createDirectory(folder.resolve("boards"));
        Path known = boards.resolve("known.yaml");
        Files.writeString(known, LOW);
        Path baseline = folder.resolve("baseline.json");
        assertEquals(2, check(boards, "--baseline", baseline).code(), "there is none yet");
        CommandLineRun first = check(boards, "--baseline", baseline, "--update-baseline");
        assertEquals(0, first.code(), first.out() + first.err());
        String text = Files.readString(baseline);
        assertTrue(text.contains("\"rule\": \"lower-bound\""), text);

        Files.writeString(known, "# moved\n\n" + LOW.replace("codec", "video"));
        CommandLineRun renamed = check(boards, "--baseline", baseline);
        assertEquals(0, renamed.code(), renamed.out());
        assertTrue(renamed.out().contains("baseline: 1 known, 0 new, 0 cured\n"), renamed.out());
        assertEquals(1, check(boards).code(), "without it nothing is accepted");

        Files.writeString(boards.resolve("other.yaml"), LOW);
        CommandLineRun more = check(boards, "--baseline", baseline);
        assertEquals(1, more.code(), more.out());
        assertTrue(more.out().contains("baseline: 1 known, 1 new, 0 cured\n"), more.out());
        assertEquals(text, Files.readString(baseline), "only --update-baseline writes it");

        Files.delete(boards.resolve("other.yaml"));
        Files.writeString(known, FINE);
        CommandLineRun cured = check(boards, "--baseline", baseline);
        assertEquals(0, cured.code(), cured.out());
        assertTrue(cured.out().contains("baseline: 0 known, 0 new, 1 cured\n"), cured.out());
        check(boards, "--baseline", baseline, "--update-baseline");
        assertFalse(Files.readString(baseline).contains("lower-bound"), Files.readString(baseline));
    }

    @Test
    void aSingleFileTellsBothItsReportAndWhatItIsWithTheBaseline() throws IOException {
        Path config = write("config.yaml", LOW);
        Path baseline = folder.resolve("baseline.json");
        check(config, "--baseline", baseline, "--update-baseline");
        CommandLineRun run = check(config, "--baseline", baseline);
        assertEquals(0, run.code(), run.out());
        assertTrue(run.out().contains("verdict:  violated (exit 1)\n"), run.out());
        assertTrue(run.out().endsWith("(exit 0)\n"), run.out());
        CommandLineRun sarif = check(config, "--baseline", baseline, "--format", "sarif");
        assertTrue(sarif.out().contains("\"baselineState\": \"unchanged\""), sarif.out());
        String ktap = check(config, "--baseline", baseline, "--format", "ktap").out();
        assertTrue(ktap.contains("ok 1 lower-bound # XFAIL is violated after 4 steps, as the baseline knows"), ktap);
    }

    /** What is accepted must not hide what comes later, and what was not looked at is not cured. */
    @Test
    void aBaselineHidesNoOtherDeviceAndForgetsNothingUnchecked() throws IOException {
        Path config = write("config.yaml", LOW);
        Path other = write("other.yaml", LOW);
        Path baseline = folder.resolve("baseline.json");
        assertEquals(
                0,
                check(config, other, "--baseline", baseline, "--update-baseline")
                        .code());
        String two = LOW.replace("devices:\n", "devices:\n  new: { mask: 0x3fffffff, window: 768MiB..1GiB }\n")
                + "  new: { map: [256MiB], live: 2 }\n";
        Files.writeString(config, two);
        CommandLineRun run = check(config, "--baseline", baseline);
        assertEquals(1, run.code(), run.out());
        assertTrue(run.out().contains("baseline: 1 known, 1 new, 0 cured\n"), run.out());

        Files.writeString(config, FINE);
        assertEquals(
                0, check(config, "--baseline", baseline, "--update-baseline").code());
        assertTrue(Files.readString(baseline).contains("other.yaml"), "of a file that was not checked it keeps all");
        CommandLineRun elsewhere = check(other, "--baseline", baseline, "--only", "upper-bound");
        assertTrue(elsewhere.out().contains("0 cured"), elsewhere.out());
    }

    @Test
    void whatIsUndecidedIsNeverAccepted() throws IOException {
        Path config = write("config.yaml", LOW);
        Path baseline = folder.resolve("baseline.json");
        CommandLineRun run = check(config, "--max-depth", "2", "--baseline", baseline, "--update-baseline");
        assertEquals(3, run.code(), run.out());
        assertFalse(Files.readString(baseline).contains("undecided"), Files.readString(baseline));
        assertEquals(
                3, check(config, "--max-depth", "2", "--baseline", baseline).code());
        CommandLineRun chosen = check(config, "--max-depth", "2", "--exit-code-undecided", "102");
        assertEquals(102, chosen.code());
        assertTrue(chosen.out().endsWith("verdict:  undecided (exit 102)\n"), chosen.out());
        assertEquals(1, check(config, "--exit-code-undecided", "102").code());
        assertEquals(2, check(config, "--exit-code-undecided", "70").code());
    }

    @Test
    void whatIsNoBaselineIsNeitherReadNorReplaced() throws IOException {
        Path config = write("config.yaml", LOW);
        for (String wrong : List.of("", "{}", "[1]", "{\"format\": \"other/1\"}", DEVICE, "notes\n")) {
            Path baseline = write("baseline.json", wrong);
            CommandLineRun run = check(config, "--baseline", baseline, "--update-baseline");
            assertEquals(2, run.code(), wrong);
            assertTrue(run.err().matches("(?s).*baseline.json:\\d+:\\d+: error: is no baseline: .*"), run.err());
            assertEquals(wrong, Files.readString(baseline));
        }
        assertEquals(2, check(config, "--update-baseline").code());
    }

    // ---- the cache ----

    private List<Path> entries(Path cache) throws IOException {
        try (Stream<Path> files = Files.walk(cache)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void whatWasFoundIsRememberedAndSaysTheSame() throws IOException {
        Path boards = Files.createDirectory(folder.resolve("boards"));
        Files.writeString(boards.resolve("a.yaml"), LOW);
        Files.writeString(boards.resolve("b.yaml"), FINE);
        Files.writeString(boards.resolve("c.yaml"), "iovacheck: 1\n");
        Path cache = folder.resolve("cache");
        for (String form : List.of("text", "json", "sarif", "junit", "ktap", "gitlab", "github")) {
            CommandLineRun fresh = check(boards, "--format", form);
            CommandLineRun cold = check(boards, "--format", form, "--cache", cache);
            searches.set(0);
            CommandLineRun warm = check(boards, "--format", form, "--cache", cache);
            assertEquals(0, searches.get(), form);
            assertEquals(fresh, cold);
            assertEquals(fresh, warm);
        }
        assertEquals(2, entries(cache).size(), "what cannot be read is not kept");
        CommandLineRun alone = check(boards.resolve("a.yaml"), "--cache", cache);
        searches.set(0);
        assertEquals(alone, check(boards.resolve("a.yaml"), "--cache", cache));
        assertEquals(0, searches.get());
        assertEquals(check(boards.resolve("a.yaml")), alone);
    }

    @Test
    void whatChangesTheResultIsSearchedAgain() throws IOException {
        Path config = write("config.yaml", LOW);
        Path cache = folder.resolve("cache");
        check(config, "--cache", cache);
        List<String[]> others = List.of(
                new String[] {"--only", "lower-bound"},
                new String[] {"--no-reduction"},
                new String[] {"--storage", "fingerprint"},
                new String[] {"--max-states", "1000"},
                new String[] {"--format", "trace"});
        for (String[] other : others) {
            searches.set(0);
            check(config, "--cache", cache, other[0], other.length > 1 ? other[1] : "--force");
            assertEquals(1, searches.get(), other[0]);
        }
        Files.writeString(config, LOW + "# nothing but a comment\n");
        searches.set(0);
        check(config, "--cache", cache);
        assertEquals(1, searches.get(), "places may have moved");
        searches.set(0);
        assertEquals(1, check(write("copy.yaml", LOW), "--cache", cache).code());
        assertEquals(1, searches.get(), "another file has other findings");
    }

    @Test
    void onlyWhatIsDecidedIsRemembered() throws IOException {
        Path config = write("config.yaml", LOW);
        Path cache = folder.resolve("cache");
        assertEquals(3, check(config, "--cache", cache, "--max-depth", "2").code());
        assertEquals(3, check(config, "--cache", cache, "--max-states", "3").code());
        assertEquals(List.of(), entries(cache));
    }

    @Test
    void aBrokenEntryIsAsGoodAsNone() throws IOException {
        Path config = write("config.yaml", LOW);
        Path cache = folder.resolve("cache");
        CommandLineRun whole = check(config, "--cache", cache);
        Path entry = entries(cache).get(0);
        byte[] bytes = Files.readAllBytes(entry);
        String text = new String(bytes, StandardCharsets.UTF_8);
        List<String> broken = List.of(
                "",
                "x",
                text.substring(0, text.length() / 2),
                text.replace("violated", "notfound"),
                text.substring(0, 64) + "\n[]",
                text.substring(64));
        for (String each : broken) {
            assertNotEquals(text, each);
            Files.writeString(entry, each);
            searches.set(0);
            assertEquals(whole, check(config, "--cache", cache));
            assertEquals(1, searches.get());
            assertEquals(text, Files.readString(entry), "it is written again");
        }
        // An entry of another file in its place.
        Path fine = write("fine.yaml", FINE);
        check(fine, "--cache", cache);
        for (Path each : entries(cache)) {
            if (!each.equals(entry)) {
                Files.copy(each, entry, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
        assertEquals(whole, check(config, "--cache", cache));
    }

    @Test
    void aCacheThatCannotBeMadeIsDoneWithout() throws IOException {
        Path config = write("config.yaml", LOW);
        CommandLineRun run = check(config, "--cache", config.resolve("cache"));
        assertEquals(1, run.code());
        assertTrue(run.err().startsWith("warning: --cache: "), run.err());
    }

    // ---- which files ----

    @Test
    void patternsChooseAndLeaveOut() throws IOException {
        Path boards = Files.createDirectories(folder.resolve("boards/deep"));
        Files.writeString(boards.resolve("a.yaml"), FINE);
        Files.writeString(boards.resolve("b.yaml"), LOW);
        assertEquals(1, check(folder + "/**/*.yaml").code());
        CommandLineRun some = check(folder + "/**/*.yaml", "--exclude", "**/b.yaml");
        assertEquals(0, some.code(), some.out());
        assertTrue(some.out().contains("not checked: 1 file excluded\n"), some.out());
        CommandLineRun none = check(folder + "/**/*.dtb");
        assertEquals(2, none.code());
        assertTrue(none.err().contains("no configuration matches"), none.err());
        assertEquals(2, check(folder, "--exclude", "[").code());
    }

    /** Of a folder tools' own files are not taken for configurations; one that is named is. */
    @Test
    void hiddenFilesOfFoldersAreLeftAlone() throws IOException {
        write("fine.yaml", FINE);
        Files.createDirectories(folder.resolve(".github/workflows"));
        write(".github/workflows/ci.yaml", "on: push\n");
        write(".gitlab-ci.yml", "stages: [test]\n");
        CommandLineRun run = check(folder);
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(run.out().contains("\n1 configuration: 1 as expected"), run.out());
        assertEquals(2, check(folder.resolve(".gitlab-ci.yml")).code());
        assertEquals(2, check(folder.resolve(".github")).code());
    }

    /** Nobody takes a source for checked that is not, and nobody is told of one whose tree is. */
    @Test
    void sourcesThatNobodyNamesAreTold() throws IOException {
        write("fine.yaml", FINE);
        assertFalse(check(folder).out().contains("not checked"), "there is none");
        write("board.dts", "/dts-v1/;\n");
        write("made.dts", "/dts-v1/;\n");
        write("made.dtb", "no tree");
        CommandLineRun run = check(folder, "--exclude", "**/made.dtb");
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(
                run.out().contains("not checked: 1 device tree source of the folders (*.dts); name them, or a"),
                run.out());
        String excluded =
                check(folder, "--exclude", "**/*.dts", "--exclude", "**/*.dtb").out();
        assertFalse(excluded.contains("*.dts"), excluded);
        String named = check(folder, folder + "/**/board.dts", "--exclude", "**/made.dtb")
                .out();
        assertFalse(named.contains("*.dts"), named);
    }

    /** The last lines speak of what is so in the end. */
    @Test
    void whatAnUpdatedBaselineAcceptsIsCountedAsAccepted() throws IOException {
        Path boards = Files.createDirectory(folder.resolve("boards"));
        Files.writeString(boards.resolve("low.yaml"), LOW);
        CommandLineRun run = check(boards, "--baseline", folder.resolve("known.json"), "--update-baseline");
        assertTrue(run.out().contains("low.yaml: NOT AS EXPECTED"), run.out());
        assertTrue(run.out().contains("1 configuration: 1 as expected, 0 not as expected"), run.out());
    }

    private void git(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString(), "-c", "user.name=test", "-c"));
        command.addAll(List.of("user.email=test@example.org", "-c", "commit.gpgsign=false"));
        command.addAll(List.of(words));
        Process git = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertTrue(git.waitFor(60, TimeUnit.SECONDS) && git.exitValue() == 0, String.join(" ", words));
    }

    @Test
    void onlyWhatHasChangedSinceARevisionIsChecked() throws Exception {
        try {
            git("init", "-q");
        } catch (IOException e) {
            assumeTrue(false, "git is not installed: --changed-since is not tested");
        }
        write("same.yaml", LOW);
        write("changed.yaml", LOW);
        git("add", ".");
        git("commit", "-q", "-m", "first");
        CommandLineRun nothing = check(folder, "--changed-since", "HEAD");
        assertEquals(0, nothing.code(), nothing.out() + nothing.err());
        assertTrue(nothing.out().contains("not checked: 2 files unchanged\n"), nothing.out());
        write("changed.yaml", FINE);
        write("new.yaml", FINE);
        searches.set(0);
        CommandLineRun two = check(folder, "--changed-since", "HEAD");
        assertEquals(0, two.code(), two.out());
        assertEquals(2, searches.get());
        CommandLineRun unknown = check(folder, "--changed-since", "no-such-branch");
        assertEquals(2, unknown.code());
        assertTrue(unknown.err().contains("git has no revision 'no-such-branch' here"), unknown.err());
        assertEquals(2, check(folder, "--changed-since", "--output=x").code());
    }
}
