package dev.iovacheck.invariants;

import java.util.List;

/** What the reservation calls return: the one that was posted, and our repaired variant. */
final class ReservationErrors {

    private static final String PROPOSED = "proposed 19 Jan 2026; derived";
    private static final String OWN = "no kernel; our own proposal";
    private static final String POSTED = "dma_iova_set_resv_region";
    private static final String HARDENED = "hardened variant of dma_iova_set_resv_region";

    private ReservationErrors() {}

    static List<ErrnoCase> rows() {
        return List.of(
                new ErrnoCase(
                        "posted-no-domain",
                        POSTED,
                        "the group has no default domain",
                        "-ENODEV",
                        PROPOSED,
                        "each group of the model has a default domain while it has a device"),
                new ErrnoCase(
                        "posted-wrong-type",
                        POSTED,
                        "the type of the default domain is not exactly IOMMU_DOMAIN_DMA; a lazy domain"
                                + " (IOMMU_DOMAIN_DMA_FQ) is refused too",
                        "-ENODEV",
                        PROPOSED),
                new ErrnoCase(
                        "posted-compiled-out",
                        POSTED,
                        "the kernel is built without CONFIG_IOMMU_DMA",
                        "-ENODEV",
                        PROPOSED,
                        "without it there are no IOVAs to model"),
                new ErrnoCase(
                        "posted-wrong-cookie",
                        POSTED,
                        "documented for a wrong domain or cookie, but unreachable: a DMA default domain always has an IOVA cookie",
                        "-EINVAL",
                        PROPOSED,
                        "unreachable in the kernel as well"),
                new ErrnoCase(
                        "posted-no-memory",
                        POSTED,
                        "reserve_iova had no memory for a node; nodes that were grown before stay grown",
                        "-ENOMEM",
                        PROPOSED),
                new ErrnoCase("posted-no-group", POSTED, "the device has no IOMMU group", "crash", PROPOSED),
                new ErrnoCase(
                        "posted-success",
                        POSTED,
                        "everything else: length 0, a range that wraps, a range that live mappings or cached ranges occupy",
                        "0",
                        PROPOSED),
                new ErrnoCase(
                        "hardened-no-domain",
                        HARDENED,
                        "the device has no group, its DMA does not go through the IOMMU, or the allocator is not initialised",
                        "-ENODEV",
                        OWN),
                new ErrnoCase("hardened-zero", HARDENED, "the length is 0", "-EINVAL", OWN),
                new ErrnoCase("hardened-wrap", HARDENED, "start + length goes past 2^64", "-EOVERFLOW", OWN),
                new ErrnoCase(
                        "hardened-clash",
                        HARDENED,
                        "a node that is no reservation intersects the range once the caches are empty",
                        "-EBUSY",
                        OWN),
                new ErrnoCase(
                        "hardened-no-memory",
                        HARDENED,
                        "there was no memory for a node; nodes added before are taken back",
                        "-ENOMEM",
                        OWN));
    }
}
