package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.DomainType;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Errno;
import org.jspecify.annotations.Nullable;

/**
 * {@code dma_iova_set_resv_region(dev, start, length)} exactly as posted on 19 January 2026 (recorded for what the allocator does
 * with it). It validates nothing, flushes nothing, keeps no books, and has no inverse.
 */
final class PostedCall {

    private PostedCall() {}

    /**
     * What it asks before it takes a lock.
     *
     * @param domain the default domain of the device's group; {@code null} for a device without a group
     * @return false if it ends with that
     */
    static boolean admits(@Nullable DefaultDomain domain, Outcome outcome) {
        if (domain == null) {
            outcome.oops(); // dev->iommu_group->default_domain
            return false;
        }
        if (!domain.exists() || domain.type() != DomainType.DMA || domain.isLazy()) {
            outcome.error(Errno.ENODEV);
            return false;
        }
        return true;
    }

    /**
     * The reservation itself, under the lock of the tree.
     *
     * @param shift log2 of the granule as it was read before; 0 for a domain that nobody had initialised
     */
    static void reserve(DefaultDomain domain, int shift, long start, long length, Outcome outcome) {
        IovaDomain iova = domain.iova();
        if (iova.reserveIova(start >>> shift, (start + length - 1) >>> shift)) {
            outcome.success();
        } else {
            outcome.error(Errno.ENOMEM);
        }
        outcome.warnings(iova.warnings());
    }
}
