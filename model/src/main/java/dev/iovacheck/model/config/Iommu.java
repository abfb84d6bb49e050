package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;

/**
 * What all IOMMU domains of a configuration have in common.
 *
 * @param granuleShift log2 of the IOMMU's smallest page in bytes, 12..16 for 4 KiB..64 KiB
 * @param aperture the bytes the IOMMU can translate, inclusive
 * @param forceAperture whether the domain forbids addresses outside the aperture ({@code geometry.force_aperture})
 * @param mode strict or lazy invalidation of the default domain
 * @param flushQueues those of lazy domains
 * @param defaultDomain type of default domains where no device asks for another ({@code iommu.passthrough})
 */
public record Iommu(
        int granuleShift,
        Extent aperture,
        boolean forceAperture,
        Mode mode,
        FlushQueues flushQueues,
        DomainType defaultDomain) {

    /** With default domains of the DMA API. */
    public Iommu(int granuleShift, Extent aperture, boolean forceAperture, Mode mode, FlushQueues flushQueues) {
        this(granuleShift, aperture, forceAperture, mode, flushQueues, DomainType.DMA);
    }

    /** With default domains of the DMA API and the smallest flush queues. */
    public Iommu(int granuleShift, Extent aperture, boolean forceAperture, Mode mode) {
        this(granuleShift, aperture, forceAperture, mode, FlushQueues.SMALLEST);
    }

    /** How unmapped addresses are invalidated. */
    public enum Mode {
        /** {@code IOMMU_DOMAIN_DMA}: the IOTLB is flushed before the address can be used again. */
        STRICT,
        /** {@code IOMMU_DOMAIN_DMA_FQ}: the address waits in a flush queue. */
        LAZY
    }

    /** Bytes in a granule. */
    public long granule() {
        return 1L << granuleShift;
    }
}
