package dev.iovacheck.model.config;

/** The argued ways to keep a device's mappings inside what its hardware can use. */
public enum Mechanism {
    /** Nothing: the allocator's top-down order hides the problem until the space above fills up. */
    NONE("none"),
    /** Reserved-memory nodes with {@code iommu-addresses} in the device tree; since 6.3. */
    IOMMU_ADDRESSES("iommu-addresses"),
    /** The proposed {@code dma_iova_set_resv_region(dev, start, length)}, exactly as posted. */
    POSTED_API("dma_iova_set_resv_region"),
    /** {@code dma-ranges} of the device's bus. */
    DMA_RANGES("dma-ranges"),
    /** {@code iommu-ranges} on the device node lists what is usable; everything else is reserved. Kernel side in review. */
    IOMMU_RANGES("iommu-ranges"),
    /** The proposed call, repaired: it validates, drains caches, refuses clashes, and can be undone. */
    HARDENED("hardened");

    private final String label;

    Mechanism(String label) {
        this.label = label;
    }

    /** As configurations write it. */
    public String label() {
        return label;
    }

    /** Whether reservations are calls that a driver makes at run time, and not text in the device tree. */
    public boolean isCall() {
        return this == POSTED_API || this == HARDENED;
    }
}
