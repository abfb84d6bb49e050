package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Step;
import java.util.List;

/** Something that must hold of every step from a reachable state. Checked for each transition. */
public abstract non-sealed class StepInvariant extends Invariant {

    StepInvariant(
            String id,
            Contract contract,
            String claim,
            String premise,
            String reason,
            Defect plantedDefect,
            KernelReference... references) {
        super(id, contract, claim, premise, reason, plantedDefect, List.of(references));
    }

    /** What it says of the step. Runs for every transition of a search: it allocates nothing. */
    public abstract Result check(Step step);

    /** For a step that violates it: what is wrong, in one or two sentences with names, addresses and sizes. */
    public final String describe(Step step) {
        return capitalised(complaint(step));
    }

    /** The sentences of {@link #describe}, which may begin with a name. */
    abstract String complaint(Step step);
}
