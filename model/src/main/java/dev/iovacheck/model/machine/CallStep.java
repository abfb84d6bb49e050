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
    /** {@code iommu_dma_map_sg_swiotlb} goes on to the next segment of its list: {@code iommu_dma_map_page} or {@code _phys}. */
    NEXT_SEGMENT,
    /** {@code iommu_map}; the call returns, unless it maps a list segment by segment and this is not the last one. */
    WRITE_PTES,
    /** {@code iommu_unmap_fast}. */
    CLEAR_PTES,
    /** {@code iommu_iotlb_sync}. */
    SYNC_IOTLB,
    /** {@code queue_iova} takes the lock of its ring, and {@code fq_ring_free} reads how many flushes have finished. */
    LOCK_RING,
    /** {@code fq_flush_iotlb} counts {@code fq_flush_start_cnt} up. */
    START_FLUSH,
    /** {@code flush_iotlb_all}. */
    FLUSH_IOTLB,
    /** {@code fq_flush_iotlb} counts {@code fq_flush_finish_cnt} up. */
    FINISH_FLUSH,
    /** {@code fq_ring_free} reads how many flushes have finished; who does not hold the lock of the ring takes it. */
    FREE_RING,
    /** {@code fq_ring_free} gives a range up: {@code iova_rcache_insert}. */
    CACHE_QUEUED,
    /** {@code fq_ring_free} gives a range up that no magazine takes: {@code free_iova}. */
    FREE_QUEUED,
    /** {@code queue_iova} reads {@code fq_flush_start_cnt}, writes its entry and drops the lock of the ring. */
    QUEUE_ENTRY,
    /** {@code queue_iova} exchanges {@code fq_timer_on}, and arms the timer if nobody has. */
    ARM_TIMER,
    /** {@code iommu_dma_init_fq}: {@code fq_domain} becomes visible. */
    PUBLISH_QUEUE,
    /** {@code iommu_change_dev_def_domain}, {@code iommu_group_store_type}: the domain's {@code type} is written. */
    STORE_TYPE,
    /** {@code iova_rcache_insert}. */
    CACHE_INSERT,
    /** 6.1: the ranges of the magazine for which the depot had no room go back to the tree. */
    FREE_MAGAZINE,
    /** {@code free_iova}. */
    TREE_FREE,
    /** Only with B07: {@code free_iova} erases the node that it has found before. */
    TREE_ERASE,
    /** Only with B15: {@code iommu_dma_init_domain}, after it has looked whether somebody has initialised the domain. */
    SET_UP,
    /** {@code reserve_iova}, or what a repaired call does in its place. */
    RESERVE,
    /** 7.1: the depot worker gives the ranges of the magazine it took back to the tree. */
    DEPOT_FREE
}
