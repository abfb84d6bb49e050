package dev.iovacheck.constraint.induction;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A counterexample to induction: a state, a step, and what comes of it. Its numbers are an order of granules and no more; whether the
 * state can be reached is not said.
 *
 * @param transition what happens; {@code null}: nothing, the lemmas do not imply what is to be shown
 * @param broken what held before and does not after
 * @param lines the state before, the step and the state after, one thing a line
 */
public record Counterstate(@Nullable Transition transition, String broken, List<String> lines) {

    public Counterstate {
        lines = List.copyOf(lines);
    }
}
