package dev.iovacheck.engine;

import dev.iovacheck.engine.search.Explorer;
import dev.iovacheck.engine.search.Successors;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.ProgressInvariant;
import dev.iovacheck.invariants.Result;
import dev.iovacheck.invariants.StateInvariant;
import dev.iovacheck.invariants.StepInvariant;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.TakenBranches;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Namings;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.machine.Symmetry;
import dev.iovacheck.model.packed.BitWriter;
import java.io.DataInput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.jspecify.annotations.Nullable;

/** Explores the machine of a configuration and checks its invariants on the way: on every transition, and in every state once. */
final class MachineExplorer implements Explorer {

    private static final StateInvariant.Scope[] PARTS = {StateInvariant.Scope.LAYOUT, StateInvariant.Scope.HOLDINGS};

    private final Machine before;
    private final Machine after;
    private final Step step;
    private final BitWriter out = new BitWriter();
    private final MutableIntList actions = IntLists.mutable.empty();

    /** By what happens in a step, those that may say something of it and look at no more than what it is about; the others; and those
     * that speak of failures only. */
    private final StepInvariant[][] aboutInvariants = new StepInvariant[Action.Kind.values().length][];

    private final int[][] aboutIndex = new int[Action.Kind.values().length][];
    private final StepMemo about = new StepMemo();
    private final StepInvariant[][] stepInvariants = new StepInvariant[Action.Kind.values().length][];
    private final int[][] stepIndex = new int[Action.Kind.values().length][];
    private final StepInvariant[][] failureInvariants = new StepInvariant[Action.Kind.values().length][];
    private final int[][] failureIndex = new int[Action.Kind.values().length][];
    private final StateInvariant[] stateInvariants;
    private final int[] stateIndex;

    /** Those that look at a part of a state only, by that part. */
    private final StateInvariant[][] partInvariants = new StateInvariant[PARTS.length][];

    private final int[][] partIndex = new int[PARTS.length][];
    private final PartMemo[] parts = new PartMemo[PARTS.length];
    private final ProgressInvariant[] progressInvariants;
    private final int[] progressIndex;
    private final boolean[] shown;

    /** Of claims about what can follow: whether something is left to be found out. */
    private final boolean[] missed;

    private final WaysDown waysDown;

    private final @Nullable Witness[] witnesses;

    /** By position there, the depth of the witness; from any depth, if there is none, something may still be violated. */
    private final int[] settledAt;

    private final GoalWatch goals;
    private final Families families;
    private final long[] fired;
    private final boolean sufficient;
    private final Violations violations;

    /** Those that were taken before an interruption. */
    private final EnumSet<Branch> restoredBranches = EnumSet.noneOf(Branch.class);

    /** States that the entered ones stand for. */
    private long represented;

    /**
     * @param symmetry what stored states forget
     * @param sufficient whether actions that show nothing new are left out
     * @param invariants what is checked; results are asked for by position here
     * @param violations which count
     */
    MachineExplorer(
            Machines machines,
            Symmetry symmetry,
            boolean sufficient,
            List<Invariant> invariants,
            Violations violations) {
        this.sufficient = sufficient;
        this.violations = violations;
        before = machines.make(symmetry);
        after = machines.make(symmetry);
        step = new Step(before, after);
        for (Action.Kind kind : Action.Kind.values()) {
            int number = kind.ordinal();
            aboutInvariants[number] = speaking(invariants, kind, rule -> rule.scope() == StepInvariant.Scope.ABOUT);
            aboutIndex[number] = indices(aboutInvariants[number], invariants);
            stepInvariants[number] = speaking(
                    invariants, kind, rule -> rule.scope() == StepInvariant.Scope.STEP && !rule.isAboutFailures());
            stepIndex[number] = indices(stepInvariants[number], invariants);
            failureInvariants[number] = speaking(
                    invariants, kind, rule -> rule.scope() == StepInvariant.Scope.STEP && rule.isAboutFailures());
            failureIndex[number] = indices(failureInvariants[number], invariants);
        }
        stateInvariants = ofScope(invariants, StateInvariant.Scope.STATE);
        stateIndex = indices(stateInvariants, invariants);
        for (int part = 0; part < PARTS.length; part++) {
            partInvariants[part] = ofScope(invariants, PARTS[part]);
            partIndex[part] = indices(partInvariants[part], invariants);
            parts[part] = new PartMemo(PARTS[part]);
        }
        progressInvariants = invariants.stream()
                .filter(ProgressInvariant.class::isInstance)
                .map(ProgressInvariant.class::cast)
                .toArray(ProgressInvariant[]::new);
        progressIndex = indices(progressInvariants, invariants);
        shown = new boolean[invariants.size()];
        missed = new boolean[invariants.size()];
        waysDown = new WaysDown(invariants, missed);
        witnesses = new Witness[invariants.size()];
        settledAt = new int[invariants.size()];
        Arrays.fill(settledAt, Integer.MAX_VALUE);
        goals = new GoalWatch(before);
        families = new Families(before);
        fired = new long[families.count()];
    }

