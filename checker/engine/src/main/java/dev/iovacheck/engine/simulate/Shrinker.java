package dev.iovacheck.engine.simulate;

import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.Result;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.machine.Symmetry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a way to a violation shorter by leaving actions out, first many at once, then fewer (delta debugging). What cannot happen any
 * more without those is left out with them. The result violates the same invariant, and no single action can be left out of it.
 */
public final class Shrinker {

    private final Invariant invariant;
    private final Machine before;
    private final Machine after;
    private final Step step;

    /** @param devices indices of the devices that take part */
    public Shrinker(Configuration configuration, int[] devices, Invariant invariant) {
        this.invariant = invariant;
        before = new Machine(configuration, devices, Symmetry.NAMES_KEPT);
        after = new Machine(configuration, devices, Symmetry.NAMES_KEPT);
        step = new Step(before, after);
    }

    /**
     * The shorter way.
     *
     * @param actions a way to a violation from the initial state
     * @throws IllegalArgumentException if it does not lead to a violation
     */
    public List<Action> shrink(List<Action> actions) {
        List<Action> best = violating(actions);
        if (best == null) {
            throw new IllegalArgumentException("nothing is violated, so there is nothing to shrink");
        }
        for (int size = Math.max(1, best.size() / 2); size > 0; ) {
            List<Action> shorter = without(best, size);
            if (shorter != null) {
                best = shorter;
                size = Math.min(size, Math.max(1, best.size() / 2));
            } else {
                size /= 2;
            }
        }
        return best;
    }

    /** A way without some {@code size} actions in a row, if there is one; later actions first. */
    private @Nullable List<Action> without(List<Action> actions, int size) {
        for (int end = actions.size(); end > 0; end -= size) {
            List<Action> candidate = new ArrayList<>(actions.subList(0, Math.max(0, end - size)));
            candidate.addAll(actions.subList(end, actions.size()));
            List<Action> shorter = violating(candidate);
            if (shorter != null) {
                return shorter;
            }
        }
        return null;
    }

    /** Those of the actions that can happen, up to the first violation; {@code null} if there is none. */
    private @Nullable List<Action> violating(List<Action> actions) {
        List<Action> made = new ArrayList<>();
        after.reset();
        for (Action action : actions) {
            before.copyFrom(after);
            int code = before.find(action);
            if (code < 0) {
                continue;
            }
            if (!after.apply(code)) {
                after.copyFrom(before); // it asks for no memory any more
                continue;
            }
            step.set(code);
            made.add(action);
            if (Rules.ask(invariant, step, after) == Result.VIOLATED) {
                return made;
            }
        }
        return null;
    }
}
