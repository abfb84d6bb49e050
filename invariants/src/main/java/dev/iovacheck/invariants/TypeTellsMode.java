package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;

/**
 * The type of an initialised domain says how it works: {@code IOMMU_DOMAIN_DMA_FQ} exactly while unmapped ranges are queued. It is what
 * {@code type} in sysfs shows, and what other code in the kernel asks.
 */
final class TypeTellsMode extends StateInvariant {

    TypeTellsMode() {
        super(
                "type-tells-mode",
                Contract.REPORTED,
                "The type of a domain is DMA-FQ exactly while its unmapped ranges go into a flush queue.",
                "an initialised domain in a machine that can be lazy",
                "Who reads the type relies on it: it reserves, or hands a device to somebody, believing that an unmapped"
                        + " address is out of reach at once.",
                Defect.TYPE_KEPT_WITHOUT_QUEUE,
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_init_domain", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_init_fq", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference("drivers/iommu/iommu.c", "iommu_group_store_type", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    Result examine(Machine machine) {
        Result result = Result.PREMISE_NOT_MET;
        for (int index = 0; machine.configuration().canBeLazy() && index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            if (domain.iova().isInitialised()) {
                if (isWrong(domain)) {
                    return Result.VIOLATED;
                }
                result = Result.HOLDS;
            }
        }
        return result;
    }

    private static boolean isWrong(DefaultDomain domain) {
        return domain.isLazy() != domain.queue().isActive();
    }

    @Override
    String complaint(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            if (domain.iova().isInitialised() && isWrong(domain)) {
                return "the type of the domain of group " + domain.group()
                        + (domain.isLazy()
                                ? " is DMA-FQ, but it has no flush queue: unmapped ranges are free at once."
                                : " is DMA, but unmapped ranges go into its flush queue.");
            }
        }
        throw new IllegalStateException("not violated");
    }
}
