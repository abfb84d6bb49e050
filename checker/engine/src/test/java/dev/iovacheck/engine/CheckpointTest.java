package dev.iovacheck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.engine.search.Storage;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.machine.Configurations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A search that was interrupted, however and how often, ends as if it had not been. */
@Timeout(120)
class CheckpointTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    /** Three parts; the middle one is the largest. Every part violates {@code lower-bound}, the last one sooner than the others. */
    private static Configuration configuration(int pages) {
        Configuration plain = Configurations.of(
                KernelProfile.V7_1,
                1,
                Mechanism.NONE,
                new Exploration(false, false, false, false),
                List.of(
                        Configurations.device(0, "f", 3, 7, 2, 1),
                        Configurations.device(1, "g", 3, pages, 3, 1, 2),
                        Configurations.device(2, "h", 3, 5, 3, 1)),
                List.of());
        return plain.toBuilder()
                .checks(List.of("lower-bound", "upper-bound", "nonzero", "no-live-overlap"))
                .build();
    }

    private static final Configuration CONFIGURATION = configuration(7);

    private CheckpointOptions checkpoint(String name, boolean resume) {
        return new CheckpointOptions(folder.resolve(name), Duration.ofNanos(1), resume, "test");
    }

    private static CheckResult run(SearchOptions options, BooleanSupplier interrupted) {
        return ExhaustiveCheck.run(CONFIGURATION, options, progress -> {}, interrupted);
    }

    /** Everything of a result that a report is made of. */
    private static List<Object> facts(CheckResult result) {
        List<Object> facts = new ArrayList<>();
        Coverage coverage = result.coverage();
        facts.add(coverage.cutOff());
        facts.add(coverage.neverFired());
        for (Coverage.Part part : coverage.parts()) {
            facts.add(List.of(part.devices(), part.states(), part.transitions(), part.depth()));
        }
        for (CheckResult.Finding finding : result.findings()) {
            if (finding.verdict() instanceof Verdict.Violated violated) {
                Counterexample counterexample = violated.replay().counterexample();
                facts.add(List.of(counterexample.devices(), counterexample.actions()));
            } else {
                facts.add(finding.verdict());
            }
        }
        return facts;
    }

    @ParameterizedTest
    @CsvSource({"1, 1, EXACT", "1, 3, EXACT", "2, 1, EXACT", "3, 2, FINGERPRINT"})
    void manyInterruptionsChangeNothing(int workers, int laterWorkers, Storage storage) {
        SearchOptions options = SearchOptions.defaults().withStorage(storage);
        List<Object> expected = facts(run(options.withWorkers(1), () -> false));
        SearchOptions once = options.withWorkers(workers).withCheckpoint(checkpoint("c", false));
        int[] asked = {0};
        CheckResult result = run(once, () -> ++asked[0] > 5);
        assertEquals(Optional.of("interrupted"), result.coverage().cutOff());
        int runs = 1;
        SearchOptions again = options.withWorkers(laterWorkers).withCheckpoint(checkpoint("c", true));
        while (result.coverage().cutOff().isPresent()) {
            assertTrue(++runs < 200, "does not get on");
            asked[0] = 0;
            result = run(again, () -> ++asked[0] > 5);
        }
        assertTrue(runs > 5, "interrupted " + runs + " times only");
        assertEquals(expected, facts(result));
    }

    @Test
    void aLimitIsAnInterruptionToo() {
        List<Object> expected = facts(run(SearchOptions.defaults(), () -> false));
        SearchOptions cut = SearchOptions.defaults().withMaxDepth(9).withCheckpoint(checkpoint("c", false));
        assertEquals(
                Optional.of("the depth limit of 9 steps was reached"),
                run(cut, () -> false).coverage().cutOff());
        SearchOptions rest = SearchOptions.defaults().withCheckpoint(checkpoint("c", true));
        assertEquals(expected, facts(run(rest, () -> false)));
    }

    /** What a process that is killed leaves behind is what the folder holds at any moment. */
    @Test
    void whatTheFolderHoldsAtAnyMomentIsGood() {
        List<Object> expected = facts(run(SearchOptions.defaults(), () -> false));
        List<String> copies = new ArrayList<>();
        SearchOptions first = SearchOptions.defaults().withWorkers(1).withCheckpoint(checkpoint("c", false));
        int[] asked = {0};
        run(first, () -> {
            if (++asked[0] % 7 == 0 && Files.exists(folder.resolve("c/progress"))) {
                String copy = "copy" + asked[0];
                copy(folder.resolve("c"), folder.resolve(copy));
                copies.add(copy);
            }
            return false;
        });
        assertTrue(copies.size() > 5, "only " + copies);
        for (String copy : copies) {
            SearchOptions rest = SearchOptions.defaults().withCheckpoint(checkpoint(copy, true));
            assertEquals(expected, facts(run(rest, () -> false)), copy);
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.createDirectories(to);
            Files.copy(from.resolve("progress"), to.resolve("progress")); // first: the states it speaks of stay
            try (Stream<Path> files = Files.walk(from, 1, new FileVisitOption[0])) {
                for (Path file : files.filter(
                                file -> file.getFileName().toString().startsWith("states"))
                        .toList()) {
                    Files.copy(file, to.resolve(file.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void spilledStatesAreKeptToo() {
        SearchOptions small = SearchOptions.defaults().withWorkers(1).withMemoryBytes(300_000);
        List<Object> expected = facts(run(SearchOptions.defaults(), () -> false));
        int[] asked = {0};
        run(small.withCheckpoint(checkpoint("c", false)), () -> ++asked[0] > 40);
        assertEquals(expected, facts(run(small.withCheckpoint(checkpoint("c", true)), () -> false)));
    }

    // ---- what is refused ----

    private static void assertRefused(String message, SearchOptions options, Configuration configuration) {
        CheckpointException refused = assertThrows(
                CheckpointException.class,
                () -> ExhaustiveCheck.run(configuration, options, progress -> {}, () -> false));
        assertTrue(refused.toString().contains(message), refused::toString);
    }

    private void interruptedOnce() {
        int[] asked = {0};
        run(SearchOptions.defaults().withCheckpoint(checkpoint("c", false)), () -> ++asked[0] > 10);
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        Files.createDirectories(folder.resolve("c"));
        Files.writeString(folder.resolve("c/thesis.tex"), "precious");
        SearchOptions options = SearchOptions.defaults().withCheckpoint(checkpoint("c", false));
        assertRefused("c: error: is not empty", options, CONFIGURATION);
        assertEquals("precious", Files.readString(folder.resolve("c/thesis.tex")));
        checkpoint("c", false).discard();
        assertTrue(Files.exists(folder.resolve("c/thesis.tex")));
    }

    @Test
    void aCheckpointIsOfOneSearch() {
        interruptedOnce();
        SearchOptions resume = SearchOptions.defaults().withCheckpoint(checkpoint("c", true));
        assertRefused("belongs to another search", resume, configuration(6));
        assertRefused("belongs to another search", resume.withStorage(Storage.FINGERPRINT), CONFIGURATION);
        assertRefused("belongs to another search", resume.withReductions(false), CONFIGURATION);
        assertRefused(
                "holds no checkpoint",
                SearchOptions.defaults().withCheckpoint(checkpoint("elsewhere", true)),
                CONFIGURATION);
        assertFalse(Files.exists(folder.resolve("elsewhere")));
    }

    @Test
    void damageIsNoticed() throws IOException {
        interruptedOnce();
        Path progress = folder.resolve("c/progress");
        byte[] good = Files.readAllBytes(progress);
        SearchOptions resume = SearchOptions.defaults().withCheckpoint(checkpoint("c", true));
        for (int at : new int[] {0, 30, good.length / 2, good.length - 1}) {
            byte[] bad = good.clone();
            bad[at] ^= 4;
            Files.write(progress, bad);
            assertRefused("is damaged", resume, CONFIGURATION);
        }
        Files.write(progress, new byte[3]);
        assertRefused("is damaged", resume, CONFIGURATION);
        Files.write(progress, good);
        try (Stream<Path> files = Files.list(folder.resolve("c"))) {
            for (Path states : files.filter(
                            file -> file.getFileName().toString().startsWith("states"))
                    .toList()) {
                Files.write(states, new byte[100]);
            }
        }
        assertRefused("cannot be read", resume, CONFIGURATION);
    }

    @Test
    void twoSearchesDoNotShareAFolder() {
        interruptedOnce();
        SearchOptions resume = SearchOptions.defaults().withCheckpoint(checkpoint("c", true));
        boolean[] tried = {false};
        run(resume, () -> {
            if (!tried[0]) {
                tried[0] = true;
                assertRefused("another search is writing", resume, CONFIGURATION);
            }
            return false;
        });
        assertTrue(tried[0]);
    }

    @Test
    void whatIsNotNeededAnyMoreGoes() throws IOException {
        interruptedOnce();
        checkpoint("c", true).discard();
        assertFalse(Files.exists(folder.resolve("c")));
    }

    @Test
    void aCheckpointThatCannotBeWrittenDoesNotEndTheSearch() {
        List<String> warnings = new ArrayList<>();
        Path place = folder.resolve("c");
        Progress.Listener listener = new Progress.Listener() {
            @Override
            public void progress(Progress progress) {}

            @Override
            public void warning(String text) {
                warnings.add(text);
            }
        };
        boolean[] gone = {false};
        CheckResult result = ExhaustiveCheck.run(
                CONFIGURATION, SearchOptions.defaults().withCheckpoint(checkpoint("c", false)), listener, () -> {
                    if (!gone[0]) {
                        gone[0] = true;
                        removeFolder(place);
                    }
                    return false;
                });
        assertEquals(Optional.empty(), result.coverage().cutOff());
        assertInstanceOf(Verdict.Violated.class, result.findings().get(0).verdict());
        assertTrue(warnings.get(0).startsWith("the checkpoint cannot be written ("), warnings::toString);
    }

    private static void removeFolder(Path place) {
        try (Stream<Path> files = Files.list(place)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
