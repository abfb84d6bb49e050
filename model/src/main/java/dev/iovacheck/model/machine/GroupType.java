package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.DomainType;
import org.jspecify.annotations.Nullable;

/** Types of default domains as the file {@code type} of a group names them ({@code iommu_group_store_type}, derived). */
public enum GroupType {
    /** {@code IOMMU_DOMAIN_DMA}: an allocator, and translations are invalidated at once. */
    DMA("DMA"),
    /** {@code IOMMU_DOMAIN_IDENTITY}: no allocator. */
    IDENTITY("identity"),
    /** {@code IOMMU_DOMAIN_DMA_FQ}: an allocator and a flush queue. */
    DMA_FQ("DMA-FQ");

    private final String label;

    GroupType(String label) {
        this.label = label;
    }

    /** What is written to the file. */
    public String label() {
        return label;
    }

    /** The type apart from how translations are invalidated. */
    public DomainType domainType() {
        return this == IDENTITY ? DomainType.IDENTITY : DomainType.DMA;
    }

    /** Whether a domain of this type asks for a flush queue. */
    public boolean isLazy() {
        return this == DMA_FQ;
    }

    /** What an IOMMU driver means that insists on a type: {@code IOMMU_DOMAIN_DMA} is strict (derived). */
    static GroupType of(DomainType required) {
        return required == DomainType.IDENTITY ? IDENTITY : DMA;
    }

    /** Whether an IOMMU driver that insists on {@code required}, or on nothing, lets a group have this type. */
    public boolean fits(@Nullable DomainType required) {
        return required == null || this == of(required);
    }
}
