package dev.iovacheck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.NotConfirmedException;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.engine.search.Storage;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Configurations;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Symmetry;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Claims about what can follow: ways out, runs that end too early, and loops. */
class ProgressTest {

    /** One device of pages 1..7 that maps four single ones, two CPUs and the depot worker. */
    private static Configuration depots(boolean hotplug, Interleaving interleaving, int live) {
        return Configuration.builder()
                .cpus(2)
                .devices(List.of(Configurations.device(0, "g", 1, 7, live, 1)))
                .exploration(new Exploration(false, false, hotplug, true, interleaving))
                .checks(List.of("space-recoverable", "depot-shrinks"))
                .build();
    }

    /** The posted call beside a large mapping. */
    private static Configuration posted(Interleaving interleaving) {
        return Configuration.builder()
                .cpus(2)
                .devices(List.of(
                        Configurations.device(0, "g", 1, 127, 1, 64), Configurations.device(1, "h", 1, 7, 1, 1)))
                .mechanism(Mechanism.POSTED_API)
                .reservations(List.of(Configurations.call(0, 0, 32, 70, Reservation.When.ANY)))
                .exploration(new Exploration(false, false, false, false, interleaving))
                .checks(List.of("space-recoverable"))
                .build();
    }

    private static Verdict verdict(CheckResult result, String id) {
        return result.findings().stream()
                .filter(finding -> finding.invariant().id().equals(id))
                .findFirst()
                .orElseThrow()
                .verdict();
    }

    private static CheckResult check(Configuration configuration, SearchOptions options, @Nullable Defect defect) {
        return ExhaustiveCheck.run(configuration, options, progress -> {}, () -> false, defect);
    }

    private static Replay violated(CheckResult result, String id) {
        return assertInstanceOf(Verdict.Violated.class, verdict(result, id)).replay();
    }

