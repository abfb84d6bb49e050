package dev.iovacheck.invariants;

import dev.iovacheck.invariants.formula.Clause;
import dev.iovacheck.invariants.formula.Formula;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.invariants.formula.Term;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.DeviceSetup;
import dev.iovacheck.model.machine.Machine;
import java.util.Optional;

/**
 * No mapping ends above what the hardware block can use, nor above the DMA limit.
 *
 * <p>The window is compared byte by byte with the whole granules that are mapped. The DMA limit is compared granule by granule, as the
 * kernel does: exact to the byte where the byte after the limit starts a granule, otherwise up to a granule less one byte above it.
 */
final class UpperBound extends StateInvariant {

    private static final Formula FORMULA = Formula.of(
            Clause.forAll(Sort.MAPPING, Term.x(Quantity.END).atMost(Term.x(Quantity.WINDOW_END))),
            Clause.forAll(Sort.MAPPING, Term.x(Quantity.LAST).atMost(Term.x(Quantity.LIMIT))));

    UpperBound() {
        super(
                "upper-bound",
                Contract.BOUNDS,
                "No live mapping ends above the device's window or above its DMA limit.",
                "a live mapping",
                "A block drops the address bits it does not have: the access goes to a lower address, into memory of "
                        + "somebody else.",
                Defect.CACHE_IGNORES_LIMIT,
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_alloc_iova", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference("drivers/iommu/iova.c", "__iova_rcache_get", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference(
                        "drivers/iommu/iova.c", "__alloc_and_insert_iova_range", "6.1, 7.1", Evidence.RECORDED));
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

    private static boolean isAboveWindow(Machine machine, DefaultDomain domain, int mapping) {
        DeviceSetup setup = machine.setup(domain.live().device(mapping));
        long lastByte = ((Pfns.lastMapped(machine, domain, mapping) + 1) << domain.granuleShift()) - 1;
        return Pfns.below(setup.device().window().last(), lastByte);
    }

    private static boolean isAboveLimit(Machine machine, DefaultDomain domain, int mapping) {
        DeviceSetup setup = machine.setup(domain.live().device(mapping));
        return Pfns.below(
                setup.limit(domain.live().size(mapping)) >>> domain.granuleShift(),
                Pfns.lastMapped(machine, domain, mapping));
    }

    @Override
    String complaint(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            for (int mapping = 0; mapping < domain.live().count(); mapping++) {
                DeviceSetup setup = machine.setup(domain.live().device(mapping));
                if (isAboveWindow(machine, domain, mapping)) {
                    return Mappings.name(machine, domain, mapping) + " ends above "
                            + Hex.of(setup.device().window().last()) + ", the highest address the block can use.";
                }
                if (isAboveLimit(machine, domain, mapping)) {
                    return Mappings.name(machine, domain, mapping) + " ends above the DMA limit "
                            + Hex.of(setup.limit(domain.live().size(mapping))) + " of the device.";
                }
            }
        }
        throw new IllegalStateException("not violated");
    }
}
