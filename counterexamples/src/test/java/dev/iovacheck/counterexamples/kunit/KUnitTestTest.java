package dev.iovacheck.counterexamples.kunit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.testing.GoldenFile;
import dev.iovacheck.counterexamples.testing.KnownReplays;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The C that is written compiles, fails on an allocator that does what the model does, and passes on one that does right at the end. */
class KUnitTestTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aSuiteHasACaseForEachCounterexampleThatTheAllocatorShows() {
        List<Replay> all =
                Arrays.stream(KnownReplays.values()).map(KnownReplays::replay).toList();
        String suite = KUnitTest.of(all);
        GoldenFile.assertMatches("counterexamples", KUnitTestTest.class, "suite.c", suite);
        suite.lines().forEach(line -> assertTrue(line.replace("\t", "        ").length() <= 100, line));
        assertTrue(suite.contains("No test case: what is violated does not show"), suite);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "CACHED_LATER")
    void theCaseFailsOnTheFaultyAllocatorOnly(KnownReplays known) throws Exception {
        assumeTrue(hasCompiler(), "gcc is not installed, so the test in C is not compiled");
        Replay replay = known.replay();
        Files.writeString(folder.resolve("suite.c"), KUnitTest.of(List.of(replay)));
        Files.createDirectories(folder.resolve("kunit"));
        Files.createDirectories(folder.resolve("linux"));
        Files.writeString(folder.resolve("kunit/test.h"), read("kunit-test.h"));
        Files.writeString(folder.resolve("linux/iova.h"), read("linux-iova.h"));
        List<KernelCall> calls = KernelCalls.of(replay).calls();
        Files.writeString(folder.resolve("stub.c"), read("stub.c").replace("@CALLS@", table(calls)));
        String name = known.name().toLowerCase(Locale.ROOT);
        run("gcc", "-Wall", "-Wextra", "-Werror", "-std=gnu11", "-I.", "-o", name, "suite.c", "stub.c");
        assertEquals(1, run("./" + name, "faulty"), "the case must fail where the kernel does what the model does");
        assertEquals(0, run("./" + name, "right"), "the case must pass where the kernel does right");
        assertEquals(2, run("./" + name, "other"), "a case that comes to something else before has nothing to see");
    }

    /** What the model came to, call by call. */
    private static String table(List<KernelCall> calls) {
        StringBuilder table = new StringBuilder();
        for (KernelCall call : calls) {
            List<String> arguments = call.arguments();
            table.append("\t{ \"").append(call.function()).append("\", { ");
            for (int index = 0; index < 3; index++) {
                table.append(index < arguments.size() ? arguments.get(index) : "0")
                        .append(", ");
            }
            table.append("}, ").append(KernelCalls.ul(call.result())).append(" },\n");
        }
        return table.toString();
    }

    private static String read(String name) throws IOException {
        try (var in = KUnitTestTest.class.getResourceAsStream("KUnitTestTest/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static boolean hasCompiler() throws InterruptedException {
        try {
            return new ProcessBuilder("gcc", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private int run(String... command) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        if (command[0].equals("gcc")) {
            assertEquals(0, process.exitValue(), Files.readString(log) + Files.readString(folder.resolve("suite.c")));
        }
        return process.exitValue();
    }
}
