package dev.iovacheck.invariants;

import dev.iovacheck.invariants.formula.Clause;
import dev.iovacheck.invariants.formula.Formula;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.invariants.formula.Term;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Step;
import java.util.Optional;
import java.util.Set;

/**
 * Ranges are aligned to their size rounded up to the next power of two, as the DMA API promises to drivers.
 */
final class NaturalAlignment extends StepInvariant {

    private static final Formula FORMULA =
            Formula.of(Clause.forAll(Sort.RETURNED, Term.x(Quantity.OFFSET).atMost(Term.constant(0))));

    NaturalAlignment() {
        super(
                "natural-alignment",
                Contract.WELL_FORMED,
                "A map returns an address aligned to its size, rounded up to a power of two.",
                "a map that returned an address",
                "Drivers put flags and indices into the low bits of addresses, and caches hand ranges out again by "
                        + "size class.",
                Defect.ALIGNMENT_IGNORED,
                new KernelReference(
                        "drivers/iommu/iova.c", "__alloc_and_insert_iova_range", "6.1, 7.1", Evidence.RECORDED));
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

    /** A range that is not aligned; -1 if there is none. */
    private static int askew(Step step) {
        for (int range = 0; range < step.rangeCount(); range++) {
            if ((step.rangePfn(range) & (alignment(step, range) - 1)) != 0) {
                return range;
            }
        }
        return -1;
    }

    /** In granules, a power of two. */
    static long alignment(Step step, int range) {
        return 1L
                << IovaDomain.order(step.before()
                        .setup(step.device())
                        .buffer(step.rangeSize(range))
                        .takenPages());
    }

    @Override
    String complaint(Step step) {
        int shift = step.before().configuration().iommu().granuleShift();
        int range = askew(step);
        return Mappings.made(step, range) + " does not start at a multiple of "
                + Hex.of(alignment(step, range) << shift) + ".";
    }
}
