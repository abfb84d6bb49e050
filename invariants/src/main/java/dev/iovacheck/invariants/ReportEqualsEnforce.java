package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.DomainType;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a group reports as reserved is what its allocator keeps free since set-up, and the other way round, granule by granule.
 *
 * <p>What is kept free counts as far as a device that is there could have it otherwise: at or above {@code start_pfn}, at or below its DMA limit.
 *
 * <p>Left out: windows that software chose for doorbells ({@code SW_MSI}), which are reported for domains of users and which the DMA API
 * does not need; and reservation calls, which are a matter between a driver and the allocator.
 */
final class ReportEqualsEnforce extends StateInvariant {

    ReportEqualsEnforce() {
        super(
                "report-equals-enforce",
                Contract.REPORTED,
                "What a group reports as reserved is what its allocator keeps free, and the other way round.",
                "an initialised domain whose group reports a region, or which keeps something free since set-up",
                "Whoever looks for the cause of a fault reads the list, sees the region there, and looks elsewhere; whoever "
                        + "plans a guest's memory by it runs into what it leaves out.",
                Defect.REGIONS_NOT_RESERVED,
                new KernelReference(
                        "drivers/iommu/iommu.c", "iommu_get_group_resv_regions", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference(
                        "drivers/iommu/dma-iommu.c", "iova_reserve_iommu_regions", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference(
                        "drivers/iommu/dma-iommu.c", "iova_reserve_pci_windows", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public Scope scope() {
        return Scope.LAYOUT;
    }

    @Override
    Result examine(Machine machine) {
        Result result = Result.PREMISE_NOT_MET;
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            if (domain.exists()
                    && domain.type() == DomainType.DMA
                    && domain.iova().isInitialised()) {
                List<FirmwareRegion> reported = machine.reservedRegions(index).regions();
                if (notEnforced(machine, domain, reported) != null || notReported(machine, domain, reported) != null) {
                    return Result.VIOLATED;
                }
                result = !reported.isEmpty() || keepsAnything(machine, index) ? Result.HOLDS : result;
            }
        }
        return result;
    }

    private static boolean keepsAnything(Machine machine, int domain) {
        for (int index = 0; index < machine.promises().size(); index++) {
            if (isKeptSinceSetUp(machine, domain, machine.promises().get(index))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isKeptSinceSetUp(Machine machine, int domain, Promise promise) {
        return promise.domain() == domain && !promise.isCall() && machine.isKept(promise);
    }

    private static @Nullable FirmwareRegion notEnforced(
            Machine machine, DefaultDomain domain, List<FirmwareRegion> reported) {
        int shift = domain.granuleShift();
        for (int index = 0; index < reported.size(); index++) {
            FirmwareRegion region = reported.get(index);
            long first = region.extent().first() >>> shift;
            long last = region.extent().last() >>> shift;
            boolean enforced = region.type() == FirmwareRegion.Type.SW_MSI
                    || (machine.isKept(domain, first, last) && Coverage.byNodes(domain.iova(), first, last));
            if (!enforced) {
                return region;
            }
        }
        return null;
    }

    private static @Nullable Promise notReported(Machine machine, DefaultDomain domain, List<FirmwareRegion> reported) {
        for (int index = 0; index < machine.promises().size(); index++) {
            Promise promise = machine.promises().get(index);
            if (isKeptSinceSetUp(machine, domain.index(), promise)) {
                int shift = domain.granuleShift();
                long first = Pfns.max(
                        promise.bytes().first() >>> shift, domain.iova().startPfn());
                long last = Pfns.min(promise.bytes().last() >>> shift, limit(machine, domain) >>> shift);
                if (!Pfns.below(last, first) && !isReported(reported, first, last, shift)) {
                    return promise;
                }
            }
        }
        return null;
    }

    /** The highest byte that an allocation for any of the devices that are there may end at. */
    private static long limit(Machine machine, DefaultDomain domain) {
        long limit = 0;
        for (int number = 0; number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            DefaultDomain own = machine.domainOf(device);
            if (own != null && own.index() == domain.index() && machine.isPresent(device)) {
                limit = Pfns.max(limit, machine.setup(device).dmaLimit());
            }
        }
        return limit;
    }

    private static boolean isReported(List<FirmwareRegion> reported, long first, long last, int shift) {
        long from = first;
        boolean progress = true;
        while (progress) {
            progress = false;
            for (int index = 0; index < reported.size(); index++) {
                Extent region = reported.get(index).extent();
                if (Pfns.intersect(from, from, region, shift)) {
                    if (!Pfns.below(region.last() >>> shift, last)) {
                        return true;
                    }
                    from = (region.last() >>> shift) + 1;
                    progress = true;
                }
            }
        }
        return false;
    }

    @Override
    String complaint(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            if (!domain.exists()
                    || domain.type() != DomainType.DMA
                    || !domain.iova().isInitialised()) {
                continue;
            }
            List<FirmwareRegion> reported = machine.reservedRegions(index).regions();
            FirmwareRegion notEnforced = notEnforced(machine, domain, reported);
            if (notEnforced != null) {
                return "Group " + domain.group() + " reports " + notEnforced.extent()
                        + " as reserved, and its allocator may hand it out.";
            }
            Promise notReported = notReported(machine, domain, reported);
            if (notReported != null) {
                return "The allocator of group " + domain.group() + " keeps " + notReported.bytes()
                        + " free, and the group does not report all of it as reserved.";
            }
        }
        throw new IllegalStateException("not violated");
    }
}
