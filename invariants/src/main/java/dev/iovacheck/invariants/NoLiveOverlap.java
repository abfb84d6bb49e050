package dev.iovacheck.invariants;

import dev.iovacheck.invariants.formula.Clause;
import dev.iovacheck.invariants.formula.Formula;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.invariants.formula.Term;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import java.util.Optional;

/**
 * Two live mappings of one domain never share a granule. Only the granules that drivers asked for count.
 */
final class NoLiveOverlap extends StateInvariant {

    private static final Formula FORMULA = Formula.of(Clause.forAllPairs(
            Sort.MAPPING,
            Sort.MAPPING,
            Term.x(Quantity.LAST).below(Term.y(Quantity.FIRST)),
            Term.y(Quantity.LAST).below(Term.x(Quantity.FIRST))));

    NoLiveOverlap() {
        super(
                "no-live-overlap",
                Contract.DISJOINT,
                "Two live mappings of one domain never overlap.",
                "a domain with two live mappings",
                "Two buffers under one address: the device reads and writes another driver's memory.",
                Defect.SIZE_NOT_ROUNDED,
                new KernelReference(
                        "drivers/iommu/iova.c", "__alloc_and_insert_iova_range", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "alloc_iova_fast", "6.1, 7.1", Evidence.RECORDED));
    }

    @Override
    public Optional<Formula> formula() {
        return Optional.of(FORMULA);
    }

    @Override
    public Scope scope() {
        return Scope.HOLDINGS;
    }

    @Override
    Result examine(Machine machine) {
        return examine(machine, FORMULA);
    }

    /** The mapping that reaches into the next one; -1 if there is none. Mappings are in order, so looking at neighbours is enough. */
    private static int overlapped(Machine machine, DefaultDomain domain) {
        for (int mapping = 1; mapping < domain.live().count(); mapping++) {
            if (!Pfns.below(
                    Pfns.lastMapped(machine, domain, mapping - 1), domain.live().firstPfn(mapping))) {
                return mapping - 1;
            }
        }
        return -1;
    }

    @Override
    String complaint(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            int mapping = overlapped(machine, domain);
            if (mapping >= 0) {
                return Mappings.name(machine, domain, mapping) + " and " + Mappings.name(machine, domain, mapping + 1)
                        + " overlap.";
            }
        }
        throw new IllegalStateException("not violated");
    }
}
