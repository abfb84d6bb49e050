package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only a real process shows: signals, and the launcher. */
@Timeout(120)
class ProcessTest {

    private static final Path ROOT =
            Path.of(System.getProperty("iovacheck.root", "../..")).toAbsolutePath();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    /** A process that a test gave up would go on for hours beside the others. */
    @AfterEach
    void nothingGoesOn() {
        started.forEach(Process::destroyForcibly);
    }

    @BeforeAll
    static void needsAShell() {
        assumeTrue(
                Files.isExecutable(Path.of("/bin/sh")),
                "there is no /bin/sh to run the launcher and send signals with");
    }

    // ---- signals ----

    /** Far more states than any machine looks at within the test. */
    private Path endless() throws IOException {
        return Files.writeString(folder.resolve("endless.yaml"), """
                iovacheck: 1
                kernel: v7.1
                cpus: 4
                devices:
                  block0: { group: g0, mask: 0xffffffff, window: 0..4GiB }
                workload:
                  block0: { map: [4KiB, 8KiB, 16KiB, 32KiB, 64KiB], live: 24 }
                explore: { faults: [no-memory], removal: true, cpu-hotplug: true }
                """);
    }

    @Test
    void anInterruptEndsTheSearchAndNotTheReport() throws Exception {
        assumeTrue(!isInterruptIgnored(), "started in the background by a shell, so that SIGINT is ignored");
        assertEndsWithAReport("INT");
    }

