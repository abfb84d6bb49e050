package dev.iovacheck.model.config;

/**
 * The flush queues of lazy domains: how many unmapped ranges may wait until the IOTLB is flushed.
 *
 * @param size entries of one ring, 2..32768, of which one always stays free; 0 for an IOMMU that cannot defer flushes
 *     (no {@code IOMMU_CAP_DEFERRED_FLUSH}), whose lazy domains turn out strict; 7.1 only
 * @param single whether all CPUs share one ring, as 7.1 does for a device that asks for it ({@code shadow_on_flush}); otherwise each
 *     CPU has its own
 */
public record FlushQueues(int size, boolean single) {

    /** Stock entries of a CPU's ring: {@code IOVA_DEFAULT_FQ_SIZE}. */
    public static final int STOCK_SIZE = 256;

    /** Stock entries of the ring that all CPUs share: {@code IOVA_SINGLE_FQ_SIZE}. */
    public static final int STOCK_SINGLE_SIZE = 32768;

    /** The smallest ring for each CPU: one range waits at a time. */
    public static final FlushQueues SMALLEST = new FlushQueues(2, false);

    /** An IOMMU that cannot defer flushes. */
    public static final FlushQueues NONE = new FlushQueues(0, false);

    /** Whether the IOMMU can defer flushes at all. */
    public boolean areSupported() {
        return size > 0;
    }
}
