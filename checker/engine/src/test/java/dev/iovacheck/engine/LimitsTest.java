package dev.iovacheck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.engine.search.Storage;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.machine.Configurations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A search that was cut off never says that anything holds, says why it ended, and keeps what it had found. */
class LimitsTest {

    private static final long STATES = 9129;
    private static final int DEPTH = 29;

    /** {@code lower-bound} is violated after 4 steps; {@code nonzero} holds. */
    private static final Configuration CONFIGURATION =
            checked(Configurations.device(0, "g", 3, 7, 3, 1, 2), List.of("lower-bound", "nonzero"));

    private static Configuration checked(Device device, List<String> checks) {
        Configuration plain = Configurations.of(
                KernelProfile.V7_1,
                1,
                Mechanism.NONE,
                new Exploration(false, false, false, false),
                List.of(device),
                List.of());
        return plain.toBuilder().checks(checks).build();
    }

    private static SearchOptions options(int workers) {
        return SearchOptions.defaults().withWorkers(workers);
    }

    private static CheckResult run(SearchOptions options) {
        return run(CONFIGURATION, options, () -> false);
    }

    private static CheckResult run(Configuration configuration, SearchOptions options, BooleanSupplier interrupted) {
        return ExhaustiveCheck.run(configuration, options, progress -> {}, interrupted);
    }

    private static Verdict verdict(CheckResult result, int index) {
        return result.findings().get(index).verdict();
    }

    /** Both invariants are undecided for this reason. */
    private static void assertNothingDecided(String reason, CheckResult result) {
        assertEquals(Optional.of(reason), result.coverage().cutOff());
        assertEquals(new Verdict.Undecided(reason), verdict(result, 0));
        assertEquals(new Verdict.Undecided(reason), verdict(result, 1));
    }

    /** The violation was found before, the rest is undecided for this reason. */
    private static void assertOnlyTheViolationIsDecided(String reason, CheckResult result) {
        assertOnlyTheViolationIsDecidedUpTo(STATES - 1, reason, result);
    }

