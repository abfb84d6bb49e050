package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Something that must hold of every step from a reachable state. Checked for each transition. */
public abstract non-sealed class StepInvariant extends Invariant {

    private static final Set<Action.Kind> EVERY_KIND = Set.copyOf(EnumSet.allOf(Action.Kind.class));

    /** Kinds of the steps in which a range can be taken: that of the call, or {@code STEP} as long as it goes on. */
    static final Set<Action.Kind> TAKING = Set.of(Action.Kind.MAP, Action.Kind.MSI, Action.Kind.STEP);

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

    /** How much of a step an invariant looks at. */
    public enum Scope {
        /** What {@link Step#writeAbout} writes: it says the same of all steps that are about the same. */
        ABOUT,
        STEP
    }

    /** How much of a step it looks at. */
    public Scope scope() {
        return Scope.STEP;
    }

    /** Of which kinds of steps ({@link Step#kind}) it may say something; of others that its premise is not met. */
    public Set<Action.Kind> kinds() {
        return EVERY_KIND;
    }

    /**
     * Whether it may say something of some step of a kind in a machine, as far as its configuration tells: where it does not, searches
     * need not ask it at all.
     */
    public boolean concerns(Machine machine, Action.Kind kind) {
        return kinds().contains(kind);
    }

    /** Whether it says something of calls only that fail. */
    public boolean isAboutFailures() {
        return false;
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