    /** Those that may say something of a kind of steps. */
    private StepInvariant[] speaking(List<Invariant> invariants, Action.Kind kind, Predicate<StepInvariant> which) {
        return invariants.stream()
                .filter(StepInvariant.class::isInstance)
                .map(StepInvariant.class::cast)
                .filter(rule -> which.test(rule) && rule.concerns(before, kind))
                .toArray(StepInvariant[]::new);
    }

    private static int[] indices(Invariant[] some, List<Invariant> all) {
        return Arrays.stream(some).mapToInt(all::indexOf).toArray();
    }

    private static StateInvariant[] ofScope(List<Invariant> invariants, StateInvariant.Scope scope) {
        return invariants.stream()
                .filter(StateInvariant.class::isInstance)
                .map(StateInvariant.class::cast)
                .filter(invariant -> invariant.scope() == scope)
                .toArray(StateInvariant[]::new);
    }

    @Override
    public void initial(BitWriter into) {
        after.reset();
        after.write(into);
    }

    @Override
    public void visit(long[] words, int at, int depth, Successors successors) {
        before.read(words, at);
        checkState(depth, words, at);
        step(words, at, depth + 1, successors);
    }

    @Override
    public void expand(long[] words, int at, int depth, Successors successors) {
        before.read(words, at);
        step(words, at, depth, successors);
    }

    private void step(long[] words, int at, int depth, Successors successors) {
        actions.clear();
        if (sufficient) {
            before.sufficient(actions);
        } else {
            before.enabled(actions);
        }
        waysDown.from(before);
        for (int index = 0, count = actions.size(); index < count; index++) {
            int action = actions.get(index);
            after.copyFrom(before);
            if (!after.apply(action)) {
                continue;
            }
            step.set(action);
            int family = families.of(step);
            if (family >= 0) {
                fired[family]++;
            }
            checkStep(depth, words, at);
            waysDown.step(before, action, after);
            goals.step(step, depth);
            after.write(out);
            successors.add(out);
        }
        waysDown.done(before);
    }

    private void checkStep(int depth, long[] words, int at) {
        int kind = step.kind().ordinal();
        if (aboutInvariants[kind].length > 0 && !about.knows(step)) {
            if (checkStep(aboutInvariants[kind], aboutIndex[kind], depth, words, at)) {
                about.remember();
            }
        }
        checkStep(stepInvariants[kind], stepIndex[kind], depth, words, at);
        if (step.outcome().isFailure()) {
            checkStep(failureInvariants[kind], failureIndex[kind], depth, words, at);
        }
    }

    /** Whether none of these is violated. */
    private boolean checkStep(StepInvariant[] speaking, int[] ids, int depth, long[] words, int at) {
        boolean holds = true;
        for (int index = 0; index < speaking.length; index++) {
            int id = ids[index];
            if (isSettled(id, depth)) {
                continue;
            }
            Result result = speaking[index].check(step);
            if (result != Result.PREMISE_NOT_MET) {
                shown[id] = true;
                if (result == Result.VIOLATED) {
                    holds = false;
                    if (violations.count(speaking[index], step)) {
                        record(id, depth, words, at, BitWriter.length(words[at]));
                    }
                }
            }
        }
        return holds;
    }

    @Override
    public void enter(long[] words, int at, int depth) {
        before.read(words, at);
        checkState(depth, words, at);
    }