    private static void assertOnlyTheViolationIsDecidedUpTo(long most, String reason, CheckResult result) {
        assertEquals(Optional.of(reason), result.coverage().cutOff());
        assertEquals(
                4, assertInstanceOf(Verdict.Violated.class, verdict(result, 0)).steps());
        assertEquals(new Verdict.Undecided(reason), verdict(result, 1));
        assertTrue(result.coverage().states() <= most);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aCompleteSearchDecides(int workers) {
        CheckResult result = run(options(workers).withMaxStates(STATES).withMaxDepth(DEPTH + 1));
        assertEquals(Optional.empty(), result.coverage().cutOff());
        assertEquals(STATES, result.coverage().states());
        assertEquals(DEPTH, result.coverage().depth());
        assertInstanceOf(Verdict.Violated.class, verdict(result, 0));
        assertEquals(new Verdict.Holds(), verdict(result, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void tooManyStates(int workers) {
        assertNothingDecided(
                "the limit of 1 states was reached", run(options(workers).withMaxStates(1)));
        assertOnlyTheViolationIsDecided(
                "the limit of 5000 states was reached", run(options(workers).withMaxStates(5000)));
        // One less than there are.
        String reason = "the limit of 9128 states was reached";
        assertEquals(new Verdict.Undecided(reason), verdict(run(options(workers).withMaxStates(STATES - 1)), 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void tooManyTransitions(int workers) {
        assertNothingDecided(
                "the limit of 1 transitions was reached", run(options(workers).withMaxTransitions(1)));
        long all = run(options(workers)).coverage().transitions();
        assertEquals(
                Optional.empty(),
                run(options(workers).withMaxTransitions(all)).coverage().cutOff());
        String reason = "the limit of " + (all - 1) + " transitions was reached";
        assertOnlyTheViolationIsDecidedUpTo(STATES, reason, run(options(workers).withMaxTransitions(all - 1)));
    }

    /** A gate that limits work says the same on every machine, wherever in a level the limit is met. */
    @Test
    void whatIsDecidedWithinALimitOfWorkDoesNotDependOnThreads() {
        for (long limit : List.of(2L, 5L, 9L, 14L, 20L, 30L, 50L, 100L, 1000L, 9000L)) {
            for (boolean ofStates : List.of(true, false)) {
                List<Boolean> decided = new ArrayList<>();
                for (int workers : List.of(1, 2, 4)) {
                    SearchOptions options = options(workers);
                    CheckResult result =
                            run(ofStates ? options.withMaxStates(limit) : options.withMaxTransitions(limit));
                    decided.add(verdict(result, 0) instanceof Verdict.Violated);
                }
                assertEquals(
                        1, Set.copyOf(decided).size(), limit + (ofStates ? " states " : " transitions ") + decided);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void tooFar(int workers) {
        assertNothingDecided(
                "the depth limit of 0 steps was reached", run(options(workers).withMaxDepth(0)));
        assertNothingDecided(
                "the depth limit of 3 steps was reached", run(options(workers).withMaxDepth(3)));
        CheckResult result = run(options(workers).withMaxDepth(4));
        assertOnlyTheViolationIsDecided("the depth limit of 4 steps was reached", result);
        // Nothing says that the states at the limit lead nowhere.
        assertEquals(
                new Verdict.Undecided("the depth limit of 29 steps was reached"),
                verdict(run(options(workers).withMaxDepth(DEPTH)), 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void tooLong(int workers) {
        assertNothingDecided(
                "the time limit of 0 s was reached", run(options(workers).withTimeLimit(Duration.ZERO)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void tooMuchMemory(int workers) {
        assertNothingDecided(
                "the memory limit of 1 bytes was reached", run(options(workers).withMemoryBytes(1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void statesGoToAFileWhenMemoryIsUsedUp(int workers) {
        // The tables and what is being filled fit, the words of all states do not.
        CheckResult small = run(options(workers).withMemoryBytes(250_000));
        CheckResult large = run(options(workers));
        assertEquals(Optional.empty(), small.coverage().cutOff());
        assertEquals(large.coverage().states(), small.coverage().states());
        assertEquals(large.coverage().transitions(), small.coverage().transitions());
        assertTrue(small.coverage().bytes() < large.coverage().bytes());
        assertEquals(
                assertInstanceOf(Verdict.Violated.class, verdict(large, 0))
                        .replay()
                        .counterexample(),
                assertInstanceOf(Verdict.Violated.class, verdict(small, 0))
                        .replay()
                        .counterexample());
        assertEquals(new Verdict.Holds(), verdict(small, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aFileThatTakesNothingEndsTheSearch(int workers) {
        Path nowhere = Path.of("no", "such", "folder");
        CheckResult result = run(options(workers).withMemoryBytes(250_000).withFolder(nowhere));
        String reason = result.coverage().cutOff().orElseThrow();
        assertTrue(reason.startsWith("the file of states in " + nowhere + " failed: "), reason);
        assertInstanceOf(Verdict.Violated.class, verdict(result, 0));
        assertEquals(new Verdict.Undecided(reason), verdict(result, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void fingerprintsFindTheSame(int workers) {
        CheckResult result = run(options(workers).withStorage(Storage.FINGERPRINT));
        assertEquals(STATES, result.coverage().states());
        assertEquals(DEPTH, result.coverage().depth());
        assertEquals(
                verdict(run(options(workers)), 0).getClass(), verdict(result, 0).getClass());
        assertEquals(new Verdict.Holds(), verdict(result, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void interrupted(int workers) {
        assertNothingDecided("interrupted", run(CONFIGURATION, options(workers), () -> true));
        AtomicInteger asked = new AtomicInteger();
        assertOnlyTheViolationIsDecided(
                "interrupted", run(CONFIGURATION, options(workers), () -> asked.incrementAndGet() > 20));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aStateThatCannotBeStored(int workers) {
        // Reserved pages far apart: each is a node, and they do not fit into 255 words.
        List<FirmwareRegion> regions = new ArrayList<>();
        for (long page = 0; page < 300; page++) {
            long first = (1L << 50) + page * 0x10000;
            regions.add(new FirmwareRegion(new Extent(first, first + 0xfff), FirmwareRegion.Type.RESERVED));
        }
        Device plain = Configurations.device(0, "g", 3, 7, 3, 1, 2);
        Device device = Device.builder(plain.index(), plain.name())
                .group(plain.group())
                .node(plain.node())
                .bus(plain.bus())
                .streamId(plain.streamId())
                .mask(plain.mask())
                .window(plain.window())
                .dmaRanges(plain.dmaRanges())
                .iommuRanges(plain.iommuRanges())
                .regions(regions)
                .mapSizes(plain.mapSizes())
                .live(plain.live())
                .build();
        CheckResult result = run(checked(device, List.of("lower-bound", "nonzero")), options(workers), () -> false);
        Verdict.Undecided undecided = assertInstanceOf(Verdict.Undecided.class, verdict(result, 1));
        assertTrue(undecided.reason().endsWith("at most 255 can be stored"), undecided.reason());
    }
}
