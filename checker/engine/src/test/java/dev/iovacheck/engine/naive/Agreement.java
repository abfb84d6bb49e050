package dev.iovacheck.engine.naive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.Coverage;
import dev.iovacheck.engine.ExhaustiveCheck;
import dev.iovacheck.engine.Reduction;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Symmetry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks a configuration twice, with the engine and naively, and insists that both find the same. */
final class Agreement {

    /** Naive mappings belong to no buffer in particular. */
    private static final Set<Reduction> NAMES_KEPT = Set.of(Reduction.SLOTS);

    private static final Set<Reduction> ALL = EnumSet.allOf(Reduction.class);
    private static final long MOST_WITHOUT_REDUCTIONS = 20_000;

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
        CheckResult exact = engine(1, NAMES_KEPT);
        Coverage coverage = exact.coverage();
        assertEquals(1, coverage.parts().size());
        assertEquals(whole.states(), coverage.states(), "states");
        assertEquals(whole.transitions(), coverage.transitions(), "transitions");
        assertEquals(whole.depth(), coverage.depth(), "depth");
        compareVerdicts(exact, List.of(whole));

        CheckResult reduced = engine(1, ALL);
        compareParts(reduced);
        compareWithoutReductions(exact);
        assertEquals(never(exact), never(reduced));
        for (int workers = 2; workers <= 3; workers++) {
            assertEquals(told(exact), told(engine(workers, NAMES_KEPT)), workers + " workers");
            assertEquals(told(reduced), told(engine(workers, ALL)), workers + " workers with reductions");
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
            List<Integer> members = members(part.devices());
            NaiveMachine machine = new NaiveMachine(configuration, members);
            NaiveSearch search = NaiveSearch.run(machine, Integer.MAX_VALUE).orElseThrow();
            parts.add(search);
            // The shape of a tree depends on CPU numbers, and so does the order in which rings are freed.
            NaiveSearch.Orbits expected =
                    search.orbits(Renaming.all(configuration, !machine.cpuNamesMatter(), twins(members)));
            assertEquals(expected.states(), part.states(), "states of the part " + part.devices());
            assertEquals(expected.transitions(), part.transitions(), "transitions of the part " + part.devices());
            assertEquals(search.depth(), part.depth(), "depth of the part " + part.devices());
            assertEquals(expected.represented(), part.represented(), "what the part stands for " + part.devices());
            for (List<String> copy : part.copies()) {
                NaiveSearch alike = NaiveSearch.run(new NaiveMachine(configuration, members(copy)), Integer.MAX_VALUE)
                        .orElseThrow();
                assertEquals(search.states(), alike.states(), "states of a part that is alike");
                assertEquals(search.transitions(), alike.transitions(), "transitions of a part that is alike");
                assertEquals(search.findings(), alike.findings(), "findings of a part that is alike");
                product *= alike.states();
            }
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

    private List<Integer> members(List<String> names) {
        return configuration.devices().stream()
                .filter(device -> names.contains(device.name()))
                .map(Device::index)
                .toList();
    }

    /** What the machine takes for alike; whether these can change places, the naive search finds out. */
    private int[] twins(List<Integer> members) {
        Machine machine = new Machine(
                configuration, members.stream().mapToInt(Integer::intValue).toArray(), Symmetry.NONE);
        int[] twins = new int[configuration.devices().size()];
        Arrays.setAll(twins, device -> members.contains(device) ? machine.twinOf(device) : -1);
        return twins;
    }

    /** With every name kept and all parts together there are as many states as symmetry says, and the verdicts are the same. */
    private void compareWithoutReductions(CheckResult exact) {
        int[] noTwins = new int[configuration.devices().size()];
        Arrays.fill(noTwins, -1);
        long expected =
                whole.orbits(Renaming.all(configuration, false, noTwins)).represented();
        if (expected > MOST_WITHOUT_REDUCTIONS) {
            return;
        }
        CheckResult none = engine(1, EnumSet.noneOf(Reduction.class));
        assertEquals(expected, none.coverage().states(), "states without reductions");
        assertEquals(expected, none.coverage().represented(), "nothing stands for more than itself");
        assertEquals(whole.depth(), none.coverage().depth(), "depth without reductions");
        compareVerdicts(none, List.of(whole));
        assertEquals(never(exact), never(none));
    }

    private static Set<String> never(CheckResult result) {
        return new HashSet<>(result.coverage().neverFired());
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

    private CheckResult engine(int workers, Set<Reduction> reductions) {
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
