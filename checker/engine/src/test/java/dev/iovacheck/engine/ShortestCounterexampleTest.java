package dev.iovacheck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.counterexamples.shrink.ShortestSearch;
import dev.iovacheck.counterexamples.shrink.Shrinker;
import dev.iovacheck.counterexamples.shrink.Shrunk;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.machine.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShortestCounterexampleTest {

    private static final ShortestSearch SEARCH = new ShortestCounterexample(10_000);

    private static Configuration read(String yaml) throws Exception {
        return new ConfigurationReader(Catalogue.ids()).read("test.yaml", yaml);
    }

    /** The first map of one device lies below its window, and the third of the other. */
    private static Configuration windows() throws Exception {
        return read("""
                iovacheck: 1
                devices:
                  small: { mask: 0x3fff, window: 0x3000..0x4000 }
                  other: { mask: 0x3fff, window: 0x2000..0x4000 }
                workload: { small: { map: 8KiB, live: 1 }, other: { map: 4KiB, live: 3 } }
                check: [lower-bound]
                """);
    }

    /** What is violated, with steps before it that have nothing to do with it. */
    private static Counterexample known(Configuration configuration, String about) {
        SearchOptions options = SearchOptions.defaults();
        CheckResult result = ExhaustiveCheck.run(
                configuration,
                options.withReductions(false),
                progress -> {},
                () -> false,
                null,
                Violations.thatAre(words -> words.contains(about)));
        Replay replay = ((Verdict.Violated) result.findings().get(0).verdict()).replay();
        Counterexample shortest = replay.counterexample();
        List<Action> longer = new ArrayList<>();
        configuration.devices().stream()
                .filter(each -> shortest.actions().stream().noneMatch(action -> action.device() == each.index()))
                .forEach(each ->
                        longer.add(new Action(Action.Kind.ADD, -1, false, each.index(), -1, each.index(), 0, 0, 0)));
        longer.addAll(shortest.actions());
        return new Counterexample(configuration, shortest.devices(), shortest.invariant(), longer);
    }

    @Test
    void theSameViolationIsMeantAndNotANearerOneOfAnother() throws Exception {
        Counterexample known = known(windows(), "other");
        String words = Replayer.replay(known).violation();
        assertTrue(words.contains("other"), words);
        assertEquals(5, known.actions().size());
        Counterexample shortest = SEARCH.shortest(known, said -> said.contains("other"), () -> false)
                .orElseThrow();
        assertEquals(4, shortest.actions().size());
        assertTrue(Replayer.replay(shortest).violation().contains("other"));
        assertEquals(known.configuration(), shortest.configuration());
        Counterexample any = SEARCH.shortest(known, said -> true, () -> false).orElseThrow();
        assertEquals(2, any.actions().size(), "any violation of it, of the other device");
    }

    @Test
    void whatAlreadyIsShortestIsFoundAgain() throws Exception {
        Counterexample known = known(windows(), "small");
        Counterexample shortest = SEARCH.shortest(known, said -> said.contains("small"), () -> false)
                .orElseThrow();
        assertEquals(known.actions().size() - 1, shortest.actions().size());
        assertEquals(Optional.of(shortest), SEARCH.shortest(shortest, said -> said.contains("small"), () -> false));
    }

    @Test
    void aSearchThatIsEndedFindsNothingOut() throws Exception {
        Counterexample known = known(windows(), "other");
        assertEquals(
                Optional.empty(),
                new ShortestCounterexample(3).shortest(known, said -> said.contains("other"), () -> false));
        assertEquals(Optional.empty(), SEARCH.shortest(known, said -> said.contains("other"), () -> true));
    }

    @Test
    void whatCanFollowIsToldApartByItsWordsToo() throws Exception {
        Configuration both = read("""
                iovacheck: 1
                devices: { d: { group: first, mask: 0xffff }, e: { group: second, mask: 0xffff } }
                mechanism: dma_iova_set_resv_region
                reserve:
                  - { device: d, start: 0x0, length: 0 }
                  - { device: e, start: 0x0, length: 0 }
                workload: { d: { map: 4KiB, live: 1 }, e: { map: 4KiB, live: 1 } }
                check: [space-recoverable]
                """);
        Counterexample known = known(both, "group first");
        for (String group : List.of("first", "second")) {
            Counterexample shortest = SEARCH.shortest(known, said -> said.contains(group), () -> false)
                    .orElseThrow();
            String words = Replayer.replay(shortest).violation();
            assertTrue(words.contains("group " + group), words);
        }
        assertEquals(Optional.empty(), SEARCH.shortest(known, said -> said.contains("no such group"), () -> false));
    }

    @Test
    void aConfigurationThatHasBecomeSmallerIsSearchedAgain() throws Exception {
        Counterexample known = known(windows(), "other");
        Shrunk without = Shrinker.shrink(known, () -> false, (step, actions, tries) -> {}, ShortestSearch.NONE);
        Shrunk with = Shrinker.shrink(known, () -> false, (step, actions, tries) -> {}, SEARCH);
        assertTrue(!without.isShortest() && with.isShortest());
        assertTrue(with.replay().steps().size() <= without.replay().steps().size());
    }
}
