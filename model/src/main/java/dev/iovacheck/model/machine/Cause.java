package dev.iovacheck.model.machine;

/** Why a call of the DMA API failed, which its result may not tell: {@code DMA_MAPPING_ERROR} has many causes. */
public enum Cause {
    /** There is none: it did not fail, or nobody knows why. */
    NONE,
    /** The allocator has no address. */
    NO_ADDRESS,
    /** {@code iommu_map} returned {@code -ENOMEM}. */
    TABLE_MEMORY,
    /** {@code iommu_map} returned another error, or mapped less than asked for. */
    TABLE_ERROR,
    /** A page-table entry is already there: {@code iommu_map} returned {@code -EEXIST}. */
    ALREADY_MAPPED,
    /** The address is not one of a granule: {@code iommu_map} returned {@code -EINVAL}. */
    MISALIGNED,
    /** The device needs more low address bits kept than a granule has. */
    MIN_ALIGN,
    /** It has to be bounced, and there is no slot. */
    NO_BOUNCE_SLOT,
    /** It has to be bounced, and must not be. */
    BOUNCE_FORBIDDEN,
    /** A device that does not see the CPUs' caches cannot have what must be coherent. */
    NOT_COHERENT,
    /** A part that is not the first one does not start at a granule. */
    PART_NOT_ALIGNED,
    /** A segment lies in a peer device that cannot be reached. */
    UNREACHABLE_PEER,
    /** The deferred attachment of the device failed. */
    NOT_ATTACHED
}
