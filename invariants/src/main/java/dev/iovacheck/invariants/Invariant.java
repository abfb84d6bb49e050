package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.KernelReference;
import java.util.List;

/** Something that must hold, of states or of steps. */
public abstract sealed class Invariant permits StateInvariant, StepInvariant {

    private final String id;
    private final String claim;
    private final String reason;
    private final List<KernelReference> references;

    /**
     * @param id as users write it, {@code lower-bound}
     * @param claim what must hold, one sentence
     * @param reason why it matters to a machine or its owner, one or two sentences
     * @param references where the rule can be looked up, at least one
     */
    Invariant(String id, String claim, String reason, List<KernelReference> references) {
        this.id = id;
        this.claim = claim;
        this.reason = reason;
        this.references = List.copyOf(references);
    }

    public final String id() {
        return id;
    }

    public final String claim() {
        return claim;
    }

    public final String reason() {
        return reason;
    }

    public final List<KernelReference> references() {
        return references;
    }
}
