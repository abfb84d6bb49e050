package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Machine;
import java.util.List;

/**
 * Something that must stay possible, or must come about by itself: a claim about what can follow a state. A state alone does not show
 * whether it is kept; the whole graph of states does, once it is known.
 *
 * <p>An oops or a lockup is the end of everything: errno-conformance tells about the call that did not return. Of the state after it
 * nothing is claimed. It is no way to a goal either, so that nothing is recoverable from a state from which every way ends so; work of
 * the kernel that ends so is not counted against what must come about by itself.
 *
 * <p>Goals forget names: a state in which CPUs, or devices that are alike, have changed places has reached what the other one has. And
 * where they ask for more than one domain, they ask the same of each apart. So they can be checked on states that are stored without
 * names, and part by part.
 */
public abstract non-sealed class ProgressInvariant extends Invariant {

    /** What is claimed of the goal. */
    public enum Kind {
        /** From every reachable state some way leads to a goal; its actions are those that {@link #mayHelp}. */
        RECOVERABLE,
        /**
         * From every reachable state the kernel gets to a goal by itself, whatever order it does its work in: if nothing happens from
         * there on but what {@link #mayHelp}, and no work that could always be done stays undone for ever (weak fairness).
         */
        RESPONDS
    }

    private final Kind kind;

    ProgressInvariant(
            String id,
            Contract contract,
            Kind kind,
            String claim,
            String premise,
            String reason,
            Defect plantedDefect,
            KernelReference... references) {
        super(id, contract, claim, premise, reason, plantedDefect, List.of(references));
        this.kind = kind;
    }

    public final Kind kind() {
        return kind;
    }

    /** Whether the machine is in a state in which the claim has something to say; never after an oops. Allocates nothing. */
    public final boolean speaksOf(Machine machine) {
        return !machine.isCrashed() && hasPremise(machine);
    }

    /** Whether the machine is in a goal; never after an oops. Allocates nothing. */
    public final boolean isGoal(Machine machine) {
        return !machine.isCrashed() && isReached(machine);
    }

    /** Whether an action that is listed in the machine's state counts on the way to a goal. */
    public abstract boolean mayHelp(Machine machine, int action);

    abstract boolean hasPremise(Machine machine);

    abstract boolean isReached(Machine machine);

    /** For a state from which no goal is reached: what is in the way, in one or two sentences with names, addresses and sizes. */
    public final String describe(Machine machine) {
        return capitalised(complaint(machine));
    }

    /** The sentences of {@link #describe}, which may begin with a name. */
    abstract String complaint(Machine machine);
}
