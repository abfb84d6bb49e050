package dev.iovacheck.model.config;

/** Types of default domains that a group can be given, apart from strict and lazy invalidation ({@link Iommu.Mode}). */
public enum DomainType {
    /** {@code IOMMU_DOMAIN_DMA} or {@code IOMMU_DOMAIN_DMA_FQ}: the DMA API translates through an allocator. */
    DMA,
    /** {@code IOMMU_DOMAIN_IDENTITY}: a bus address is a physical address, and there is no allocator. */
    IDENTITY
}
