package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Machine;
import java.util.List;

/** Something that must hold in every reachable state. Checked once for each state. */
public abstract non-sealed class StateInvariant extends Invariant {

    StateInvariant(String id, String claim, String reason, KernelReference... references) {
        super(id, claim, reason, List.of(references));
    }

    /** What it says of the machine's current state. Runs for every new state of a search: it allocates nothing. */
    public abstract Result check(Machine machine);

    /** For a state in which it is violated: what is wrong, in one or two sentences with names, addresses and sizes. */
    public abstract String describe(Machine machine);
}
