package dev.iovacheck.counterexamples.shrink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.NotConfirmedException;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.counterexamples.testing.GoldenFile;
import dev.iovacheck.counterexamples.testing.RandomWay;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.config.ConfigurationText;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.machine.Action;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ShrinkerTest {

    private static Configuration read(String yaml) throws Exception {
        return new ConfigurationReader(Catalogue.ids()).read("large.yaml", yaml);
    }

    private static Shrunk shrink(Counterexample counterexample) {
        return Shrinker.shrink(counterexample, () -> false, (step, actions, tries) -> {}, ShortestSearch.NONE);
    }

    private static List<Action.Kind> kinds(Shrunk shrunk) {
        return shrunk.replay().steps().stream()
                .map(step -> step.action().kind())
                .toList();
    }

    @Test
    void fiveThousandStepsThatHitTheCachedRangeHazardComeToFour() throws Exception {
        Counterexample random = RandomWay.of(read(RandomWay.LARGE), "cache-coherence", 5000, 1);
        assertTrue(
                random.actions().size() > 4900, () -> "only " + random.actions().size());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begin = threads.getCurrentThreadCpuTime();
        Shrunk shrunk = shrink(random);
        Duration taken = Duration.ofNanos(threads.getCurrentThreadCpuTime() - begin);
        assertTrue(taken.compareTo(Duration.ofSeconds(10)) < 0, "of a processor's time: " + taken);
        assertEquals(List.of(Action.Kind.ADD, Action.Kind.MAP, Action.Kind.UNMAP, Action.Kind.RESERVE), kinds(shrunk));
        assertTrue(shrunk.isMinimal());
        GoldenFile.assertMatches(
                "counterexamples",
                ShrinkerTest.class,
                "cached.yaml",
                ConfigurationText.of(shrunk.replay().counterexample().configuration()));
    }

    @Test
    void theRangeThatIsIssuedAgainNeedsOneMapMore() throws Exception {
        Counterexample random = RandomWay.of(read(RandomWay.LARGE), "no-reserved-overlap", 5000, 3);
        assertTrue(
                random.actions().size() > 4000, () -> "only " + random.actions().size());
        Shrunk shrunk = shrink(random);
        assertEquals(
                List.of(Action.Kind.MAP, Action.Kind.MAP, Action.Kind.RESERVE, Action.Kind.UNMAP),
                kinds(shrunk).stream()
                        .filter(kind -> kind != Action.Kind.ADD)
                        .sorted(Comparator.comparing(Action.Kind::name))
                        .toList());
        assertTrue(shrunk.isMinimal());
        assertNothingCanBeLeftOut(shrunk);
    }

    @Test
    void stepsBecomeCallsAndLargeGranulesSmallOnesWhereThatIsEnough() throws Exception {
        Counterexample random = RandomWay.of(read("""
                iovacheck: 1
                cpus: 2
                iommu: { granule: 64KiB, aperture: 0..4GiB }
                devices: { d: { mask: 0xffffff } }
                mechanism: dma_iova_set_resv_region
                reserve: [{ device: d, range: 0xf30000..0x1000000 }]
                workload: { d: { map: [64KiB, { call: sg, segments: [64KiB, 128KiB, 64KiB] }], live: 2 } }
                explore: { interleaving: steps }
                """), "cache-coherence", 400, 1);
        assertTrue(
                random.actions().stream().anyMatch(action -> action.kind() == Action.Kind.STEP), "nothing interleaved");
        Shrunk shrunk = shrink(random);
        assertEquals(List.of(Action.Kind.ADD, Action.Kind.MAP, Action.Kind.RESERVE, Action.Kind.UNMAP), kinds(shrunk));
        Configuration small = shrunk.replay().counterexample().configuration();
        assertEquals(Interleaving.CALLS, small.exploration().interleaving());
        assertEquals(12, small.iommu().granuleShift());
        assertEquals(1, small.cpus());
        assertTrue(small.devices().get(0).buffers().stream().allMatch(Buffer::isPlain), () -> small.devices()
                .toString());
    }

    @Test
    void pairsThatOnlyGoTogetherGoTogether() throws Exception {
        // The CPU comes and goes; neither half alone can be left out once its magazines matter.
        Counterexample random = RandomWay.of(read(RandomWay.LARGE), "reservation-persistence", 5000, 2);
        Shrunk shrunk = shrink(random);
        assertNothingCanBeLeftOut(shrunk);
        assertFalse(kinds(shrunk).contains(Action.Kind.CPU_ONLINE), kinds(shrunk)::toString);
    }

    private static void assertNothingCanBeLeftOut(Shrunk shrunk) {
        Counterexample small = shrunk.replay().counterexample();
        for (int left = 0; left < small.actions().size(); left++) {
            List<Action> fewer = new ArrayList<>(small.actions());
            fewer.remove(left);
            Counterexample shorter =
                    new Counterexample(small.configuration(), small.devices(), small.invariant(), fewer, small.loop());
            assertThrows(NotConfirmedException.class, () -> Replayer.replay(shorter));
        }
    }

    @Test
    void theReasonStaysTheSame() throws Exception {
        for (long seed = 1; seed <= 6; seed++) {
            Counterexample random = RandomWay.of(read(RandomWay.LARGE), "errno-conformance", 300, seed);
            if (random.actions().isEmpty()) {
                continue;
            }
            Reason before = Reason.of(Replayer.replay(random).violation());
            assertEquals(before, Reason.of(shrink(random).replay().violation()));
        }
    }

    @Test
    void numbersDoNotMatterForTheReasonAndNamesDo() {
        assertEquals(
                Reason.of("[0x1000, 0x1fff] of block0, 4 KiB, on cpu 1"),
                Reason.of("[0xa000, 0xafff] of block0, 1.5 MiB, on cpu 0"));
        assertFalse(Reason.of("live for block0").equals(Reason.of("live for block1")));
        assertFalse(Reason.of("live for dev-0").equals(Reason.of("live for dev-1")));
    }

    @Test
    void whenItIsToStopItGivesTheBestSoFar() throws Exception {
        Counterexample random = RandomWay.of(read(RandomWay.LARGE), "cache-coherence", 2000, 1);
        int[] asked = {0};
        Shrunk none = Shrinker.shrink(random, () -> true, (step, actions, tries) -> {}, ShortestSearch.NONE);
        assertTrue(random.actions().equals(none.replay().counterexample().actions()), "nothing was tried");
        assertFalse(none.isMinimal());
        Shrunk some = Shrinker.shrink(random, () -> ++asked[0] > 5, (step, actions, tries) -> {}, ShortestSearch.NONE);
        assertFalse(some.isMinimal());
        assertTrue(some.replay().steps().size() < random.actions().size());
    }

    @Test
    void progressNamesEachStep() throws Exception {
        Set<String> steps = new TreeSet<>();
        Shrinker.shrink(
                RandomWay.of(read(RandomWay.LARGE), "cache-coherence", 500, 1),
                () -> false,
                (step, actions, tries) -> steps.add(step),
                ShortestSearch.NONE);
        assertTrue(steps.containsAll(Set.of("leave actions out", "leave pairs of actions out", "leave devices out")));
        for (ConfigurationEdits.Step step : ConfigurationEdits.Step.values()) {
            assertEquals(step.words(), step.words().strip());
        }
    }

    @Test
    void nothingIsShrunkThatViolatesNothing() throws Exception {
        Counterexample nothing =
                new Counterexample(read(RandomWay.LARGE), List.of(0, 1, 2), Catalogue.byId("lower-bound"), List.of());
        assertThrows(NotConfirmedException.class, () -> Shrinker.fewerActions(nothing));
    }
}
