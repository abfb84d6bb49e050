package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;

/**
 * A region that firmware or the IOMMU driver reports for a device ({@code struct iommu_resv_region}).
 *
 * @param extent bytes, inclusive
 * @param type what kind it is
 */
public record FirmwareRegion(Extent extent, Type type) {

    /** Kinds of reserved regions; all but {@link #SW_MSI} are carved out of the allocator when a domain is initialised. */
    public enum Type {
        /** Identity-mapped, for instance a boot framebuffer. */
        DIRECT,
        /** Identity-mapped until a user takes the device over. */
        DIRECT_RELAXABLE,
        /** Never to be mapped. */
        RESERVED,
        /** The hardware's doorbell window. */
        MSI,
        /** Where software may put doorbells in a domain that a user manages; the DMA API does not look at it (derived). */
        SW_MSI;

        /** Whether the device's domain has to map it one to one. */
        public boolean isDirect() {
            return this == DIRECT || this == DIRECT_RELAXABLE;
        }
    }
}
