package dev.iovacheck.model.config;

/**
 * What the DMA API asks of a device beyond its mask.
 *
 * @param coherentMask {@code coherent_dma_mask} in bytes, inclusive: the mask for memory that the DMA layer allocates
 * @param untrusted whether the device may try to read or write what it was not given: its unaligned buffers are bounced
 * @param coherent {@code dma-coherent}: whether its accesses see the CPUs' caches
 * @param minAlignMask {@code min_align_mask}: which low bits of an address the device must find unchanged
 * @param segmentBoundary {@code segment_boundary_mask}: no segment of a scatter list may cross a multiple of this plus 1
 * @param maxSegment {@code max_segment_size}: bytes that one segment may have
 * @param deferredAttach whether it is attached to its domain only at its first mapping, as in a crash kernel
 */
public record DmaProperties(
        long coherentMask,
        boolean untrusted,
        boolean coherent,
        long minAlignMask,
        long segmentBoundary,
        long maxSegment,
        boolean deferredAttach) {

    /** What the kernel assumes of the length of segments. */
    public static final long DEFAULT_MAX_SEGMENT = 64L << 10;

    /** A trusted, coherent device without special wishes. */
    public static DmaProperties of(long coherentMask) {
        return new DmaProperties(coherentMask, false, true, 0, -1L, DEFAULT_MAX_SEGMENT, false);
    }

    public DmaProperties withCoherentMask(long wanted) {
        return new DmaProperties(
                wanted, untrusted, coherent, minAlignMask, segmentBoundary, maxSegment, deferredAttach);
    }

    public DmaProperties withUntrusted(boolean wanted) {
        return new DmaProperties(
                coherentMask, wanted, coherent, minAlignMask, segmentBoundary, maxSegment, deferredAttach);
    }

    public DmaProperties withCoherent(boolean wanted) {
        return new DmaProperties(
                coherentMask, untrusted, wanted, minAlignMask, segmentBoundary, maxSegment, deferredAttach);
    }

    public DmaProperties withMinAlignMask(long wanted) {
        return new DmaProperties(
                coherentMask, untrusted, coherent, wanted, segmentBoundary, maxSegment, deferredAttach);
    }

    /** Sets the two limits of segments: the boundary mask and the greatest length. */
    public DmaProperties withSegments(long boundary, long longest) {
        return new DmaProperties(coherentMask, untrusted, coherent, minAlignMask, boundary, longest, deferredAttach);
    }

    public DmaProperties withDeferredAttach(boolean wanted) {
        return new DmaProperties(coherentMask, untrusted, coherent, minAlignMask, segmentBoundary, maxSegment, wanted);
    }
}
