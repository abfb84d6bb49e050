package dev.iovacheck.engine;

import dev.iovacheck.engine.search.BreadthFirst;
import dev.iovacheck.engine.search.Successors;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.ProgressInvariant;
import dev.iovacheck.invariants.Result;
import dev.iovacheck.invariants.StepInvariant;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.machine.Symmetry;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;

/**
 * Finds how a search got to the states it reports. States are stored without their predecessors; these are looked for level by level,
 * backwards, and of several the smallest by stored words is taken. So the trace does not depend on which thread was first.
 */
final class TraceFinder {

    private final Machines machines;
    private final Symmetry symmetry;
    private final boolean sufficient;
    private final BreadthFirst search;
    private final Violations violations;

    TraceFinder(Machines machines, Symmetry symmetry, boolean sufficient, BreadthFirst search, Violations violations) {
        this.machines = machines;
        this.symmetry = symmetry;
        this.sufficient = sufficient;
        this.search = search;
        this.violations = violations;
    }

    /** A way from the initial state to a witness, being found from its end. */
    private static final class Path {
        private static final long[] NONE = {};

        private final Invariant invariant;
        private final List<long[]> backwards = new ArrayList<>();
        /** The smallest predecessor of the target so far; empty if there is none. */
        private long[] best = NONE;

        private int depth;

        Path(Invariant invariant, Witness witness) {
            this.invariant = invariant;
            backwards.add(witness.state());
            depth = invariant instanceof StepInvariant ? witness.depth() - 1 : witness.depth();
        }

        private long[] target() {
            return backwards.get(backwards.size() - 1);
        }
    }

    /**
     * A way to a witness.
     *
     * @param loop how it goes on for ever from there; empty if that is not claimed, or if nothing can happen any more
     */
    record Way(List<Action> actions, List<Action> loop) {}

    /**
     * The ways to all witnesses.
     *
     * @param witnesses one for each invariant, in its order
     */
    List<Way> ways(List<Invariant> invariants, List<Witness> witnesses) {
        List<Path> paths = new ArrayList<>();
        int deepest = 0;
        for (int index = 0; index < invariants.size(); index++) {
            Path path = new Path(invariants.get(index), witnesses.get(index));
            deepest = Math.max(deepest, path.depth);
            paths.add(path);
        }
        MachineExplorer explorer = new MachineExplorer(machines, symmetry, sufficient, List.of(), violations);
        for (int level = deepest - 1; level >= 0; level--) {
            stepBack(level, explorer, paths);
        }
        return paths.stream().map(this::concrete).toList();
    }

    private void stepBack(int level, MachineExplorer explorer, List<Path> paths) {
        List<Path> active =
                paths.stream().filter(path -> path.depth == level + 1).toList();
        if (active.isEmpty()) {
            return;
        }
        search.replayLevel(level, explorer, (words, at, successors) -> {
            for (Path path : active) {
                if (leadsTo(successors, path.target())) {
                    prefer(path, words, at);
                }
            }
        });
        for (Path path : active) {
            if (path.best.length == 0) {
                throw new IllegalStateException("a stored state of depth " + (level + 1) + " has no predecessor");
            }
            path.backwards.add(path.best);
            path.best = Path.NONE;
            path.depth = level;
        }
    }

    private static boolean leadsTo(Successors successors, long[] target) {
        for (int index = 0; index < successors.count(); index++) {
            if (successors.equals(index, target)) {
                return true;
            }
        }
        return false;
    }

    private static void prefer(Path path, long[] words, int at) {
        int length = BitWriter.length(words[at]);
        if (path.best.length == 0 || Witness.compare(words, at, length, path.best) < 0) {
            path.best = Arrays.copyOfRange(words, at, at + length);
        }
    }

    /**
     * Walks along the stored states on a machine that keeps the names of CPUs and devices, and names what happens. A state that is stored
     * as wanted may be reached under other names than the stored one has: it can do the same under these.
     */
    private Way concrete(Path path) {
        List<long[]> states = new ArrayList<>(path.backwards);
        Collections.reverse(states);
        Symmetry namesKept = new Symmetry(false, false, symmetry.slots());
        Machine before = machines.make(namesKept);
        Machine after = machines.make(namesKept);
        List<Action> actions = new ArrayList<>();
        for (int number = 1; number < states.size(); number++) {
            long[] wanted = states.get(number);
            advance(before, after, actions, () -> Arrays.equals(stored(after), wanted));
        }
        if (path.invariant instanceof StepInvariant invariant) {
            Step step = new Step(before, after);
            advanceBy(
                    before,
                    after,
                    actions,
                    step,
                    () -> invariant.check(step) == Result.VIOLATED && violations.count(invariant, step));
        }
        List<Action> loop = path.invariant instanceof ProgressInvariant invariant
                ? ProgressAnalysis.loop(invariant, before, () -> machines.make(namesKept))
                : List.of();
        return new Way(actions, loop);
    }

    /** What a machine's state would be stored as in the search. */
    private long[] stored(Machine machine) {
        BitWriter exact = new BitWriter();
        machine.write(exact);
        Machine renaming = machines.make(symmetry);
        renaming.read(exact.words(), 0);
        int length = renaming.write(exact);
        return Arrays.copyOf(exact.words(), length);
    }

    private interface Wanted {
        boolean isReached();
    }

    private static void advance(Machine before, Machine after, List<Action> actions, Wanted wanted) {
        advanceBy(before, after, actions, new Step(before, after), wanted);
    }

    /** Takes the first action that leads where it is wanted; {@code before} follows. */
    private static void advanceBy(Machine before, Machine after, List<Action> actions, Step step, Wanted wanted) {
        BitWriter here = new BitWriter();
        before.write(here);
        MutableIntList enabled = IntLists.mutable.empty();
        before.enabled(enabled);
        for (int index = 0; index < enabled.size(); index++) {
            after.read(here.words(), 0);
            if (after.apply(enabled.get(index))) {
                step.set(enabled.get(index));
                if (wanted.isReached()) {
                    actions.add(before.describe(enabled.get(index)));
                    BitWriter next = new BitWriter();
                    after.write(next);
                    before.read(next.words(), 0);
                    return;
                }
            }
        }
        throw new IllegalStateException("no action leads to the next stored state");
    }
}
