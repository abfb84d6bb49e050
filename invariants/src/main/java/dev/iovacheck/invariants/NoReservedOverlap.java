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
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;
import dev.iovacheck.model.machine.Step;
import java.util.Optional;
import java.util.Set;

/**
 * A map never takes a range that was promised to be kept free before.
 *
 * <p>Where steps are interleaved, what stood before the step counts in which the map takes its range; what is promised
 * between that step and the return of the map came too late for it.
 *
 * <p>This is the strong form: mappings that are older than the promise do not count. The promise may be one to any device of the same
 * domain, kept by the kernel or not. Only the granules that the driver asked for count, not what the allocator adds to round up.
 */
final class NoReservedOverlap extends StepInvariant {

    private static final Formula FORMULA = Formula.of(Clause.forAllPairs(
            Sort.TAKEN,
            Sort.PROMISE,
            Term.x(Quantity.LAST).below(Term.y(Quantity.FIRST)),
            Term.y(Quantity.LAST).below(Term.x(Quantity.FIRST))));

    NoReservedOverlap() {
        super(
                "no-reserved-overlap",
                Contract.RESERVED,
                "A map returns no range that intersects a reservation promised before it.",
                "a map that returned an address in a domain with a promised reservation",
                "The range belongs to firmware, to a doorbell or to another stream ID: the device's accesses go there "
                        + "instead of to the buffer.",
                Defect.CACHES_NOT_EMPTIED,
                new KernelReference("drivers/iommu/iova.c", "reserve_iova", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "alloc_iova_fast", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference(
                        "drivers/iommu/dma-iommu.c", "iova_reserve_iommu_regions", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public Scope scope() {
        return Scope.ABOUT;
    }

    @Override
    public Set<Action.Kind> kinds() {
        return TAKING;
    }

    @Override
    public Result check(Step step) {
        if (!step.takesRange()) {
            return Result.PREMISE_NOT_MET;
        }
        DefaultDomain domain = step.before().domainOf(step.device());
        if (domain == null) {
            return Result.PREMISE_NOT_MET;
        }
        DomainFacts facts = DomainFacts.of(step, domain);
        if (!FORMULA.speaks(facts)) {
            return Result.PREMISE_NOT_MET;
        }
        return FORMULA.holds(facts) ? Result.HOLDS : Result.VIOLATED;
    }

    @Override
    public Optional<Formula> formula() {
        return Optional.of(FORMULA);
    }

    /** The range that was taken out of what was promised; -1 if there is none. */
    private static int hit(Step step, Promise promise, int granuleShift) {
        for (int range = 0; range < step.rangeCount(); range++) {
            long first = step.rangePfn(range);
            long last = first + step.before().setup(step.device()).mapPfns(step.rangeSize(range)) - 1;
            if (Pfns.intersect(first, last, promise.bytes(), granuleShift)) {
                return range;
            }
        }
        return -1;
    }

    @Override
    String complaint(Step step) {
        Machine before = step.before();
        DefaultDomain domain = before.domainOf(step.device());
        for (Promise promise : before.promises()) {
            if (domain != null
                    && promise.domain() == domain.index()
                    && before.isMade(promise)
                    && hit(step, promise, domain.granuleShift()) >= 0) {
                int range = hit(step, promise, domain.granuleShift());
                return Mappings.made(step, range) + " lies in " + Promises.name(before, promise)
                        + ", which stood before.";
            }
        }
        throw new IllegalStateException("not violated");
    }
}
