package dev.iovacheck.engine;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.engine.search.BreadthFirst;
import dev.iovacheck.engine.search.ChunkFile;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.ProgressInvariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationText;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Namings;
import dev.iovacheck.model.machine.Symmetry;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
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
    /** The devices of each part that is searched, and of those that are alike and so are not. */
    private final List<List<int[]>> alikeParts;

    /** A mistake planted into all machines, for tests. */
    private final @Nullable Defect defect;

    private final Violations violations;

    private final CheckState done;
    private final @Nullable Checkpoint checkpoint;

    private Optional<String> cutOff = Optional.empty();
    private final FrontierTrend trend = new FrontierTrend();
    private long nextReport = start + 1_000_000_000L;
    private volatile long nextCheckpoint;

    private ExhaustiveCheck(
            Configuration configuration,
            SearchOptions options,
            Progress.Listener listener,
            BooleanSupplier interrupted,
            @Nullable Defect defect,
            Violations violations) {
        this.configuration = configuration;
        this.defect = defect;
        this.violations = violations;
        this.options = options;
        this.listener = listener;
        this.interrupted = interrupted;
        invariants = configuration.checks().stream().map(Catalogue::byId).toList();
        alikeParts = alikeParts(configuration, options);
        done = new CheckState(configuration, invariants);
        checkpoint = options.checkpoint()
                .map(wanted -> Checkpoint.open(wanted, identity(wanted)))
                .orElse(null);
        scheduleCheckpoint();
    }

    /**
     * @param configuration what to check, with the invariants it names
     * @param listener told how far the search is, about once a second
     * @param interrupted asked often; once it says true the search ends and what is not decided stays undecided
     * @throws CheckpointException if checkpoints are wanted and there cannot be any, or if there is none to go on from
     */
    public static CheckResult run(
            Configuration configuration,
            SearchOptions options,
            Progress.Listener listener,
            BooleanSupplier interrupted) {
        return run(configuration, options, listener, interrupted, null);
    }

    /** The same with a mistake planted into all machines, if one is given. */
    static CheckResult run(
            Configuration configuration,
            SearchOptions options,
            Progress.Listener listener,
            BooleanSupplier interrupted,
            @Nullable Defect defect) {
        return run(configuration, options, listener, interrupted, defect, Violations.ALL);
    }

    /** The same where some violations do not count, as if there were none: verdicts are then about the others. */
    static CheckResult run(
            Configuration configuration,
            SearchOptions options,
            Progress.Listener listener,
            BooleanSupplier interrupted,
            @Nullable Defect defect,
            Violations violations) {
        ExhaustiveCheck check = new ExhaustiveCheck(configuration, options, listener, interrupted, defect, violations);
        try {
            return check.run();
        } finally {
            check.close();
        }
    }

    private CheckResult run() {
        DataInputStream saved = resumed();
        for (int part = done.parts().size(); part < alikeParts.size() && cutOff.isEmpty(); part++) {
            search(alikeParts.get(part), saved);
            saved = null;
        }
        List<CheckResult.Finding> findings = new ArrayList<>();
        for (int index = 0; index < invariants.size(); index++) {
            findings.add(new CheckResult.Finding(invariants.get(index), verdict(index)));
        }
        Coverage coverage =
                new Coverage(done.parts(), cutOff, done.neverFired(), done.branches(), Optional.empty(), elapsed());
        return new CheckResult(
                configuration, findings, CheckResult.GoalFinding.of(configuration, done.goals()), coverage, options);
    }

    /** The independent parts, those that are alike together. */
    private static List<List<int[]>> alikeParts(Configuration configuration, SearchOptions options) {
        if (!options.reductions().contains(Reduction.PARTS)) {
            return List.of(List.of(configuration.devices().stream()
                    .mapToInt(device -> device.index())
                    .toArray()));
        }
        List<List<int[]>> alike = new ArrayList<>();
        for (int[] part : Machine.independentParts(configuration)) {
            alike.stream()
                    .filter(others -> Machine.areAlike(configuration, others.get(0), part))
                    .findFirst()
                    .ifPresentOrElse(others -> others.add(part), () -> alike.add(new ArrayList<>(List.of(part))));
        }
        return alike;
    }

    /** @param alike the devices of one part, and of others that are alike */
    private void search(List<int[]> alike, @Nullable DataInputStream saved) {
        int[] devices = alike.get(0);
        Machines machines = new Machines(configuration, devices, defect);
        List<int[]> copies = alike.subList(1, alike.size());
        List<MachineExplorer> explorers = new ArrayList<>();
        ChunkFile file = statesFile(saved);
        try (BreadthFirst search = new BreadthFirst(
                () -> {
                    var explorer = new MachineExplorer(
                            machines, options.symmetry(), options.leavesOutOrders(), invariants, violations);
                    explorers.add(explorer);
                    return explorer;
                },
                new BreadthFirst.Settings(
                        options.workers(),
                        options.maxDepth(),
                        options.storage(),
                        options.memoryBytes(),
                        options.folder()),
                this::reached,
                file)) {
            if (checkpoint != null && file != null) {
                prepareCheckpoints(checkpoint, search, saved);
            }
            search.run();
            cutOff = search.cutOff().or(() -> beyond(search.states(), search.transitions()));
            int seen = completeDepth(search);
            collectFamilies(explorers, copies);
            explorers.forEach(explorer -> done.take(explorer.branches()));
            explorers.forEach(explorer -> done.goals().add(explorer.goals(), seen));
            if (cutOff.isEmpty() && checkpoint != null && file != null && isAnyMissed(explorers)) {
                writeCheckpoint(checkpoint, search); // what follows is not written down
            }
            collectWitnesses(machines, search, explorers, seen);
            done.add(new Coverage.Part(
                    names(devices),
                    copies.stream().map(this::names).toList(),
                    search.states(),
                    explorers.stream().mapToLong(MachineExplorer::represented).reduce(0, Namings::sum),
                    search.transitions(),
                    search.depth(),
                    search.bytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nothing was written that anybody needs
        }
    }

    private List<String> names(int[] devices) {
        return Arrays.stream(devices)
                .mapToObj(device -> configuration.devices().get(device).name())
                .toList();
    }

    private void collectFamilies(List<MachineExplorer> explorers, List<int[]> copies) {
        Families families = explorers.get(0).families();
        long[] times = new long[families.count()];
        for (int family = 0; family < times.length; family++) {
            for (MachineExplorer explorer : explorers) {
                times[families.firstOfKind(family)] += explorer.fired(family);
            }
        }
        count(families, times);
        for (int[] copy : copies) {
            count(new Families(new Machine(configuration, copy, Symmetry.FULL)), times);
        }
    }

    /** @param times how often things happened, by family; of those counted together the first has the sum */
    private void count(Families families, long[] times) {
        for (int family = 0; family < families.count(); family++) {
            done.countFired(families.name(family), times[families.firstOfKind(family)]);
        }
    }

    /** Whether something is to be found out about what can follow the states. */
    private boolean isAnyMissed(List<MachineExplorer> explorers) {
        for (int index = 0; index < invariants.size(); index++) {
            if (isMissed(index, explorers)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMissed(int index, List<MachineExplorer> explorers) {
        return explorers.stream().anyMatch(explorer -> explorer.isMissed(index));
    }

    /** Finds out whether what must follow the states of a complete search can follow them. */
    private @Nullable Witness follow(
            int index,
            ProgressInvariant invariant,
            Machines machines,
            BreadthFirst search,
            List<MachineExplorer> explorers) {
        if (cutOff.isPresent() || !isMissed(index, explorers)) {
            return null;
        }
        ProgressAnalysis.Finding finding = new ProgressAnalysis(
                        machines,
                        options.symmetry(),
                        options.leavesOutOrders(),
                        search,
                        options.workers(),
                        violations,
                        () -> reached(search).isPresent())
                .of(invariant);
        if (finding.undecided() != null) {
            done.setUndecided(index, reached(search).orElse(finding.undecided()));
        }
        return finding.witness();
    }

    /** @param seen ways of more steps are left alone */
    private void collectWitnesses(Machines machines, BreadthFirst search, List<MachineExplorer> explorers, int seen) {
        List<Invariant> violated = new ArrayList<>();
        List<Witness> witnesses = new ArrayList<>();
        for (int index = 0; index < invariants.size(); index++) {
            Witness nearest = null;
            for (MachineExplorer explorer : explorers) {
                if (explorer.isShown(index)) {
                    done.setShown(index);
                }
                Witness witness = explorer.witness(index);
                if (witness != null && (nearest == null || nearest.comesAfter(witness))) {
                    nearest = witness;
                }
            }
            if (invariants.get(index) instanceof ProgressInvariant invariant) {
                nearest = follow(index, invariant, machines, search, explorers);
            }
            if (nearest != null && nearest.depth() <= seen) {
                violated.add(invariants.get(index));
                witnesses.add(nearest);
            }
        }
        List<TraceFinder.Way> ways = new TraceFinder(
                        machines, options.symmetry(), options.leavesOutOrders(), search, violations)
                .ways(violated, witnesses);
        List<Integer> indices = Arrays.stream(machines.devices()).boxed().toList();
        for (int index = 0; index < violated.size(); index++) {
            TraceFinder.Way way = ways.get(index);
            Replay replay =
                    confirm(new Counterexample(configuration, indices, violated.get(index), way.actions(), way.loop()));
            done.add(invariants.indexOf(violated.get(index)), replay);
        }
    }

    private Replay confirm(Counterexample counterexample) {
        int[] devices =
                counterexample.devices().stream().mapToInt(Integer::intValue).toArray();
        Machines machines = new Machines(configuration, devices, defect);
        return defect == null
                ? Replayer.replay(counterexample)
                : Replayer.replay(counterexample, () -> machines.make(Symmetry.NAMES_KEPT));
    }

    private Verdict verdict(int index) {
        Replay violation = done.violation(index);
        if (violation != null) {
            return new Verdict.Violated(violation, done.otherViolations(index));
        }
        if (cutOff.isPresent()) {
            return new Verdict.Undecided(cutOff.get());
        }
        if (!done.undecided(index).isEmpty()) {
            return new Verdict.Undecided(done.undecided(index));
        }
        return done.isShown(index) ? new Verdict.Holds() : new Verdict.NotShown();
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    // ---- limits and progress ----

    private Optional<String> reached(BreadthFirst search) {
        long states = done.states() + search.states();
        report(search, states);
        if (interrupted.getAsBoolean()) {
            return Optional.of("interrupted");
        }
        Optional<String> worked = beyond(search.states(), search.transitions());
        if (worked.isPresent()) {
            return worked;
        }
        if (elapsed().compareTo(options.timeLimit()) > 0) {
            return Optional.of("the time limit of " + options.timeLimit().toSeconds() + " s was reached");
        }
        return Optional.empty();
    }

    /** Whether all that was allowed was done, this part included. */
    private Optional<String> beyond(long states, long transitions) {
        if (done.states() + states > options.maxStates()) {
            return Optional.of("the limit of " + options.maxStates() + " states was reached");
        }
        if (done.transitions() + transitions > options.maxTransitions()) {
            return Optional.of("the limit of " + options.maxTransitions() + " transitions was reached");
        }
        return Optional.empty();
    }

    /**
     * How many steps the ways have of which all were looked at, if the work that is allowed was done. Where exactly in a level that is
     * noticed depends on the threads; a gate must not, so that what was found beyond counts as not looked at.
     */
    private int completeDepth(BreadthFirst search) {
        if (beyond(search.states(), search.transitions()).isEmpty()) {
            return Integer.MAX_VALUE;
        }
        boolean isBeyondAtStart =
                beyond(search.statesAtDepth(), search.transitionsAtDepth()).isPresent();
        return isBeyondAtStart ? search.depth() - 1 : search.depth();
    }

    private synchronized void report(BreadthFirst search, long states) {
        trend.level(search.depth(), search.levelStates());
        long now = System.nanoTime();
        if (now < nextReport) {
            return;
        }
        nextReport = now + 1_000_000_000L;
        listener.progress(new Progress(
                done.parts().size() + 1,
                alikeParts.size(),
                states,
                done.transitions() + search.transitions(),
                search.depth(),
                search.waiting(),
                search.bytes(),
                search.fileBytes(),
                trend.expected(search.states()),
                elapsed()));
    }

    // ---- interruptions ----

    /** Everything that numbers states, or decides which there are. */
    private String identity(CheckpointOptions wanted) {
        return wanted.version() + "\n" + options.storage() + "\n" + new TreeSet<>(options.reductions()) + "\n"
                + configuration.checks() + "\n" + ConfigurationText.of(configuration);
    }

    private void scheduleCheckpoint() {
        nextCheckpoint = System.nanoTime()
                + options.checkpoint().map(wanted -> wanted.every().toNanos()).orElse(Long.MAX_VALUE / 2);
    }

    /** What was saved of the part that was being searched, after the parts that were done; {@code null} to start anew. */
    private @Nullable DataInputStream resumed() {
        boolean wanted = options.checkpoint().map(CheckpointOptions::resume).orElse(false);
        if (checkpoint == null || !wanted) {
            return null;
        }
        DataInputStream in = checkpoint.read();
        try {
            done.restore(in, configuration, this::confirm);
            return in;
        } catch (IOException e) {
            throw checkpoint.unreadable(e);
        }
    }

    /** The file for the states of the part that is searched; {@code null} if none is wanted, or if there can be none any more. */
    private @Nullable ChunkFile statesFile(@Nullable DataInputStream saved) {
        if (checkpoint == null) {
            return null;
        }
        try {
            return checkpoint.states(done.parts().size(), saved == null ? 0 : saved.readInt());
        } catch (IOException e) {
            if (saved != null) {
                throw checkpoint.unreadable(e);
            }
            listener.warning(unwritable(e));
            return null;
        }
    }

    private static String unwritable(Exception e) {
        return "the checkpoint cannot be written (" + e.getMessage()
                + "); the one before, if there is one, is still good";
    }

    private void prepareCheckpoints(Checkpoint into, BreadthFirst search, @Nullable DataInputStream saved) {
        search.keepWith(new BreadthFirst.Keeper() {
            @Override
            public boolean isDue() {
                return System.nanoTime() - nextCheckpoint > 0;
            }

            @Override
            public void keep(BreadthFirst working) {
                writeCheckpoint(into, working);
            }
        });
        if (saved == null) {
            return;
        }
        try {
            search.restore(saved);
        } catch (IOException | UncheckedIOException e) {
            throw into.unreadable(e);
        }
    }

    private void writeCheckpoint(Checkpoint into, BreadthFirst search) {
        try {
            into.write(out -> save(search, out));
            into.dropStatesBefore(done.parts().size());
        } catch (IOException | UncheckedIOException e) {
            listener.warning(unwritable(e));
        }
        scheduleCheckpoint();
    }

    private void save(BreadthFirst search, DataOutputStream out) throws IOException {
        done.save(out);
        search.save(out);
    }

    private void close() {
        try {
            if (checkpoint != null) {
                checkpoint.close();
            }
        } catch (IOException e) {
            listener.warning("the folder of checkpoints stays locked: " + e.getMessage());
        }
    }
}
