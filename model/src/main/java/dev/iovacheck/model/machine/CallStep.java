package dev.iovacheck.model.machine;

/**
 * The atomic steps that calls are made of: what happens without anybody else seeing or changing what it works on (8.2, derived). What
 * a call reads before its first lock belongs to its beginning.
 */
public enum CallStep {
    /** A driver's probe makes its next reservation call, as far as the call goes without a lock. */
    PROBE_CALLS,
    /** {@code iova_rcache_get}. */
    CACHE_GET,
    /** {@code alloc_iova}. */
    TREE_ALLOC,
    /** The ranges of a CPU's magazine go back to the tree. */
    EMPTY_MAGAZINE,
    /** The ranges of a depot's magazine go back to the tree. */
    EMPTY_DEPOT,
    /** 7.1: a PCI device stops trying addresses below 4 GiB first; a plain store. */
    GIVE_UP_32BIT,
    /** {@code iommu_map}; the call returns. */
    WRITE_PTES,
    /** {@code iommu_unmap_fast}. */
    CLEAR_PTES,
    /** {@code iommu_iotlb_sync}. */
    SYNC_IOTLB,
    /** {@code iova_rcache_insert}. */
    CACHE_INSERT,
    /** 6.1: the ranges of the magazine for which the depot had no room go back to the tree. */
    FREE_MAGAZINE,
    /** {@code free_iova}. */
    TREE_FREE,
    /** {@code reserve_iova}, or what a repaired call does in its place. */
    RESERVE,
    /** 7.1: the depot worker gives the ranges of the magazine it took back to the tree. */
    DEPOT_FREE
}