    private void checkState(int depth, long[] words, int at) {
        represented = Namings.sum(represented, before.namings());
        goals.state(before, depth);
        for (int index = 0; index < stateInvariants.length; index++) {
            int id = stateIndex[index];
            if (isSettled(id, depth)) {
                continue;
            }
            Result result = stateInvariants[index].check(before);
            if (result == Result.VIOLATED && violations.count(stateInvariants[index], before)) {
                record(id, depth, words, at, BitWriter.length(words[at]));
            }
            shown[id] |= result != Result.PREMISE_NOT_MET;
        }
        for (int part = 0; part < PARTS.length; part++) {
            if (partInvariants[part].length > 0) {
                checkPart(part, depth, words, at);
            }
        }
        for (int index = 0; index < progressInvariants.length; index++) {
            int id = progressIndex[index];
            if (!shown[id]) {
                shown[id] = progressInvariants[index].speaksOf(before);
            }
            if (!missed[id] && !WaysDown.isLookedAt(progressInvariants[index])) {
                missed[id] = !before.isCrashed() && !progressInvariants[index].isGoal(before);
            }
        }
    }

    private void checkPart(int part, int depth, long[] words, int at) {
        PartMemo memo = parts[part];
        if (before.isCrashed() || memo.knows(before)) {
            return; // whatever was met in a part is marked as shown, and nothing is violated in one that is remembered
        }
        StateInvariant[] invariants = partInvariants[part];
        boolean violated = false;
        for (int index = 0; index < invariants.length; index++) {
            int id = partIndex[part][index];
            if (isSettled(id, depth)) {
                continue; // and stays so
            }
            Result result = invariants[index].check(before);
            if (result == Result.VIOLATED) {
                if (violations.count(invariants[index], before)) {
                    record(id, depth, words, at, BitWriter.length(words[at]));
                }
                violated = true;
            }
            shown[id] |= result != Result.PREMISE_NOT_MET;
        }
        if (!violated) {
            memo.remember();
        }
    }

    /** A shorter way to violate it is known. */
    private boolean isSettled(int id, int depth) {
        return settledAt[id] < depth;
    }

    private void record(int id, int depth, long[] words, int at, int length) {
        Witness witness = witnesses[id];
        if (witness == null || witness.comesAfter(depth, words, at, length)) {
            settle(id, new Witness(depth, Arrays.copyOfRange(words, at, at + length)));
        }
    }

    private void settle(int id, Witness witness) {
        witnesses[id] = witness;
        settledAt[id] = witness.depth();
    }

    @Override
    public void save(DataOutputStream out) throws IOException {
        out.writeLong(represented);
        goals.save(out);
        TakenBranches.save(branches(), out);
        for (long times : fired) {
            out.writeLong(times);
        }
        for (int id = 0; id < shown.length; id++) {
            out.writeBoolean(shown[id]);
            out.writeBoolean(missed[id]);
            Witness witness = witnesses[id];
            out.writeBoolean(witness != null);
            if (witness != null) {
                witness.save(out);
            }
        }
    }

    @Override
    public void restore(DataInput in) throws IOException {
        represented = Namings.sum(represented, in.readLong());
        goals.restore(in);
        restoredBranches.addAll(TakenBranches.restore(in));
        for (int family = 0; family < fired.length; family++) {
            fired[family] += in.readLong();
        }
        for (int id = 0; id < shown.length; id++) {
            shown[id] |= in.readBoolean();
            missed[id] |= in.readBoolean();
            if (in.readBoolean()) {
                Witness other = Witness.restored(in);
                Witness witness = witnesses[id];
                settle(id, witness == null || witness.comesAfter(other) ? other : witness);
            }
        }
    }

    /** Whether the premise of an invariant was met somewhere. */
    boolean isShown(int invariant) {
        return shown[invariant];
    }

    /**
     * Of a claim about what can follow: whether something is left to be found out, because some state is no goal and, if the claim is
     * that goals can be recovered, no way down from it was seen.
     */
    boolean isMissed(int invariant) {
        return missed[invariant];
    }

    /** Where an invariant is violated, or {@code null}. */
    @Nullable
    Witness witness(int invariant) {
        return witnesses[invariant];
    }

    /** How many states the entered ones stand for: so many would have been entered had nothing been forgotten. */
    long represented() {
        return represented;
    }

    GoalWatch goals() {
        return goals;
    }

    Families families() {
        return families;
    }

    /** The branches of the kernel's functions that were taken. */
    Set<Branch> branches() {
        Set<Branch> all = EnumSet.copyOf(restoredBranches);
        all.addAll(after.takenBranches());
        return all;
    }

    /** How often something of a family happened. */
    long fired(int family) {
        return fired[family];
    }
}
