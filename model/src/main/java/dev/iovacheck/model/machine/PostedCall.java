package dev.iovacheck.model.machine;

import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Errno;
import org.jspecify.annotations.Nullable;

/**
 * {@code dma_iova_set_resv_region(dev, start, length)} exactly as posted on 19 January 2026 (recorded for what the allocator does
 * with it). It validates nothing, flushes nothing, keeps no books, and has no inverse.
 */
final class PostedCall {

    private PostedCall() {}

    /** @param domain the default domain of the device's group; {@code null} for a device without a group */
    static void reserve(@Nullable DefaultDomain domain, long start, long length, Outcome outcome) {
        if (domain == null) {
            outcome.oops(); // dev->iommu_group->default_domain
            return;
        }
        if (!domain.exists() || domain.isLazy()) {
            outcome.error(Errno.ENODEV);
            return;
        }
        IovaDomain iova = domain.iova();
        int shift = iova.granuleShift();
        if (iova.reserveIova(start >>> shift, (start + length - 1) >>> shift)) {
            outcome.success();
        } else {
            outcome.error(Errno.ENOMEM);
        }
        outcome.warnings(iova.warnings());
    }
}
