package dev.iovacheck.invariants;

import dev.iovacheck.invariants.formula.Formula;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.KernelReference;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Something that must hold, of states, of steps, or of what can follow a state. */
public abstract sealed class Invariant permits StateInvariant, StepInvariant, ProgressInvariant {

    private final String id;
    private final Contract contract;
    private final String claim;
    private final String premise;
    private final String reason;
    private final Defect plantedDefect;
    private final List<KernelReference> references;

    /**
     * @param id as users write it, {@code lower-bound}
     * @param contract the contract that it is a part of
     * @param claim what must hold, one sentence
     * @param premise when it speaks at all, as a noun phrase: a state or step in which it could be violated
     * @param reason why it matters to a machine or its owner, one or two sentences
     * @param plantedDefect a mistake that makes some configuration violate it, which proves that the check can fail
     * @param references where the rule can be looked up, at least one
     */
    Invariant(
            String id,
            Contract contract,
            String claim,
            String premise,
            String reason,
            Defect plantedDefect,
            List<KernelReference> references) {
        this.id = id;
        this.contract = contract;
        this.claim = claim;
        this.premise = premise;
        this.reason = reason;
        this.plantedDefect = plantedDefect;
        this.references = List.copyOf(references);
    }

    public final String id() {
        return id;
    }

    /** The contract it is a part of. */
    public final Contract contract() {
        return contract;
    }

    public final String claim() {
        return claim;
    }

    /** When it speaks at all, as a noun phrase. Elsewhere its result is {@link Result#PREMISE_NOT_MET}. */
    public final String premise() {
        return premise;
    }

    public final String reason() {
        return reason;
    }

    /** A mistake that, planted into the model, makes some configuration violate it. */
    public final Defect plantedDefect() {
        return plantedDefect;
    }

    public final List<KernelReference> references() {
        return references;
    }

    /**
     * What it says in the neutral form that other engines read as well, as far as it can be said so; empty if nothing of it can. Where it
     * is violated in a domain, the invariant is.
     */
    public Optional<Formula> formula() {
        return Optional.empty();
    }

    static String capitalised(String sentences) {
        return sentences.substring(0, 1).toUpperCase(Locale.ROOT) + sentences.substring(1);
    }
}
