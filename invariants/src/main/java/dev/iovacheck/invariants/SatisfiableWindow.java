package dev.iovacheck.invariants;

import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;
import org.jspecify.annotations.Nullable;

/**
 * Each device that maps has at least one whole granule left that it may use: in its window, at or above {@code start_pfn}, at or below its DMA
 * limit, and outside everything promised in its domain, rounded outward.
 */
final class SatisfiableWindow extends StateInvariant {

    SatisfiableWindow() {
        super(
                "satisfiable-window",
                Contract.COMPLETE,
                "Each device that maps keeps at least one granule in its window that is not reserved.",
                "a device that maps and uses its domain",
                "Otherwise every mapping of the device fails, or lands where the block cannot use it: the "
                        + "reservations contradict the hardware.",
                Defect.ONE_GROUP_FOR_ALL,
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_alloc_iova", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference("drivers/iommu/iova.c", "reserve_iova", "6.1, 7.1", Evidence.RECORDED));
    }

    @Override
    public Scope scope() {
        return Scope.LAYOUT;
    }

    @Override
    Result examine(Machine machine) {
        Result result = Result.PREMISE_NOT_MET;
        for (int number = 0; number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            if (speaksOf(machine, device)) {
                if (!hasSpace(machine, device)) {
                    return Result.VIOLATED;
                }
                result = Result.HOLDS;
            }
        }
        return result;
    }

    private static boolean speaksOf(Machine machine, int device) {
        return machine.usesDmaIommu(device) && machine.setup(device).mapSizeCount() > 0;
    }

    private static boolean hasSpace(Machine machine, int device) {
        int shift = machine.configuration().iommu().granuleShift();
        long first = UsableSpace.first(machine, device);
        long last = UsableSpace.last(machine, device);
        long pfn = (first >>> shift) + ((first & lastOffset(shift)) == 0 ? 0 : 1);
        while (isWithin(pfn, shift, last)) {
            Promise promise = promisedAt(machine, device, pfn, shift);
            if (promise == null) {
                return true;
            }
            pfn = (promise.bytes().last() >>> shift) + 1;
        }
        return false;
    }

    /** Whether the whole granule lies at or below the byte {@code last}. */
    private static boolean isWithin(long pfn, int shift, long last) {
        boolean exists = !Pfns.below(last >>> shift, pfn); // a granule past 2^64 would look like a low one
        return exists && !Pfns.below(last, pfn << shift | lastOffset(shift));
    }

    private static long lastOffset(int shift) {
        return (1L << shift) - 1;
    }

    private static @Nullable Promise promisedAt(Machine machine, int device, long pfn, int granuleShift) {
        DefaultDomain domain = machine.domainOf(device);
        for (int index = 0; index < machine.promises().size(); index++) {
            Promise promise = machine.promises().get(index);
            if (domain != null
                    && promise.domain() == domain.index()
                    && Pfns.intersect(pfn, pfn, promise.bytes(), granuleShift)
                    && machine.isMade(promise)) {
                return promise;
            }
        }
        return null;
    }

    @Override
    String complaint(Machine machine) {
        for (int device : machine.devices()) {
            if (speaksOf(machine, device) && !hasSpace(machine, device)) {
                Device described = machine.setup(device).device();
                return "No granule of the window " + described.window() + " of " + described.name()
                        + " can be handed out to it: start_pfn, DMA limit and reservations leave nothing.";
            }
        }
        throw new IllegalStateException("not violated");
    }
}
