package dev.iovacheck.counterexamples.explain;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.links.Entry;
import dev.iovacheck.counterexamples.links.Ranges;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.KernelWork;
import dev.iovacheck.invariants.ProgressInvariant;
import dev.iovacheck.invariants.Result;
import dev.iovacheck.invariants.StateInvariant;
import dev.iovacheck.invariants.StepInvariant;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.machine.Symmetry;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.factory.primitive.LongLists;
import org.eclipse.collections.api.list.primitive.LongList;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.eclipse.collections.api.list.primitive.MutableLongList;

/**
 * Looks for the step after which a violation could not be avoided any more. The calls that are left are the same, on the same CPUs, and each
 * is made as soon or as late as it can be: in every order, with everything that the kernel does by itself in between or not. The violation
 * is avoided if they can all be made, as far as they can be made at all, and the invariant holds after each.
 */
final class Avoidance {

    /** As {@link #since}, where too much would have to be looked at. */
    static final int NOT_SEARCHED = -1;

    /** More states than this are not looked at. */
    private static final int MOST_STATES = 3_000;

    /** Of longer ways there are too many orders; they can be shrunk. */
    private static final int MOST_STEPS = 40;

    private final Invariant invariant;
    private final List<Entry> entries;
    private final Machine before;
    private final Machine after;
    private final Step step;
    private final Ranges ranges;
    private final BitWriter out = new BitWriter();
    private final Set<LongList> seen = new HashSet<>();

    /** What the kernel does by itself need not happen, and may happen at any time. */
    private final BitSet ofDrivers = new BitSet();

    private Avoidance(Counterexample counterexample, List<Entry> entries) {
        this.entries = entries;
        invariant = counterexample.invariant();
        int[] devices =
                counterexample.devices().stream().mapToInt(Integer::intValue).toArray();
        before = new Machine(counterexample.configuration(), devices, Symmetry.NAMES_KEPT);
        after = new Machine(counterexample.configuration(), devices, Symmetry.NAMES_KEPT);
        step = new Step(before, after);
        ranges = new Ranges(counterexample.configuration().iommu().granuleShift());
        for (int index = 0; index < entries.size(); index++) {
            Action.Kind kind = entries.get(index).action().kind();
            ofDrivers.set(index, !isOfKernel(kind));
        }
    }

    private static boolean isOfKernel(Action.Kind kind) {
        return kind == Action.Kind.DEPOT_WORK || kind == Action.Kind.FLUSH_TIMER || kind == Action.Kind.STEP;
    }

    /**
     * Number of the step after which the violation is certain to come; 0 if it is from the beginning, {@link #NOT_SEARCHED} if that was not
     * found out. Only for what is violated in a state or by a step.
     */
    static int since(Replay replay) {
        Counterexample counterexample = replay.counterexample();
        if (counterexample.invariant() instanceof ProgressInvariant
                || replay.steps().size() > MOST_STEPS) {
            return NOT_SEARCHED;
        }
        Ranges ranges = new Ranges(counterexample.configuration().iommu().granuleShift());
        List<Entry> entries = new ArrayList<>();
        for (ReplayedStep made : replay.steps()) {
            Entry entry = ranges.linked(entries.size(), made.action());
            entries.add(entry);
            ranges.note(entry.id(), entry.action(), made.outcome() == Outcome.Kind.GOES_ON, made.address());
        }
        return new Avoidance(counterexample, entries).search();
    }

    private int search() {
        int certain = entries.size();
        while (certain > 0) {
            if (!goTo(certain - 1)) {
                return NOT_SEARCHED;
            }
            BitSet left = (BitSet) ofDrivers.clone();
            left.clear(0, certain - 1);
            seen.clear();
            boolean isAvoidable = isAvoidable(stored(), left, ranges);
            if (seen.size() > MOST_STATES) {
                return NOT_SEARCHED;
            }
            if (isAvoidable) {
                return certain;
            }
            certain--;
        }
        return 0;
    }

    /** Makes the first steps as they were. */
    private boolean goTo(int steps) {
        after.reset();
        ranges.clear();
        for (Entry entry : entries.subList(0, steps)) {
            int code = after.find(entry.action());
            if (code < 0 || !after.apply(code)) {
                return false;
            }
            note(ranges, entry.id(), entry.action());
        }
        return true;
    }

    private boolean isAvoidable(long[] state, BitSet left, Ranges taken) {
        if (seen.size() > MOST_STATES || !seen.add(key(state, left, taken))) {
            return false;
        }
        boolean isDone = true;
        for (int index = left.nextSetBit(0); index >= 0; index = left.nextSetBit(index + 1)) {
            before.read(state, 0);
            Action action = taken.action(entries.get(index));
            int code = action == null ? -1 : before.find(action);
            if (code < 0 || !apply(code)) {
                continue;
            }
            isDone = false;
            if (isHarmless(code)) {
                BitSet fewer = (BitSet) left.clone();
                fewer.clear(index);
                Ranges more = new Ranges(0);
                more.copyFrom(taken);
                note(more, index, before.describe(code));
                if (isAvoidable(stored(), fewer, more)) {
                    return true;
                }
            }
        }
        before.read(state, 0);
        isDone &= !KernelWork.isAwaited(before);
        return isDone || kernelAvoids(state, left, taken);
    }

    private boolean kernelAvoids(long[] state, BitSet left, Ranges taken) {
        MutableIntList enabled = IntLists.mutable.empty();
        before.enabled(enabled);
        MutableIntList own = enabled.select(code -> KernelWork.isIts(before, code));
        for (int index = 0; index < own.size(); index++) {
            before.read(state, 0);
            int code = own.get(index);
            if (apply(code) && isHarmless(code)) {
                // What a call that goes on takes is that of the action that began it.
                if (isAvoidable(stored(), left, noted(code, taken))) {
                    return true;
                }
            }
        }
        return false;
    }

    private Ranges noted(int code, Ranges taken) {
        Action action = before.describe(code);
        if (action.kind() != Action.Kind.STEP) {
            return taken;
        }
        Ranges more = new Ranges(0);
        more.copyFrom(taken);
        note(more, -1, action);
        return more;
    }

    private void note(Ranges there, int id, Action action) {
        there.note(
                id,
                action,
                after.outcome().kind() == Outcome.Kind.GOES_ON,
                after.outcome().address());
    }

    private boolean apply(int code) {
        after.copyFrom(before);
        return after.apply(code);
    }

    private boolean isHarmless(int code) {
        step.set(code);
        boolean isViolated = invariant instanceof StepInvariant ofStep
                ? ofStep.check(step) == Result.VIOLATED
                : invariant instanceof StateInvariant ofState && ofState.check(after) == Result.VIOLATED;
        return !isViolated && !after.isCrashed();
    }

    private long[] stored() {
        int length = after.write(out);
        return Arrays.copyOf(out.words(), length);
    }

    private LongList key(long[] state, BitSet left, Ranges taken) {
        MutableLongList key = LongLists.mutable.of(state);
        key.addAll(left.toLongArray());
        for (Entry entry : entries) {
            key.add(taken.address(entry.id()));
        }
        return key;
    }
}
