package dev.iovacheck.engine.naive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.Coverage;
import dev.iovacheck.engine.ExhaustiveCheck;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks a configuration twice, with the engine and naively, and insists that both find the same. */
final class Agreement {

    private final Configuration configuration;
    private final NaiveSearch whole;

    private Agreement(Configuration configuration, NaiveSearch whole) {
        this.configuration = configuration;
        this.whole = whole;
    }

    /** Invariants of the catalogue for which there is a naive rule. */
    static List<String> comparable() {
        return Catalogue.ids().stream().filter(NaiveSearch.rules()::contains).toList();
    }

    /**
     * Compares everything.
     *
     * @param limit how many states the naive search may visit
     * @return what the naive search found; nothing if there was too much, and so nothing was compared
     */
    static Optional<NaiveSearch> check(Configuration configuration, int limit) {
        List<Integer> devices =
                configuration.devices().stream().map(Device::index).toList();
        Optional<NaiveSearch> whole = NaiveSearch.run(new NaiveMachine(configuration, devices), limit);
        whole.ifPresent(search -> new Agreement(configuration, search).compare());
        return whole;
    }

    private void compare() {
        CheckResult exact = engine(1, false);
        Coverage coverage = exact.coverage();
        assertEquals(1, coverage.parts().size());
        assertEquals(whole.states(), coverage.states(), "states");
        assertEquals(whole.transitions(), coverage.transitions(), "transitions");
        assertEquals(whole.depth(), coverage.depth(), "depth");
        compareVerdicts(exact, List.of(whole));

        CheckResult reduced = engine(1, true);
        compareParts(reduced);
        for (int workers = 2; workers <= 3; workers++) {
            assertEquals(told(exact), told(engine(workers, false)), workers + " workers");
            assertEquals(told(reduced), told(engine(workers, true)), workers + " workers with reductions");
        }
        for (int index = 0; index < exact.findings().size(); index++) {
            Verdict with = reduced.findings().get(index).verdict();
            Verdict without = exact.findings().get(index).verdict();
            assertEquals(without.getClass(), with.getClass());
            assertEquals(steps(without), steps(with));
        }
    }

    private void compareParts(CheckResult reduced) {
        List<NaiveSearch> parts = new ArrayList<>();
        long product = 1;
        boolean shared = configuration.exploration().cpuHotplug();
        for (Coverage.Part part : reduced.coverage().parts()) {
            List<Integer> members = configuration.devices().stream()
                    .filter(device -> part.devices().contains(device.name()))
                    .map(Device::index)
                    .toList();
            NaiveMachine machine = new NaiveMachine(configuration, members);
            NaiveSearch search = NaiveSearch.run(machine, Integer.MAX_VALUE).orElseThrow();
            parts.add(search);
            // The shape of a tree depends on CPU numbers, so that the engine cannot forget them there.
            NaiveSearch.Orbits expected = machine.shapeMatters()
                    ? new NaiveSearch.Orbits(search.states(), search.transitions())
                    : search.orbits();
            assertEquals(expected.states(), part.states(), "states of the part " + part.devices());
            assertEquals(expected.transitions(), part.transitions(), "transitions of the part " + part.devices());
            assertEquals(search.depth(), part.depth(), "depth of the part " + part.devices());
            product *= search.states();
            // An oops of one part ends all of them, and one part's upside-down ranges make the shape of all trees
            // count.
            shared |= search.hasOops() || machine.shapeMatters();
        }
        if (!shared) {
            assertEquals(whole.states(), product, "product of the parts");
        }
        compareVerdicts(reduced, parts);
    }

    private void compareVerdicts(CheckResult result, List<NaiveSearch> parts) {
        Map<String, NaiveSearch.Finding> expected = new LinkedHashMap<>();
        Map<String, NaiveSearch.Finding> found = new LinkedHashMap<>();
        for (CheckResult.Finding finding : result.findings()) {
            String id = finding.invariant().id();
            expected.put(id, strongest(id, parts));
            found.put(id, new NaiveSearch.Finding(kind(finding.verdict()), steps(finding.verdict())));
        }
        assertEquals(expected, found);
    }

    /** Violated in some part, by the shortest way; otherwise shown in some part. */
    private static NaiveSearch.Finding strongest(String id, List<NaiveSearch> parts) {
        NaiveSearch.Finding strongest = new NaiveSearch.Finding(NaiveSearch.Kind.NOT_SHOWN, 0);
        for (NaiveSearch part : parts) {
            NaiveSearch.Finding other = part.finding(id);
            boolean stronger = other.kind().compareTo(strongest.kind()) > 0;
            boolean shorter = other.kind() == strongest.kind() && other.steps() < strongest.steps();
            strongest = stronger || shorter ? other : strongest;
        }
        return strongest;
    }

    private static NaiveSearch.Kind kind(Verdict verdict) {
        if (verdict instanceof Verdict.Violated) {
            return NaiveSearch.Kind.VIOLATED;
        }
        if (verdict instanceof Verdict.NotShown) {
            return NaiveSearch.Kind.NOT_SHOWN;
        }
        assertEquals(new Verdict.Holds(), verdict);
        return NaiveSearch.Kind.HOLDS;
    }

    private static int steps(Verdict verdict) {
        return verdict instanceof Verdict.Violated violated ? violated.steps() : 0;
    }

    private CheckResult engine(int workers, boolean reductions) {
        SearchOptions options = SearchOptions.defaults().withWorkers(workers).withReductions(reductions);
        return ExhaustiveCheck.run(configuration, options, progress -> {}, () -> false);
    }

    /** Everything that users are told and that must not depend on the number of workers. */
    private static List<String> told(CheckResult result) {
        List<String> lines = new ArrayList<>();
        for (CheckResult.Finding finding : result.findings()) {
            lines.add(finding.invariant().id() + ": "
                    + finding.verdict().getClass().getSimpleName());
            if (finding.verdict() instanceof Verdict.Violated violated) {
                violated.replay()
                        .steps()
                        .forEach(step -> lines.add(step.action().toString()));
            }
        }
        for (Coverage.Part part : result.coverage().parts()) {
            lines.add(part.devices() + " " + part.states() + " " + part.transitions() + " " + part.depth());
        }
        lines.addAll(result.coverage().neverFired());
        return lines;
    }
}
