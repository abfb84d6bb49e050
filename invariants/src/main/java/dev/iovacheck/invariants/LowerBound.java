package dev.iovacheck.invariants;

import dev.iovacheck.invariants.formula.Clause;
import dev.iovacheck.invariants.formula.Formula;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.invariants.formula.Term;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import java.util.Optional;

/** No mapping starts below what the hardware block can use, nor below the domain's {@code start_pfn}. */
final class LowerBound extends StateInvariant {

    private static final Formula FORMULA = Formula.of(
            Clause.forAll(Sort.MAPPING, Term.x(Quantity.WINDOW_FIRST).atMost(Term.x(Quantity.FIRST))),
            Clause.forAll(Sort.MAPPING, Term.x(Quantity.START_PFN).atMost(Term.x(Quantity.FIRST))));

    LowerBound() {
        super(
                "lower-bound",
                Contract.BOUNDS,
                "No live mapping starts below the device's window or below the domain's start_pfn.",
                "a live mapping",
                "A block that is given a lower address sends it out under another stream ID or not at all; the machine faults or"
                        + " resets, often only under load.",
                Defect.RETRY_WRAPS_TO_ZERO,
                new KernelReference(
                        "drivers/iommu/iova.c", "__alloc_and_insert_iova_range", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference(
                        "drivers/iommu/dma-iommu.c", "iommu_dma_init_domain", "6.1, 7.1", Evidence.DERIVED));
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

    private static boolean isTooLow(Machine machine, DefaultDomain domain, int mapping) {
        long first = domain.live().firstPfn(mapping);
        long firstByte = first << domain.granuleShift();
        long windowFirst = window(machine, domain, mapping).first();
        return Long.compareUnsigned(firstByte, windowFirst) < 0
                || Long.compareUnsigned(first, domain.iova().startPfn()) < 0;
    }

    private static Extent window(Machine machine, DefaultDomain domain, int mapping) {
        return machine.setup(domain.live().device(mapping)).device().window();
    }

    @Override
    String complaint(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            for (int mapping = 0; mapping < domain.live().count(); mapping++) {
                if (isTooLow(machine, domain, mapping)) {
                    return sentence(machine, domain, mapping);
                }
            }
        }
        throw new IllegalStateException("not violated");
    }

    private static String sentence(Machine machine, DefaultDomain domain, int mapping) {
        String name = Mappings.name(machine, domain, mapping);
        Extent window = window(machine, domain, mapping);
        if (Pfns.below(Mappings.bytes(machine, domain, mapping).first(), window.first())) {
            return name + " starts below " + Hex.of(window.first()) + ", the lowest address the block can use.";
        }
        long start = domain.iova().startPfn();
        return name + " starts below " + Hex.of(start << domain.granuleShift()) + ", the domain's start_pfn "
                + Hex.of(start) + ".";
    }
}
