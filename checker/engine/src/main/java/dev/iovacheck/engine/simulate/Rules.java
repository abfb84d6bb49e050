package dev.iovacheck.engine.simulate;

import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.Result;
import dev.iovacheck.invariants.StateInvariant;
import dev.iovacheck.invariants.StepInvariant;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;

/** Asks an invariant about a step and the state it leads to. */
final class Rules {

    private Rules() {}

    static Result ask(Invariant invariant, Step step, Machine after) {
        if (invariant instanceof StepInvariant ofStep) {
            return ofStep.check(step);
        }
        // What can follow a state, one walk from it does not show.
        return invariant instanceof StateInvariant ofState ? ofState.check(after) : Result.PREMISE_NOT_MET;
    }
}
