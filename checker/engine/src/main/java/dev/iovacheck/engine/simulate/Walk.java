package dev.iovacheck.engine.simulate;

import dev.iovacheck.engine.Families;
import dev.iovacheck.engine.GoalWatch;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.Result;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.machine.Symmetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;

/**
 * Walks of one thread. Each step is one of the actions that can happen, chosen so that kinds of actions are about equally frequent:
 * otherwise drivers with many buffers would do nothing but unmap.
 */
final class Walk {

    private final Configuration configuration;
    private final int[] devices;
    private final List<Invariant> invariants;
    private final Machine before;
    private final Machine after;
    private final Step step;
    private final MutableIntList enabled = IntLists.mutable.empty();
    private final MutableIntList taken = IntLists.mutable.empty();
    private final boolean[] shown;
    private final long[] fired;
    private final Families families;
    private final GoalWatch goals;
    private long steps;
    private long begun;

    Walk(Configuration configuration, int[] devices, List<Invariant> invariants) {
        this.configuration = configuration;
        this.devices = devices;
        this.invariants = invariants;
        before = new Machine(configuration, devices, Symmetry.NAMES_KEPT);
        after = new Machine(configuration, devices, Symmetry.NAMES_KEPT);
        step = new Step(before, after);
        shown = new boolean[invariants.size()];
        families = new Families(before);
        goals = new GoalWatch(before);
        fired = new long[families.count()];
    }

    /**
     * Makes one walk.
     *
     * @param nearest for each invariant how long a violation may be to be of interest; shortened where one is found
     * @param found told of each violation that is of interest: which invariant, and the actions to it
     */
    void run(long seed, int length, int[] nearest, Found found) {
        SplittableRandom random = new SplittableRandom(seed);
        begun++;
        after.reset();
        taken.clear();
        while (taken.size() < length && chooseAndApply(random)) {
            steps++;
            goals.step(step, taken.size());
            goals.state(after, taken.size());
            int family = families.of(step);
            if (family >= 0) {
                fired[family]++;
            }
            for (int index = 0; index < invariants.size(); index++) {
                Result result = Rules.ask(invariants.get(index), step, after);
                shown[index] |= result != Result.PREMISE_NOT_MET;
                if (result == Result.VIOLATED && taken.size() < nearest[index]) {
                    nearest[index] = taken.size();
                    found.violation(index, actions());
                }
            }
        }
    }

    /** Told of a violation. */
    @FunctionalInterface
    interface Found {
        void violation(int invariant, List<Action> actions);
    }

    private boolean chooseAndApply(SplittableRandom random) {
        before.copyFrom(after);
        enabled.clear();
        before.enabled(enabled);
        while (enabled.size() > 0) {
            int chosen = choose(random);
            if (after.apply(chosen)) {
                step.set(chosen);
                taken.add(chosen);
                return true;
            }
            after.copyFrom(before); // it asked for no memory: the same as the action with memory
            enabled.remove(chosen);
        }
        return false;
    }

    /** Draws twice and keeps the rarer kind: the actions of a kind share their chance. */
    private int choose(SplittableRandom random) {
        int kinds = 0;
        for (int index = 0; index < enabled.size(); index++) {
            kinds |= 1 << before.kindOf(enabled.get(index)).ordinal();
        }
        int wanted = random.nextInt(Integer.bitCount(kinds));
        while (wanted-- > 0) {
            kinds &= kinds - 1;
        }
        int kind = Integer.numberOfTrailingZeros(kinds);
        int count = 0;
        for (int index = 0; index < enabled.size(); index++) {
            count += before.kindOf(enabled.get(index)).ordinal() == kind ? 1 : 0;
        }
        int number = random.nextInt(count);
        for (int index = 0; index < enabled.size(); index++) {
            if (before.kindOf(enabled.get(index)).ordinal() == kind && number-- == 0) {
                return enabled.get(index);
            }
        }
        throw new IllegalStateException("no action of a kind that was counted");
    }

    /** What was done since the start of the walk, in words. */
    private List<Action> actions() {
        Machine again = new Machine(configuration, devices, Symmetry.NAMES_KEPT);
        List<Action> actions = new ArrayList<>();
        for (int index = 0; index < taken.size(); index++) {
            actions.add(again.describe(taken.get(index)));
            again.apply(taken.get(index));
        }
        return actions;
    }

    GoalWatch goals() {
        return goals;
    }

    boolean isShown(int invariant) {
        return shown[invariant];
    }

    Families families() {
        return families;
    }

    long fired(int family) {
        return fired[family];
    }

    Set<Branch> branches() {
        return after.takenBranches();
    }

    /** How many walks it has begun. */
    long begun() {
        return begun;
    }

    /** Steps made in all walks together. */
    long steps() {
        return steps;
    }
}
