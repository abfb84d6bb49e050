package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.kernel.KernelProfile;

/** How the DMA API chooses and gives back addresses: {@code iommu_dma_alloc_iova} and {@code iommu_dma_free_iova}. */
final class DmaMapping {

    private static final long LAST_BELOW_4G = 0xffffffffL;

    private DmaMapping() {}

    // iommu_dma_alloc_iova (derived): a PCI device with a higher limit first tries to get an address below 4 GiB,
    // without
    // emptying caches. 6.1 does so on every call; 7.1 gives it up for good the first time it fails.

    /** Whether a PCI device may make an attempt below its limit. */
    static boolean reachesAbove4G(DeviceSetup setup, int size) {
        return Long.compareUnsigned(setup.limit(size), LAST_BELOW_4G) > 0;
    }

    /** The highest byte that an allocation may end at, in the attempt below 4 GiB or in the one that counts. */
    static long limit(DeviceSetup setup, int size, boolean below4G) {
        return below4G ? LAST_BELOW_4G : setup.limit(size);
    }

    /** Whether a device prefers addresses below 4 GiB when it is added. */
    static boolean starts32Bit(Device device) {
        return device.bus() == Device.Bus.PCI;
    }

    /** Whether a failed attempt below 4 GiB is the device's last one. */
    static boolean givesUp32Bit(KernelProfile kernel) {
        return kernel == KernelProfile.V7_1;
    }
}
