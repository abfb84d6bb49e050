package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Errno;
import java.util.List;

/** Which of the modelled calls return which error, and when. */
final class ErrnoCases {

    private static final String RECORDED = "6.1, 7.1; recorded";
    private static final String DERIVED = "6.1, 7.1; derived";
    private static final String PROPOSED = "proposed 19 Jan 2026; derived";
    private static final String OWN = "no kernel; our own proposal";
    private static final String POSTED = "dma_iova_set_resv_region";
    private static final String HARDENED = "hardened variant of dma_iova_set_resv_region";

    private static final List<ErrnoCase> ALL = List.of(
            new ErrnoCase(
                    Errno.ENOMEM,
                    "__alloc_and_insert_iova_range",
                    "nothing fits below the limit, or the limit is at most 4 GiB and max32_alloc_size refuses the request without a"
                            + " search; the callers turn it into 0 or NULL",
                    RECORDED),
            new ErrnoCase(
                    Errno.ENOMEM,
                    "dma_mapping_error",
                    "a map returned DMA_MAPPING_ERROR, for whatever reason",
                    DERIVED),
            new ErrnoCase(
                    Errno.ENOMEM,
                    POSTED,
                    "reserve_iova had no memory for a node; nodes that were grown before stay grown",
                    PROPOSED),
            new ErrnoCase(
                    Errno.ENOMEM, HARDENED, "there was no memory for a node; nodes added before are taken back", OWN),
            new ErrnoCase(
                    Errno.ENODEV,
                    POSTED,
                    "the group has no default domain, or its type is not exactly IOMMU_DOMAIN_DMA; a lazy domain (IOMMU_DOMAIN_DMA_FQ)"
                            + " is refused too",
                    PROPOSED),
            new ErrnoCase(
                    Errno.ENODEV,
                    HARDENED,
                    "the device has no group, its DMA does not go through the IOMMU, or the allocator is not initialised",
                    OWN),
            new ErrnoCase(
                    Errno.EINVAL,
                    POSTED,
                    "documented for a wrong domain or cookie, but unreachable: a DMA default domain always has an IOVA cookie",
                    PROPOSED),
            new ErrnoCase(Errno.EINVAL, HARDENED, "the length is 0", OWN),
            new ErrnoCase(Errno.EOVERFLOW, HARDENED, "start + length goes past 2^64", OWN),
            new ErrnoCase(Errno.EBUSY, HARDENED, "a live mapping intersects the range once the caches are empty", OWN),
            new ErrnoCase(
                    Errno.EFAULT,
                    "iommu_dma_init_domain",
                    "dma-ranges and aperture have nothing in common (6.1: asked only with a forced aperture; 7.1: only if there are"
                            + " dma-ranges); the device stays without IOMMU DMA ops",
                    DERIVED),
            new ErrnoCase(
                    Errno.EINVAL,
                    "iommu_dma_init_domain",
                    "the DMA windows of a PCI host bridge overlap; the device stays without IOMMU DMA ops, but the domain counts as"
                            + " initialised, so that the next device gets 0",
                    DERIVED),
            new ErrnoCase(
                    Errno.EFAULT,
                    "iommu_dma_init_domain",
                    "another device of the group has initialised the domain with a different granule or start_pfn",
                    DERIVED));

    private ErrnoCases() {}

    /**
     * One way to get an error.
     *
     * @param when the condition, without a full stop
     * @param source the versions in which it was read, and how it is known
     */
    record ErrnoCase(Errno errno, String call, String when, String source) {}

    static List<ErrnoCase> of(Errno errno) {
        return ALL.stream().filter(entry -> entry.errno() == errno).toList();
    }
}
