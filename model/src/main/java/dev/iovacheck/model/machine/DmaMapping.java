package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.kernel.TakenBranches;

/** How the DMA API chooses and gives back addresses: {@code iommu_dma_alloc_iova} and {@code iommu_dma_free_iova}. */
final class DmaMapping {

    private static final long LAST_BELOW_4G = 0xffffffffL;

    private DmaMapping() {}

    /**
     * {@code iommu_dma_alloc_iova} (derived). A PCI device with a higher limit first tries to get an address below 4 GiB, without
     * emptying caches. 6.1 does so on every call; 7.1 gives it up for good the first time it fails.
     *
     * @param pciTries32Bit whether this device still makes that attempt
     * @param branches told which branches are taken
     * @return the first pfn, 0 for failure; whether the 32-bit attempt failed is told by {@code failed32Bit}
     */
    static long allocate(
            IovaDomain iova,
            DeviceSetup setup,
            int size,
            int cpu,
            boolean pciTries32Bit,
            Attempt attempt,
            TakenBranches branches) {
        long limit = setup.dmaLimit();
        long pfns = setup.mapPfns(size);
        int shift = iova.granuleShift();
        attempt.failed32Bit = false;
        if (pciTries32Bit && Long.compareUnsigned(limit, LAST_BELOW_4G) > 0) {
            long pfn = iova.allocIovaFast(cpu, pfns, LAST_BELOW_4G >>> shift, false);
            if (pfn != 0 || iova.crashed()) {
                branches.take(Branch.DMA_BELOW_4G);
                return pfn;
            }
            branches.take(Branch.DMA_NOT_BELOW_4G);
            attempt.failed32Bit = true;
        } else {
            branches.take(Branch.DMA_WHOLE_RANGE);
        }
        return iova.allocIovaFast(cpu, pfns, limit >>> shift, true);
    }

    /** Whether a device prefers addresses below 4 GiB when it is added. */
    static boolean starts32Bit(Device device) {
        return device.bus() == Device.Bus.PCI;
    }

    /** Whether a failed attempt below 4 GiB is the device's last one. */
    static boolean givesUp32Bit(KernelProfile kernel) {
        return kernel == KernelProfile.V7_1;
    }

    /** What an allocation tells beside its result. */
    static final class Attempt {
        boolean failed32Bit;
    }
}
