package dev.iovacheck.model.kernel;

/** The kernels whose behaviour is modelled. Where they differ, the model asks one of these. */
public enum KernelProfile {
    /** Linux 6.1.192, recorded from its own {@code iova.c}. */
    V6_1("v6.1", "6.1.192"),
    /** Linux 7.1-rc4, cross-read with 7.0.9, recorded from its own {@code iova.c}. */
    V7_1("v7.1", "7.1-rc4");

    private final String label;
    private final String release;

    KernelProfile(String label, String release) {
        this.label = label;
        this.release = release;
    }

    /** As configurations write it: {@code v6.1}. */
    public String label() {
        return label;
    }

    /** The exact release that was read and recorded: {@code 6.1.192}. */
    public String release() {
        return release;
    }

    /**
     * Whether the depot of full magazines is an array with a limit, whose overflow is freed at once (6.1), and not an unlimited
     * list trimmed by delayed work (7.1). {@code __iova_rcache_insert}, recorded.
     */
    public boolean depotIsBounded() {
        return this == V6_1;
    }

    /**
     * Whether the lowest {@code dma-ranges} address becomes the domain's {@code start_pfn} (6.1 on arm64) or is only compared
     * with the aperture (7.1). {@code iommu_dma_init_domain}, derived.
     */
    public boolean dmaRangesGiveLowerBound() {
        return this == V6_1;
    }

    /**
     * Whether a device with a direct region is refused a blocking domain (7.1), so that no user gets its group; 6.1 does not ask.
     * {@code __iommu_device_set_domain}, derived.
     */
    public boolean keepsDirectOffBlocking() {
        return this == V7_1;
    }

    /**
     * Whether the type of a group with other than one device can be changed, and whether a driver that is bound is an owner like any other
     * ({@code -EPERM}, 7.1) and not asked for itself ({@code -EBUSY}, 6.1). {@code iommu_group_store_type}, derived.
     */
    public boolean countsOwners() {
        return this == V7_1;
    }

    /**
     * Whether a lazy domain turns out strict on an IOMMU that cannot defer flushes, and devices may ask for one flush queue for all
     * CPUs; in 6.1 neither is known. {@code iommu_dma_init_domain}, {@code iommu_dma_init_fq}, derived.
     */
    public boolean asksForDeferredFlush() {
        return this == V7_1;
    }

    /** Whether {@code iommu-addresses} is read from the device tree: since 6.3. {@code of_iommu_get_resv_regions}. */
    public boolean readsIommuAddresses() {
        return this == V7_1;
    }

    /** Whether MediaTek's driver tells the region of a device by its ports, and ends each with a gap; since 6.4 (b2a6876d215b). */
    public boolean tellsRegionsByPort() {
        return this == V7_1;
    }

    /** Whether drivers can take addresses first and link memory to them later: {@code dma_iova_try_alloc} and its relatives (derived). */
    public boolean hasTwoPhaseMappings() {
        return this == V7_1;
    }

    /**
     * Whether memory from {@code kmalloc} that does not fill its cache lines is bounced for a device that is not coherent: {@code
     * dma_kmalloc_needs_bounce} (derived).
     */
    public boolean bouncesKmalloc() {
        return this == V7_1;
    }

    /** Whether a map warns and fails if the device needs more low address bits kept than a granule has (derived). */
    public boolean refusesLargeMinAlign() {
        return this == V7_1;
    }
}