    /** Whoever ignores SIGINT hands that on to what he starts, and Java leaves it so. */
    private static boolean isInterruptIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        long sigint = 1 << (2 - 1);
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(
                                        line.substring(line.indexOf(':') + 1).trim(), 16)
                                & sigint)
                        != 0);
    }

    @Test
    void aTerminationRequestDoesTheSame() throws Exception {
        assertEndsWithAReport("TERM");
    }

    private void assertEndsWithAReport(String signal) throws Exception {
        Process process = start(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-D" + Terminal.PROPERTY + "=true", // progress every second, not every ten
                "-cp",
                System.getProperty("java.class.path"),
                "dev.iovacheck.cli.Main",
                "check",
                "--workers",
                "1",
                endless().toString()));
        while (!read("err").contains(" states ")) {
            assertTrue(process.isAlive(), () -> "ended too early: " + read("out") + read("err"));
            Thread.sleep(100);
        }
        new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid())
                .start()
                .waitFor();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end");
        assertEquals(3, process.exitValue(), () -> read("out") + read("err"));
        assertTrue(read("out").contains("coverage: cut off (interrupted)"), () -> read("out"));
        assertTrue(read("out").endsWith("verdict:  undecided (exit 3)\n"), () -> read("out"));
    }

    private List<String> checkWith(Path configuration, String... more) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.iovacheck.cli.Main",
                "check",
                "--memory",
                "128MiB",
                "--workers",
                "2"));
        words.addAll(List.of(more));
        words.add(configuration.toString());
        return words;
    }

    @Test
    void aSearchThatWasKilledGoesOnAndReportsTheSame() throws Exception {
        Path configuration = ROOT.resolve("examples/vpu/none.yaml");
        Process whole = start(checkWith(configuration));
        assertTrue(whole.waitFor(60, TimeUnit.SECONDS), "does not end");
        String expected = read("out");
        Path checkpoint = folder.resolve("checkpoint");
        Process process =
                start(checkWith(configuration, "--checkpoint", checkpoint.toString(), "--checkpoint-every", "1ms"));
        int kills = 0;
        for (FileTime last = null; kills < 5; kills++) {
            last = waitForCheckpoint(process, checkpoint.resolve("progress"), last);
            if (!process.isAlive()) {
                break;
            }
            process.destroyForcibly().waitFor(); // SIGKILL
            process = start(checkWith(configuration, "--resume", checkpoint.toString(), "--checkpoint-every", "1ms"));
        }
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end");
        assertTrue(kills >= 2, "was killed " + kills + " times only");
        assertEquals(whole.exitValue(), process.exitValue(), () -> read("out") + read("err"));
        assertEquals(expected, read("out"));
        assertTrue(Files.notExists(checkpoint), "what is not needed any more is gone");
    }

    /** Waits for a later checkpoint than {@code last}, or for the end of the process. */
    private static @Nullable FileTime waitForCheckpoint(Process process, Path progress, @Nullable FileTime last)
            throws Exception {
        FileTime made = last;
        while (process.isAlive() && Objects.equals(made, last)) {
            Thread.sleep(2);
            if (Files.exists(progress)) {
                made = Files.getLastModifiedTime(progress);
            }
        }
        return made;
    }

    @Test
    void aReportThatCannotBeWrittenIsAnError() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "there is no /dev/full to write to");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.iovacheck.cli.Main",
                        "--version")
                .redirectOutput(full.toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end");
        assertEquals(2, process.exitValue());
        assertEquals("error: standard output cannot be written\n", read("err"));
    }

    // ---- the launcher ----

    /** A root with a launcher and a jar that says what it was started with; building it would fail. */
    private Path launcher() throws Exception {
        Path root = Files.createDirectories(folder.resolve("a root"));
        Path launcher = Files.copy(ROOT.resolve("iovacheck"), root.resolve("iovacheck"));
        assertTrue(launcher.toFile().setExecutable(true));
        Files.createDirectories(root.resolve("checker/cli/target"));
        return launcher;
    }

    private Path withFakeJava(String version) throws IOException {
        Path home = folder.resolve("java-" + version);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        Path java = Files.writeString(
                home.resolve("bin/java"), "#!/bin/sh\nfor word in \"$@\"; do echo \"<$word>\"; done\nexit 7\n");
        assertTrue(java.toFile().setExecutable(true));
        return home;
    }

    @Test
    void theLauncherPassesArgumentsAndExitCodesOn() throws Exception {
        Path launcher = launcher();
        Files.createFile(launcher.resolveSibling("checker/cli/target/iovacheck.jar"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), launcher);
        Process process = start(List.of(link.toString(), "check", "a b.yaml"), "JAVA_HOME", withFakeJava("21.0.1"));
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(7, process.exitValue(), () -> read("err"));
        assertTrue(
                read("out").endsWith("/a root/checker/cli/target/iovacheck.jar>\n<check>\n<a b.yaml>\n"),
                () -> read("out"));
    }

    @Test
    void theLauncherRefusesAnOldJava() throws Exception {
        Process process = start(List.of(launcher().toString(), "--version"), "JAVA_HOME", withFakeJava("11.0.2"));
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(2, process.exitValue());
        assertTrue(read("err").contains("Java 17 or newer is needed"), () -> read("err"));
    }

    @Test
    void theLauncherSaysWhatItNeedsToBuild() throws Exception {
        Path launcher = launcher();
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : List.of("dirname", "readlink", "sed", "find", "head")) {
            String real = Files.exists(Path.of("/usr/bin", tool)) ? "/usr/bin/" : "/bin/";
            Path wrapper = Files.writeString(tools.resolve(tool), "#!/bin/sh\nexec " + real + tool + " \"$@\"\n");
            assertTrue(wrapper.toFile().setExecutable(true));
        }
        Process process = start(
                List.of("/bin/sh", launcher.toString(), "--version"),
                "JAVA_HOME",
                withFakeJava("17.0.1"),
                "PATH",
                tools);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(2, process.exitValue());
        assertTrue(read("err").contains("there is no mvn on the PATH"), () -> read("err"));
    }

    // ---- processes ----

    private Process start(List<String> command, Object... environment) throws IOException {
        List<String> words = new ArrayList<>(command);
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        for (int at = 0; at < environment.length; at += 2) {
            builder.environment().put((String) environment[at], environment[at + 1].toString());
        }
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private String read(String name) {
        try {
            return Files.readString(folder.resolve(name), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
