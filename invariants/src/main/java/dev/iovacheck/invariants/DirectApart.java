package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;

/**
 * What the allocator hands out, or keeps in its caches to hand out again, lies outside of all direct mappings of the domain, those of
 * devices included that are gone. Looked at where a configuration follows direct mappings.
 */
final class DirectApart extends StateInvariant {

    DirectApart() {
        super(
                "direct-apart",
                Contract.DIRECT,
                "No range that the allocator has given out or cached has a granule in common with a direct mapping.",
                "a domain with direct mappings and with a range that is live or cached",
                "The map fails because the page is mapped already, again and again, or a buffer takes the place of what "
                        + "firmware uses.",
                Defect.REGIONS_NOT_RESERVED,
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_init_domain", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference(
                        "drivers/iommu/iommu.c", "iommu_create_device_direct_mappings", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    Result examine(Machine machine) {
        Result result = Result.PREMISE_NOT_MET;
        for (int number = 0; machine.followsDirectMaps() && number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            DefaultDomain domain = machine.domainOf(device);
            if (domain != null && domain.hasDirectMaps(device) && domain.iova().isInitialised()) {
                for (int mapping = 0; mapping < domain.live().count(); mapping++) {
                    if (isHit(machine, device, domain, mapping)) {
                        return Result.VIOLATED;
                    }
                    result = Result.HOLDS;
                }
                if (cached(machine, device, domain) != CachedRanges.NONE) {
                    return Result.VIOLATED;
                }
                result = CachedRanges.count(domain.iova()) > 0 ? Result.HOLDS : result;
            }
        }
        return result;
    }

    private static boolean isHit(Machine machine, int device, DefaultDomain domain, int mapping) {
        return !domain.live().isLost(mapping)
                && machine.setup(device)
                        .mapsDirect(domain.live().firstPfn(mapping), Pfns.lastTaken(machine, domain, mapping));
    }

    /** The number of a cached range in a direct mapping of the device, or {@link CachedRanges#NONE}. */
    private static int cached(Machine machine, int device, DefaultDomain domain) {
        for (int range = 0; range < CachedRanges.count(domain.iova()); range++) {
            long first = CachedRanges.firstPfn(domain.iova(), range);
            if (machine.setup(device).mapsDirect(first, CachedRanges.lastPfn(domain.iova(), range))) {
                return range;
            }
        }
        return CachedRanges.NONE;
    }

    @Override
    String complaint(Machine machine) {
        for (int device : machine.devices()) {
            DefaultDomain domain = machine.domainOf(device);
            if (domain == null
                    || !domain.hasDirectMaps(device)
                    || !domain.iova().isInitialised()) {
                continue;
            }
            String region = " has granules in common with a direct region of "
                    + machine.setup(device).device().name() + ", which is mapped one to one.";
            for (int mapping = 0; mapping < domain.live().count(); mapping++) {
                if (isHit(machine, device, domain, mapping)) {
                    return Mappings.name(machine, domain, mapping) + region;
                }
            }
            int cached = cached(machine, device, domain);
            if (cached != CachedRanges.NONE) {
                return CachedRanges.name(domain, cached) + region;
            }
        }
        throw new IllegalStateException("not violated");
    }
}
