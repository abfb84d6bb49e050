package dev.iovacheck.invariants;

import java.util.List;

/** What setting up a device's DMA returns: {@code iommu_dma_init_domain} and around it. */
final class SetUpErrors {

    private static final String INIT = "iommu_dma_init_domain";
    private static final String INIT_FQ = "iommu_dma_init_fq";
    private static final String DMA_COOKIE = "iommu_get_dma_cookie";
    private static final String MSI_COOKIE = "iommu_get_msi_cookie";
    private static final String CONFIGURE = "of_dma_configure_id";
    private static final String COOKIES_COME_WITH_DOMAINS =
            "domains of the model have their cookie from the beginning; they are allocated where memory may be waited for";
    private static final String USERS_HAVE_DOMAINS =
            "what users do with the domains that they allocate is not modelled";
    private static final String TREE_IS_READ = "the model begins where device tree and IOMMU driver have been read";

    private SetUpErrors() {}

    static List<ErrnoCase> rows() {
        return List.of(
                new ErrnoCase(
                        "dma-cookie-exists",
                        DMA_COOKIE,
                        "the domain has a cookie",
                        "-EEXIST",
                        ErrnoCases.DERIVED,
                        COOKIES_COME_WITH_DOMAINS),
                new ErrnoCase(
                        "dma-cookie-no-memory",
                        DMA_COOKIE,
                        "there is no memory for the cookie",
                        "-ENOMEM",
                        ErrnoCases.DERIVED,
                        COOKIES_COME_WITH_DOMAINS),
                new ErrnoCase(
                        "msi-cookie-type",
                        MSI_COOKIE,
                        "the domain is not of type IOMMU_DOMAIN_UNMANAGED",
                        "-EINVAL",
                        ErrnoCases.DERIVED,
                        USERS_HAVE_DOMAINS),
                new ErrnoCase(
                        "msi-cookie-exists",
                        MSI_COOKIE,
                        "the domain has a cookie",
                        "-EEXIST",
                        ErrnoCases.DERIVED,
                        USERS_HAVE_DOMAINS),
                new ErrnoCase(
                        "msi-cookie-no-memory",
                        MSI_COOKIE,
                        "there is no memory for the cookie",
                        "-ENOMEM",
                        ErrnoCases.DERIVED,
                        USERS_HAVE_DOMAINS),
                new ErrnoCase(
                        "fq-again",
                        INIT_FQ,
                        "the domain has a flush queue: nothing happens",
                        "0",
                        ErrnoCases.DERIVED,
                        "a domain of the model that has a flush queue says so, and nobody asks for another one"),
                new ErrnoCase(
                        "fq-no-memory-at-init",
                        INIT,
                        "there is no memory for the rings of the flush queue: the domain becomes strict",
                        "0",
                        ErrnoCases.DERIVED),
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
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "configure-too-early",
                        CONFIGURE,
                        "the IOMMU is not ready",
                        "-EPROBE_DEFER",
                        ErrnoCases.DERIVED,
                        TREE_IS_READ),
                new ErrnoCase(
                        "configure-size-0",
                        CONFIGURE,
                        "the sizes of dma-ranges come to 0",
                        "-EINVAL",
                        "6.1; derived",
                        TREE_IS_READ),
                new ErrnoCase(
                        "configure-no-ranges",
                        CONFIGURE,
                        "there are no dma-ranges, and nobody insists",
                        "0",
                        ErrnoCases.DERIVED,
                        TREE_IS_READ),
                new ErrnoCase(
                        "tree-regions",
                        "of_iommu_get_resv_regions",
                        "anything wrong with an entry: it is skipped",
                        "nothing",
                        ErrnoCases.DERIVED,
                        TREE_IS_READ));
    }
}
