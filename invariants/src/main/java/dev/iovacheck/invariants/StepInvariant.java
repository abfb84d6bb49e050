package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Step;
import java.util.List;

/** Something that must hold of every step from a reachable state. Checked for each transition. */
public abstract non-sealed class StepInvariant extends Invariant {

    StepInvariant(String id, String claim, String reason, KernelReference... references) {
        super(id, claim, reason, List.of(references));
    }

    /** What it says of the step. Runs for every transition of a search: it allocates nothing. */
    public abstract Result check(Step step);

    /** For a step that violates it: what is wrong, in one or two sentences with names, addresses and sizes. */
    public abstract String describe(Step step);
}
