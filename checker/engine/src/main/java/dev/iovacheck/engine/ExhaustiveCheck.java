package dev.iovacheck.engine;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.engine.search.BreadthFirst;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Checks a configuration by looking at every reachable state. */
public final class ExhaustiveCheck {

    private final Configuration configuration;
    private final SearchOptions options;
    private final Progress.Listener listener;
    private final BooleanSupplier interrupted;
    private final long start = System.nanoTime();

    private final List<Invariant> invariants;
    private final boolean[] shown;
    private final @Nullable Replay[] violations;
    private final List<Coverage.Part> parts = new ArrayList<>();

    /** How often each kind of thing happened, in all parts together. */
    private final Map<String, Long> fired = new LinkedHashMap<>();

    private final Set<Branch> branches = EnumSet.noneOf(Branch.class);

    private Optional<String> cutOff = Optional.empty();
    private long earlierStates;
    private long earlierTransitions;
    private int partCount = 1;
    private long nextReport = start + 1_000_000_000L;

    private ExhaustiveCheck(
            Configuration configuration,
            SearchOptions options,
            Progress.Listener listener,
            BooleanSupplier interrupted) {
        this.configuration = configuration;
        this.options = options;
        this.listener = listener;
        this.interrupted = interrupted;
        invariants = configuration.checks().stream().map(Catalogue::byId).toList();
        shown = new boolean[invariants.size()];
        violations = new Replay[invariants.size()];
    }

    /**
     * @param configuration what to check, with the invariants it names
     * @param listener told how far the search is, about once a second
     * @param interrupted asked often; once it says true the search ends and what is not decided stays undecided
     */
    public static CheckResult run(
            Configuration configuration,
            SearchOptions options,
            Progress.Listener listener,
            BooleanSupplier interrupted) {
        return new ExhaustiveCheck(configuration, options, listener, interrupted).run();
    }

    private CheckResult run() {
        List<int[]> members = options.reductions()
                ? Machine.independentParts(configuration)
                : List.of(configuration.devices().stream()
                        .mapToInt(device -> device.index())
                        .toArray());
        partCount = members.size();
        for (int[] devices : members) {
            if (cutOff.isPresent()) {
                break;
            }
            search(devices);
        }
        List<CheckResult.Finding> findings = new ArrayList<>();
        for (int index = 0; index < invariants.size(); index++) {
            findings.add(new CheckResult.Finding(invariants.get(index), verdict(index)));
        }
        List<String> neverFired = fired.entrySet().stream()
                .filter(family -> family.getValue() == 0)
                .map(Map.Entry::getKey)
                .toList();
        Coverage coverage = new Coverage(parts, cutOff, neverFired, branches, Optional.empty(), elapsed());
        return new CheckResult(configuration, findings, coverage, options);
    }

    private void search(int[] devices) {
        List<MachineExplorer> explorers = new ArrayList<>();
        BreadthFirst search = new BreadthFirst(
                () -> {
                    var explorer = new MachineExplorer(configuration, devices, options.reductions(), invariants);
                    explorers.add(explorer);
                    return explorer;
                },
                options.workers(),
                options.maxDepth(),
                this::reached);
        search.run();
        cutOff = search.cutOff();
        List<String> names = Arrays.stream(devices)
                .mapToObj(device -> configuration.devices().get(device).name())
                .toList();
        parts.add(new Coverage.Part(names, search.states(), search.transitions(), search.depth(), search.bytes()));
        earlierStates += search.states();
        earlierTransitions += search.transitions();
        collectFamilies(explorers);
        explorers.forEach(explorer -> branches.addAll(explorer.branches()));
        collectWitnesses(devices, search, explorers);
    }

    private void collectFamilies(List<MachineExplorer> explorers) {
        Families families = explorers.get(0).families();
        for (int family = 0; family < families.count(); family++) {
            int wanted = family;
            long times = explorers.stream()
                    .mapToLong(explorer -> explorer.fired(wanted))
                    .sum();
            fired.merge(families.name(family), times, Long::sum);
        }
    }

    private void collectWitnesses(int[] devices, BreadthFirst search, List<MachineExplorer> explorers) {
        List<Invariant> violated = new ArrayList<>();
        List<Witness> witnesses = new ArrayList<>();
        for (int index = 0; index < invariants.size(); index++) {
            Witness nearest = null;
            for (MachineExplorer explorer : explorers) {
                shown[index] |= explorer.isShown(index);
                Witness witness = explorer.witness(index);
                if (witness != null && (nearest == null || nearest.comesAfter(witness))) {
                    nearest = witness;
                }
            }
            if (nearest != null) {
                violated.add(invariants.get(index));
                witnesses.add(nearest);
            }
        }
        List<List<Action>> actions =
                new TraceFinder(configuration, devices, options.reductions(), search).actions(violated, witnesses);
        List<Integer> members = Arrays.stream(devices).boxed().toList();
        for (int index = 0; index < violated.size(); index++) {
            Replay replay = Replayer.replay(
                    new Counterexample(configuration, members, violated.get(index), actions.get(index)));
            int at = invariants.indexOf(violated.get(index));
            Replay known = violations[at];
            if (known == null || replay.steps().size() < known.steps().size()) {
                violations[at] = replay;
            }
        }
    }

    private Verdict verdict(int index) {
        Replay violation = violations[index];
        if (violation != null) {
            return new Verdict.Violated(violation);
        }
        if (cutOff.isPresent()) {
            return new Verdict.Undecided(cutOff.get());
        }
        return shown[index] ? new Verdict.Holds() : new Verdict.NotShown();
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    // ---- limits and progress ----

    private Optional<String> reached(BreadthFirst search) {
        long states = earlierStates + search.states();
        report(search, states);
        if (interrupted.getAsBoolean()) {
            return Optional.of("interrupted");
        }
        if (states > options.maxStates()) {
            return Optional.of("the limit of " + options.maxStates() + " states was reached");
        }
        if (search.bytes() > options.memoryBytes()) {
            return Optional.of("the memory limit of " + options.memoryBytes() + " bytes was reached");
        }
        if (elapsed().compareTo(options.timeLimit()) > 0) {
            return Optional.of("the time limit of " + options.timeLimit().toSeconds() + " s was reached");
        }
        return Optional.empty();
    }

    private synchronized void report(BreadthFirst search, long states) {
        long now = System.nanoTime();
        if (now < nextReport) {
            return;
        }
        nextReport = now + 1_000_000_000L;
        listener.progress(new Progress(
                parts.size() + 1,
                partCount,
                states,
                earlierTransitions + search.transitions(),
                search.depth(),
                search.waiting(),
                search.bytes(),
                elapsed()));
    }
}
