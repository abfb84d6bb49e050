package dev.iovacheck.invariants;

import dev.iovacheck.invariants.formula.Clause;
import dev.iovacheck.invariants.formula.Formula;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.invariants.formula.Term;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Step;
import java.util.Optional;
import java.util.Set;

/**
 * The allocator says failure with 0, so the granule at 0 must never be anybody's address.
 */
final class Nonzero extends StepInvariant {

    private static final Formula FORMULA =
            Formula.of(Clause.forAll(Sort.RETURNED, Term.constant(0).below(Term.x(Quantity.FIRST))));

    Nonzero() {
        super(
                "nonzero",
                Contract.ERRORS,
                "A map never returns an address in granule 0.",
                "a map that returned an address",
                "0 is how the allocator reports failure: a mapping there is one that failed, or one that looks as if "
                        + "it had.",
                Defect.ZERO_IS_AN_ADDRESS,
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_init_domain", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_alloc_iova", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public Optional<Formula> formula() {
        return Optional.of(FORMULA);
    }

    @Override
    public Scope scope() {
        return Scope.ABOUT;
    }

    @Override
    public Set<Action.Kind> kinds() {
        return Set.of(Action.Kind.MAP);
    }

    @Override
    public Result check(Step step) {
        DefaultDomain domain = step.returnsAddress() ? step.before().domainOf(step.device()) : null;
        if (domain == null) {
            return Result.PREMISE_NOT_MET;
        }
        return FORMULA.holds(DomainFacts.of(step, domain)) ? Result.HOLDS : Result.VIOLATED;
    }

    /** A range in granule 0; -1 if there is none. */
    private static int inGranule0(Step step) {
        for (int range = 0; range < step.rangeCount(); range++) {
            if (step.rangePfn(range) == 0) {
                return range;
            }
        }
        return -1;
    }

    @Override
    String complaint(Step step) {
        return Mappings.made(step, inGranule0(step)) + " is in granule 0, which stands for failure.";
    }
}
