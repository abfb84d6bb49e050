package dev.iovacheck.invariants;

import java.util.List;

/** What setting up a device's DMA returns: {@code iommu_dma_init_domain} and around it. */
final class SetUpErrors {

    private static final String INIT = "iommu_dma_init_domain";

    private SetUpErrors() {}

    static List<ErrnoCase> rows() {
        return List.of(
                new ErrnoCase(
                        "init-no-cookie",
                        INIT,
                        "the domain has no IOVA cookie",
                        "-EINVAL",
                        ErrnoCases.DERIVED,
                        "default domains of DMA type always have one"),
                new ErrnoCase(
                        "init-outside-aperture",
                        INIT,
                        "dma-ranges and aperture have nothing in common (6.1: asked only with a forced aperture; 7.1: only if there are"
                                + " dma-ranges); the device stays without IOMMU DMA ops",
                        "-EFAULT",
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "init-windows-overlap",
                        INIT,
                        "the DMA windows of a PCI host bridge overlap; the device stays without IOMMU DMA ops, but the domain counts as"
                                + " initialised, so that the next device gets 0",
                        "-EINVAL",
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "init-different",
                        INIT,
                        "another device of the group has initialised the domain with a different granule or start_pfn",
                        "-EFAULT",
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "init-rcaches",
                        INIT,
                        "there is no memory for the caches; the domain counts as initialised, so that the next device gets 0 and its first map"
                                + " follows NULL",
                        "-ENOMEM",
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "init-msi-pages",
                        INIT,
                        "there is no memory for the pages of an MSI region; the domain counts as initialised, so that the next device gets 0,"
                                + " and what comes after that region is not reserved",
                        "-ENOMEM",
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "init-again", INIT, "the domain is initialised and the device agrees", "0", ErrnoCases.DERIVED),
                new ErrnoCase(
                        "init-after-failure",
                        INIT,
                        "an earlier initialisation failed half-way, and the device agrees with it",
                        "0",
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "setup-ops",
                        "iommu_setup_dma_ops",
                        "initialisation failed, for whatever reason: a warning, and the device stays without IOMMU DMA ops",
                        "nothing",
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "regions-no-memory",
                        "iova_reserve_iommu_regions",
                        "reserve_iova fails for a region: it is silently missing",
                        "0",
                        ErrnoCases.DERIVED));
    }
}
