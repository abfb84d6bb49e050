package dev.iovacheck.counterexamples.kunit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.testing.GoldenFile;
import dev.iovacheck.counterexamples.testing.KnownReplays;
import dev.iovacheck.counterexamples.testing.PlantedLoop;
import dev.iovacheck.counterexamples.testing.Script;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationReader;
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

    @ParameterizedTest
    @EnumSource(KnownReplays.class)
    void eachKindHasASuite(KnownReplays known) {
        String suite = KUnitTest.of(List.of(known.replay()));
        GoldenFile.assertMatches(
                "counterexamples", KUnitTestTest.class, known.name().toLowerCase(Locale.ROOT) + ".c", suite);
        assertEquals(
                known != KnownReplays.MISTAKE, suite.contains("KUNIT_EXPECT") || suite.contains("KUNIT_ASSERT"), suite);
    }

    @Test
    void aSuiteHasACaseForEachCounterexampleThatTheAllocatorShows() {
        List<Replay> all =
                Arrays.stream(KnownReplays.values()).map(KnownReplays::replay).toList();
        String suite = KUnitTest.of(all);
        GoldenFile.assertMatches("counterexamples", KUnitTestTest.class, "suite.c", suite);
        suite.lines().forEach(line -> assertTrue(line.replace("\t", "        ").length() <= 100, line));
        assertTrue(suite.contains("No test case: step 4 is not a whole call"), suite);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "MISTAKE")
    void theCaseFailsOnTheFaultyAllocatorOnly(KnownReplays known) throws Exception {
        assertFailsOnTheFaultyAllocatorOnly(known.replay(), known.name().toLowerCase(Locale.ROOT));
    }

    @Test
    void aCaseSaysOnWhichCpuItRuns() throws Exception {
        Configuration two = read("{ range: 0xf000..0x10000, device: d }", "cpus: 2");
        Replay replay = new Script(two)
                .add(0)
                .map(0, 0x1000, 0)
                .unmap(0, 0x1000, 0xf000, 1)
                .reserve(0)
                .map(0, 0x1000, 1)
                .replay(Catalogue.byId("no-reserved-overlap"));
        assertFailsOnTheFaultyAllocatorOnly(replay, "two_cpus");
    }

    @Test
    void aMapBelowTheStartOfTheDomainIsACase() throws Exception {
        Configuration high = new ConfigurationReader(Catalogue.ids()).read("test.yaml", """
                iovacheck: 1
                kernel: { profile: v6.1, with: [B01] }
                iommu: { aperture: 0x1f0000000..0x200000000 }
                devices: { d: { mask: 0x1f09fffff } }
                workload: { d: { map: 11MiB } }
                """);
        Replay replay = new Script(high).add(0).map(0, 0xb00000, -1).replay(Catalogue.byId("lower-bound"));
        assertFailsOnTheFaultyAllocatorOnly(replay, "below_start", 0x1f0000);
    }

    @Test
    void aMapThatFindsNoRoomIsACase() throws Exception {
        Configuration blocked = read("{ device: d, start: 0x0, length: 0 }", "");
        Replay replay =
                new Script(blocked).add(0).reserve(0).map(0, 0x1000, 0).replay(Catalogue.byId("alloc-completeness"));
        assertFailsOnTheFaultyAllocatorOnly(replay, "no_room");
    }

    @Test
    void whatCannotBeACaseSaysWhyAndNoSuiteIsEmpty() throws Exception {
        String mistake = KUnitTest.of(List.of(KnownReplays.MISTAKE.replay()));
        assertTrue(mistake.contains("No test case: step 4 is not a whole call"), mistake);
        assertFalse(mistake.contains("kunit_test_suite"), mistake);
        String loop = KUnitTest.of(List.of(PlantedLoop.replay()));
        assertTrue(loop.contains("No test case: "), loop);
        Configuration lazy = read("{ device: d, range: 0xf000..0x10000 }", "iommu: { mode: lazy }");
        Replay queued = new Script(lazy).add(0).reserve(0).replay(Catalogue.byId("errno-conformance"));
        assertTrue(KUnitTest.of(List.of(queued)).contains("No test case: a flush queue takes part"));
    }

    private static Configuration read(String reserve, String more) throws Exception {
        return new ConfigurationReader(Catalogue.ids())
                .read("test.yaml", """
                iovacheck: 1
                devices: { d: { mask: 0xffff } }
                mechanism: dma_iova_set_resv_region
                workload: { d: { map: 4KiB } }
                """ + "reserve: [" + reserve + "]\n" + more + "\n");
    }

    private void assertFailsOnTheFaultyAllocatorOnly(Replay replay, String name) throws Exception {
        assertFailsOnTheFaultyAllocatorOnly(replay, name, 0xf);
    }

    /** @param room a pfn that an allocator may give out that does right */
    private void assertFailsOnTheFaultyAllocatorOnly(Replay replay, String name, long room) throws Exception {
        assumeTrue(hasCompiler(), "gcc is not installed, so the test in C is not compiled");
        Files.writeString(folder.resolve("suite.c"), KUnitTest.of(List.of(replay)));
        Files.createDirectories(folder.resolve("kunit"));
        Files.createDirectories(folder.resolve("linux"));
        Files.writeString(folder.resolve("kunit/test.h"), read("kunit-test.h"));
        for (String header : List.of("iova.h", "sched.h", "cpumask.h")) {
            Files.writeString(folder.resolve("linux/" + header), read("linux-" + header));
        }
        Replay shown =
                Check.of(replay).isPresent() ? replay : OneMoreMap.of(replay).orElseThrow();
        List<KernelCall> calls = KernelCalls.of(shown).calls();
        Files.writeString(
                folder.resolve("stub.c"),
                read("stub.c").replace("@CALLS@", table(calls)).replace("@ROOM@", KernelCalls.ul(room)));
        run("gcc", "-Wall", "-Wextra", "-Werror", "-std=gnu11", "-I.", "-o", name, "suite.c", "stub.c");
        assertEquals(1, run("./" + name, "faulty"), "the case must fail where the kernel does what the model does");
        assertEquals(0, run("./" + name, "right"), "the case must pass where the kernel does right");
        boolean mapsBefore = calls.subList(0, calls.size() - 1).stream()
                .anyMatch(call -> call.function().equals("alloc_iova_fast"));
        if (mapsBefore) {
            assertEquals(2, run("./" + name, "other"), "a case that comes to something else before has nothing to see");
        }
        if (calls.stream().anyMatch(call -> call.cpu() > 0)) {
            assertEquals(5, run("./" + name, "small"), "the case must be skipped where there is no such CPU");
        }
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
            table.append("}, ")
                    .append(KernelCalls.ul(call.result()))
                    .append(", ")
                    .append(call.cpu())
                    .append(" },\n");
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