    private static String text(Replay replay) {
        return CounterexampleText.of(replay)
                .lines()
                .filter(line -> !line.startsWith("  ") && !line.isBlank())
                .map(line -> line.replaceAll("\\(start_pfn.*", "").strip())
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @Test
    void aWorkerThatFreesNothingRunsForEver() {
        SearchOptions options = SearchOptions.defaults().withWorkers(2);
        Configuration configuration =
                depots(false, Interleaving.CALLS, 5).toBuilder().cpus(1).build();
        assertInstanceOf(Verdict.Holds.class, verdict(check(configuration, options, null), "depot-shrinks"));
        Replay replay = violated(check(configuration, options, Defect.DEPOT_WORKER_FREES_NOTHING), "depot-shrinks");
        assertEquals(9, replay.steps().size());
        assertEquals(
                List.of(Action.Kind.DEPOT_WORK),
                replay.counterexample().loop().stream().map(Action::kind).toList());
        String text = text(replay);
        assertTrue(text.contains("From here on, again and again:\n10. the depot worker"), text);
        assertTrue(text.contains("Then everything is as it was after step 9.\n"), text);
    }

    @Test
    void theLoopIsFoundWithAndWithoutReductionsAndStepByStep() {
        for (Interleaving interleaving : Interleaving.values()) {
            Configuration configuration =
                    depots(false, interleaving, 4).toBuilder().cpus(1).build();
            List<Integer> stems = new ArrayList<>();
            for (Reduction left : Reduction.values()) {
                Set<Reduction> some = EnumSet.complementOf(EnumSet.of(left));
                CheckResult result = check(
                        configuration,
                        SearchOptions.defaults().withWorkers(1).withReductions(some),
                        Defect.DEPOT_WORKER_FREES_NOTHING);
                Replay replay = violated(result, "depot-shrinks");
                stems.add(replay.steps().size());
                assertFalse(replay.loop().isEmpty());
                assertInstanceOf(Verdict.Holds.class, verdict(result, "space-recoverable"));
            }
            assertEquals(1, Set.copyOf(stems).size(), interleaving + ": " + stems);
        }
    }

    @Test
    void aLoopThatPutsWorkOffIsNotConfirmed() {
        Configuration configuration =
                depots(false, Interleaving.CALLS, 5).toBuilder().cpus(1).build();
        Counterexample found = violated(
                        check(configuration, SearchOptions.defaults(), Defect.DEPOT_WORKER_FREES_NOTHING),
                        "depot-shrinks")
                .counterexample();
        Counterexample withoutLoop =
                new Counterexample(configuration, found.devices(), found.invariant(), found.actions());
        Action last = found.actions().get(found.actions().size() - 1);
        Counterexample byTheDriver = new Counterexample(
                configuration,
                found.devices(),
                found.invariant(),
                found.actions().subList(0, found.actions().size() - 1),
                List.of(last));
        for (Counterexample wrong : List.of(withoutLoop, byTheDriver)) {
            assertThrows(
                    NotConfirmedException.class,
                    () -> Replayer.replay(
                            wrong,
                            () -> Machine.withDefect(
                                    configuration,
                                    new int[] {0},
                                    Symmetry.NAMES_KEPT,
                                    Defect.DEPOT_WORKER_FREES_NOTHING)));
        }
        assertThrows(NotConfirmedException.class, () -> Replayer.replay(found), "without the mistake there is no loop");
    }

    @Test
    void aCpuThatGoesLeavesTheDepotTooLarge() {
        CheckResult result = check(depots(true, Interleaving.CALLS, 2), SearchOptions.defaults(), null);
        Replay replay = violated(result, "depot-shrinks");
        assertEquals(11, replay.steps().size());
        assertEquals(List.of(), replay.loop());
        assertTrue(text(replay).contains("After this: Nothing is left to happen by itself.\n"), text(replay));
        assertInstanceOf(Verdict.Holds.class, verdict(result, "space-recoverable"));
    }

    @Test
    void aLostReservationIsLostForGoodWithAndWithoutReductions() {
        for (Interleaving interleaving : Interleaving.values()) {
            Map<Boolean, Set<Integer>> steps = new TreeMap<>();
            for (Set<Reduction> some : List.of(
                    EnumSet.allOf(Reduction.class),
                    EnumSet.complementOf(EnumSet.of(Reduction.ORDERS)),
                    EnumSet.complementOf(EnumSet.of(Reduction.PARTS)),
                    EnumSet.noneOf(Reduction.class))) {
                CheckResult result =
                        check(posted(interleaving), SearchOptions.defaults().withReductions(some), null);
                Replay replay = violated(result, "space-recoverable");
                steps.computeIfAbsent(some.contains(Reduction.ORDERS), orders -> new TreeSet<>())
                        .add(replay.steps().size());
                assertTrue(replay.aftermath().matches("None of the [0-9]+ states that can follow is a way out\\."));
            }
            // In the middle of a call it may be certain before the reduced search can see it.
            steps.values().forEach(lengths -> assertEquals(1, lengths.size(), interleaving + ": " + steps));
        }
    }

    @Test
    void aWayOutIsNotDenied() {
        Configuration configuration = posted(Interleaving.CALLS);
        Counterexample found = violated(check(configuration, SearchOptions.defaults(), null), "space-recoverable")
                .counterexample();
        Counterexample tooShort = new Counterexample(
                configuration,
                found.devices(),
                found.invariant(),
                found.actions().subList(0, found.actions().size() - 1));
        assertThrows(NotConfirmedException.class, () -> Replayer.replay(tooShort));
    }

    @Test
    void aSearchThatIsStoppedWhileItLooksAgainDecidesNothing() {
        CheckResult shrinks = stoppedWhileItLooksAgain(depots(false, Interleaving.CALLS, 4));
        assertEquals("interrupted", undecided(shrinks, "depot-shrinks").reason());
        Configuration oneDevice = posted(Interleaving.CALLS);
        oneDevice =
                oneDevice.toBuilder().devices(oneDevice.devices().subList(0, 1)).build();
        CheckResult recovers = stoppedWhileItLooksAgain(oneDevice);
        assertEquals("interrupted", undecided(recovers, "space-recoverable").reason());
    }

    /** Where every step back holds less than before, the search itself shows that all can be given back. */
    @Test
    void nothingIsLookedAtAgainIfEveryStateWasSeenToLeadDown() {
        CheckResult result = stoppedWhileItLooksAgain(depots(false, Interleaving.CALLS, 4));
        assertInstanceOf(Verdict.Holds.class, verdict(result, "space-recoverable"));
    }

    private static CheckResult stoppedWhileItLooksAgain(Configuration configuration) {
        SearchOptions options = SearchOptions.defaults().withWorkers(1);
        AtomicInteger asked = new AtomicInteger();
        CheckResult whole = ExhaustiveCheck.run(
                configuration.toBuilder().checks(List.of("lower-bound")).build(),
                options,
                progress -> {},
                () -> asked.incrementAndGet() < 0);
        assertTrue(whole.coverage().cutOff().isEmpty());
        int ofTheSearch = asked.get();
        asked.set(0);
        CheckResult result = ExhaustiveCheck.run(
                configuration, options, progress -> {}, () -> asked.incrementAndGet() > ofTheSearch + 1);
        assertTrue(result.coverage().cutOff().isEmpty(), "the search itself was complete");
        return result;
    }

    private static Verdict.Undecided undecided(CheckResult result, String id) {
        return assertInstanceOf(Verdict.Undecided.class, verdict(result, id));
    }

    private static Configuration lazy(Interleaving interleaving, int cpus) {
        Configuration configuration = Configuration.builder()
                .cpus(cpus)
                .devices(List.of(Configurations.device(0, "g", 1, 3, 2, 1)))
                .exploration(new Exploration(false, false, false, false, interleaving))
                .checks(List.of("queue-drains"))
                .build();
        Iommu iommu = configuration.iommu();
        return configuration.toBuilder()
                .iommu(new Iommu(iommu.granuleShift(), iommu.aperture(), iommu.forceAperture(), Iommu.Mode.LAZY))
                .build();
    }

    @Test
    void theTimerEmptiesEveryQueue() {
        for (Interleaving interleaving : Interleaving.values()) {
            for (int cpus = 1; cpus <= 2; cpus++) {
                CheckResult result = check(lazy(interleaving, cpus), SearchOptions.defaults(), null);
                assertInstanceOf(Verdict.Holds.class, verdict(result, "queue-drains"), interleaving + " " + cpus);
            }
        }
    }

    @Test
    void aQueueWhoseTimerNobodyArmsStaysAsItIs() {
        CheckResult result = check(lazy(Interleaving.CALLS, 1), SearchOptions.defaults(), Defect.TIMER_NOT_ARMED);
        Replay replay = violated(result, "queue-drains");
        assertEquals(3, replay.steps().size());
        String text = CounterexampleText.of(replay).replaceAll("\\s+", " ");
        assertTrue(text.contains("of group g waits for a flush, and the timer is off."), text);
        assertTrue(replay.counterexample().loop().isEmpty(), "nothing at all happens any more");
    }

    @Test
    void fingerprintsFindTheSame() {
        SearchOptions options = SearchOptions.defaults().withStorage(Storage.FINGERPRINT);
        CheckResult result = check(depots(true, Interleaving.CALLS, 2), options, null);
        assertEquals(11, violated(result, "depot-shrinks").steps().size());
        assertInstanceOf(Verdict.Holds.class, verdict(result, "space-recoverable"));
    }
}
