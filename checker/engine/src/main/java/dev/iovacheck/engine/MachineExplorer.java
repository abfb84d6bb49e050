package dev.iovacheck.engine;

import dev.iovacheck.engine.search.Explorer;
import dev.iovacheck.engine.search.Successors;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.Result;
import dev.iovacheck.invariants.StateInvariant;
import dev.iovacheck.invariants.StepInvariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.packed.BitWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.jspecify.annotations.Nullable;

/** Explores the machine of a configuration and checks its invariants on the way: on every transition, and in every new state. */
final class MachineExplorer implements Explorer {

    private final Machine before;
    private final Machine after;
    private final Step step;
    private final BitWriter out = new BitWriter();
    private final MutableIntList actions = IntLists.mutable.empty();

    private final StepInvariant[] stepInvariants;
    private final int[] stepIndex;
    private final StateInvariant[] stateInvariants;
    private final int[] stateIndex;
    private final boolean[] shown;
    private final @Nullable Witness[] witnesses;

    private final Families families;
    private final long[] fired;

    /**
     * @param devices indices of the devices that take part
     * @param interchangeableCpus whether stored states forget CPU numbers
     * @param invariants what is checked; results are asked for by position here
     */
    MachineExplorer(
            Configuration configuration, int[] devices, boolean interchangeableCpus, List<Invariant> invariants) {
        before = new Machine(configuration, devices, interchangeableCpus);
        after = new Machine(configuration, devices, interchangeableCpus);
        step = new Step(before, after);
        stepInvariants = invariants.stream()
                .filter(StepInvariant.class::isInstance)
                .map(StepInvariant.class::cast)
                .toArray(StepInvariant[]::new);
        stateInvariants = invariants.stream()
                .filter(StateInvariant.class::isInstance)
                .map(StateInvariant.class::cast)
                .toArray(StateInvariant[]::new);
        stepIndex = Arrays.stream(stepInvariants).mapToInt(invariants::indexOf).toArray();
        stateIndex =
                Arrays.stream(stateInvariants).mapToInt(invariants::indexOf).toArray();
        shown = new boolean[invariants.size()];
        witnesses = new Witness[invariants.size()];
        families = new Families(before);
        fired = new long[families.count()];
    }

    @Override
    public void initial(BitWriter into) {
        after.reset();
        after.write(into);
    }

    @Override
    public void expand(long[] words, int at, int depth, Successors successors) {
        before.read(words, at);
        actions.clear();
        before.enabled(actions);
        for (int index = 0, count = actions.size(); index < count; index++) {
            int action = actions.get(index);
            after.read(words, at);
            if (!after.apply(action)) {
                continue;
            }
            step.set(action);
            int family = families.of(step);
            if (family >= 0) {
                fired[family]++;
            }
            checkStep(depth, words, at);
            after.write(out);
            successors.add(out);
        }
    }

    private void checkStep(int depth, long[] words, int at) {
        for (int index = 0; index < stepInvariants.length; index++) {
            int id = stepIndex[index];
            if (isSettled(id, depth)) {
                continue;
            }
            Result result = stepInvariants[index].check(step);
            if (result == Result.VIOLATED) {
                record(id, depth, words, at, BitWriter.length(words[at]));
            }
            shown[id] |= result != Result.PREMISE_NOT_MET;
        }
    }

    @Override
    public void enter(long[] words, int at, int depth) {
        after.read(words, at);
        for (int index = 0; index < stateInvariants.length; index++) {
            int id = stateIndex[index];
            if (isSettled(id, depth)) {
                continue;
            }
            Result result = stateInvariants[index].check(after);
            if (result == Result.VIOLATED) {
                record(id, depth, words, at, BitWriter.length(words[at]));
            }
            shown[id] |= result != Result.PREMISE_NOT_MET;
        }
    }

    /** A shorter way to violate it is known. */
    private boolean isSettled(int id, int depth) {
        Witness witness = witnesses[id];
        return witness != null && witness.depth() < depth;
    }

    private void record(int id, int depth, long[] words, int at, int length) {
        Witness witness = witnesses[id];
        if (witness == null || witness.comesAfter(depth, words, at, length)) {
            witnesses[id] = new Witness(depth, Arrays.copyOfRange(words, at, at + length));
        }
    }

    /** Whether the premise of an invariant was met somewhere. */
    boolean isShown(int invariant) {
        return shown[invariant];
    }

    /** Where an invariant is violated, or {@code null}. */
    @Nullable
    Witness witness(int invariant) {
        return witnesses[invariant];
    }

    Families families() {
        return families;
    }

    /** The branches of the kernel's functions that were taken. */
    Set<Branch> branches() {
        return after.takenBranches();
    }

    /** How often something of a family happened. */
    long fired(int family) {
        return fired[family];
    }
}
