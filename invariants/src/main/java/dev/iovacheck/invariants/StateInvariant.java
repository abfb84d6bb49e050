package dev.iovacheck.invariants;

import dev.iovacheck.invariants.formula.Formula;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Machine;
import java.util.List;

/** Something that must hold in every reachable state. Checked once for each state. */
public abstract non-sealed class StateInvariant extends Invariant {

    StateInvariant(
            String id,
            Contract contract,
            String claim,
            String premise,
            String reason,
            Defect plantedDefect,
            KernelReference... references) {
        super(id, contract, claim, premise, reason, plantedDefect, List.of(references));
    }

    /** How much of a state an invariant looks at. */
    public enum Scope {
        /** What {@link Machine#writeLayout} writes: it says the same of all states with one layout. */
        LAYOUT,
        /** What {@link Machine#writeHoldings} writes. */
        HOLDINGS,
        STATE
    }

    /** How much of a state it looks at. */
    public Scope scope() {
        return Scope.STATE;
    }

    /**
     * What it says of the machine's current state. Runs for every new state of a search: it allocates nothing. After an oops there is
     * no state left to speak of.
     */
    public final Result check(Machine machine) {
        return machine.isCrashed() ? Result.PREMISE_NOT_MET : examine(machine);
    }

    /** What a formula says of all domains of a machine. */
    static Result examine(Machine machine, Formula formula) {
        Result result = Result.PREMISE_NOT_MET;
        for (int index = 0; index < machine.domainCount(); index++) {
            DomainFacts facts = DomainFacts.of(machine, machine.domain(index));
            if (formula.speaks(facts)) {
                if (!formula.holds(facts)) {
                    return Result.VIOLATED;
                }
                result = Result.HOLDS;
            }
        }
        return result;
    }

    /** What it says of a machine that has not crashed. */
    abstract Result examine(Machine machine);

    /** For a state in which it is violated: what is wrong, in one or two sentences with names, addresses and sizes. */
    public final String describe(Machine machine) {
        return capitalised(complaint(machine));
    }

    /** The sentences of {@link #describe}, which may begin with a name. */
    abstract String complaint(Machine machine);
}
