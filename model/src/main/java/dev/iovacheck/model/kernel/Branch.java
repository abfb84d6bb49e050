package dev.iovacheck.model.kernel;

import org.jspecify.annotations.Nullable;

/**
 * A branch of a modelled kernel function: one of the ways on at a decision of the kernel's. Engines report which were never taken, so
 * that a reader sees what a search did not exercise.
 *
 * <p>Only branches that some configuration can take are listed. That {@code reserve_iova} refuses pfns beyond the address space, say,
 * cannot come about through a call with byte addresses.
 */
public enum Branch {
    // __alloc_and_insert_iova_range
    SEARCH_REFUSED_EARLY(Function.SEARCH, "refused without a search: max32_alloc_size is not larger than the request"),
    SEARCH_FROM_CACHED32(Function.SEARCH, "limit at most 4 GiB: starts at cached32_node"),
    SEARCH_FROM_CACHED(Function.SEARCH, "limit above 4 GiB: starts at cached_node"),
    SEARCH_WITHOUT_HINT(Function.SEARCH, "the hint is NULL: the kernel oopses"),
    SEARCH_FIRST_PASS_FITS(Function.SEARCH, "found below the hint"),
    SEARCH_SECOND_PASS_FITS(Function.SEARCH, "found above the hint, in a second pass"),
    SEARCH_FAILS_AT_ONCE(Function.SEARCH, "nothing below the hint, and the hint is at the limit: fails"),
    SEARCH_FAILS_TWICE(Function.SEARCH, "nothing below the hint and nothing above it: fails"),
    SEARCH_NEVER_ENDS(Function.SEARCH, "the second pass is taken for a first one, for ever"),

    // iova_find_limit
    LIMIT_ANCHOR(Function.FIND_LIMIT, "limit above 4 GiB: the anchor"),
    LIMIT_SEARCHED(Function.FIND_LIMIT, "limit at most 4 GiB: looked for in the tree"),

    // __cached_rbnode_insert_update
    INSERT_SETS_CACHED32(Function.INSERT_UPDATE, "the new node ends below 4 GiB: cached32_node"),
    INSERT_SETS_CACHED(Function.INSERT_UPDATE, "the new node does not end below 4 GiB: cached_node"),

    // iova_insert_rbtree
    INSERT_EQUAL(Function.INSERT, "a node with the same pfn_lo is met: warns, does not link"),

    // __cached_rbnode_delete_update
    DELETE_MOVES_CACHED32(Function.DELETE_UPDATE, "cached32_node moves to the next node"),
    DELETE_LEAVES_CACHED32(Function.DELETE_UPDATE, "cached32_node stays"),
    DELETE_RESETS_MAX32(Function.DELETE_UPDATE, "the node starts below 4 GiB: max32_alloc_size is reset"),
    DELETE_LEAVES_MAX32(Function.DELETE_UPDATE, "the node starts at or above 4 GiB: max32_alloc_size stays"),
    DELETE_MOVES_CACHED(Function.DELETE_UPDATE, "cached_node moves to the next node"),
    DELETE_LEAVES_CACHED(Function.DELETE_UPDATE, "cached_node stays"),

    // alloc_iova, free_iova
    ALLOC_NO_MEMORY(Function.ALLOC, "no memory for the node"),
    FREE_FOUND(Function.FREE, "a node holds the pfn: it goes"),
    FREE_NOT_FOUND(Function.FREE, "no node holds the pfn: nothing happens"),

    // reserve_iova
    RESERVE_NEW_NODE(Function.RESERVE, "nothing in the way: a new node"),
    RESERVE_GROWS_NODE(Function.RESERVE, "a node in the way is grown downwards"),
    RESERVE_TRIMMED(Function.RESERVE, "a node in the way covers the lower part: the rest goes on"),
    RESERVE_COVERED(Function.RESERVE, "a node covers all that is left: it is returned"),
    RESERVE_REST_NEW_NODE(Function.RESERVE, "a new node for what the nodes in the way leave over"),
    RESERVE_NO_MEMORY(Function.RESERVE, "no memory for the node"),

    // alloc_iova_fast
    FAST_TOO_LARGE(Function.ALLOC_FAST, "too large for the caches: from the tree"),
    FAST_CACHE_HIT(Function.ALLOC_FAST, "a cached range"),
    FAST_CACHE_MISS(Function.ALLOC_FAST, "no cached range: from the tree"),
    FAST_FAILS_WITHOUT_FLUSH(Function.ALLOC_FAST, "the tree has none, and the caches are not to be emptied: fails"),
    FAST_FLUSH_HELPS(Function.ALLOC_FAST, "the tree has none until the caches were emptied into it"),
    FAST_FLUSH_DOES_NOT_HELP(
            Function.ALLOC_FAST, "the tree has none even after the caches were emptied into it: fails"),

    // free_iova_fast
    FREE_FAST_CACHED(Function.FREE_FAST, "the range goes into the caches"),
    FREE_FAST_TOO_LARGE(Function.FREE_FAST, "too large for the caches: back to the tree"),
    FREE_FAST_NOT_TAKEN(Function.FREE_FAST, "the caches do not take it: back to the tree"),

    // __iova_rcache_get, iova_magazine_pop
    GET_FROM_LOADED(Function.RCACHE_GET, "the loaded magazine is searched"),
    GET_FROM_PREV(Function.RCACHE_GET, "loaded is empty: exchanged with prev"),
    GET_FROM_DEPOT(Function.RCACHE_GET, "both are empty: a magazine from the depot"),
    GET_NOTHING(Function.RCACHE_GET, "both magazines and the depot are empty"),
    POP_TOP(Function.POP, "the top entry is low enough"),
    POP_BELOW_TOP(Function.POP, "an entry below the top is low enough"),
    POP_NOTHING(Function.POP, "no entry is low enough"),

    // __iova_rcache_insert
    PUT_INTO_LOADED(Function.RCACHE_INSERT, "into the loaded magazine"),
    PUT_INTO_PREV(Function.RCACHE_INSERT, "loaded is full: exchanged with prev"),
    PUT_LOADED_TO_DEPOT(Function.RCACHE_INSERT, "both are full: loaded goes to the depot"),
    PUT_DEPOT_IS_FULL(
            Function.RCACHE_INSERT,
            "both are full and so is the depot: loaded is emptied into the tree",
            KernelProfile.V6_1),
    PUT_NO_MEMORY(Function.RCACHE_INSERT, "both are full, and there is no memory for a magazine"),

    // iova_magazine_free_pfns
    FLUSH_FOUND(Function.FREE_PFNS, "a node holds the cached pfn: it goes"),
    FLUSH_NOT_FOUND(Function.FREE_PFNS, "no node holds the cached pfn: warns"),

    // iova_depot_work_func
    DEPOT_WORK_TRIMS(Function.DEPOT_WORK, "more magazines than online CPUs: one is freed", KernelProfile.V7_1),
    DEPOT_WORK_RESTS(Function.DEPOT_WORK, "no more magazines than online CPUs: nothing to do", KernelProfile.V7_1),

    // iommu_dma_init_domain
    INIT_FIRST(Function.INIT_DOMAIN, "the first device: granule, start_pfn, reserved regions"),
    INIT_AGAIN(Function.INIT_DOMAIN, "initialised already, and the device agrees"),
    INIT_DIFFERENT(Function.INIT_DOMAIN, "initialised already with another start_pfn: -EFAULT"),
    INIT_OUTSIDE_APERTURE(Function.INIT_DOMAIN, "dma-ranges and aperture have nothing in common: -EFAULT"),
    INIT_WINDOWS_OVERLAP(Function.INIT_DOMAIN, "PCI: the DMA windows of the host bridge overlap: -EINVAL"),

    // iommu_dma_alloc_iova
    DMA_WHOLE_RANGE(Function.DMA_ALLOC, "no attempt below 4 GiB: the whole range at once"),
    DMA_BELOW_4G(Function.DMA_ALLOC, "PCI: an address below 4 GiB"),
    DMA_NOT_BELOW_4G(Function.DMA_ALLOC, "PCI: none below 4 GiB, the whole range is tried"),

    // iommu_map, iommu_unmap, dma-iommu.c around them
    MAP_ALREADY_MAPPED(Function.MAP, "an entry is there already: warns, -EEXIST"),
    UNMAP_NOT_MAPPED(Function.UNMAP, "the address translates to nothing: warns, the range is not given back"),
    UNMAP_FEWER(Function.UNMAP, "fewer bytes were mapped than are undone: warns"),
    DMA_BOUNCED(Function.BOUNCE, "an unaligned buffer of an untrusted device: through the bounce buffer"),

    // __iommu_dma_unmap, queue_iova, fq_ring_free, iommu_dma_init_fq
    UNMAP_SYNCS(Function.UNMAP, "no flush queue: the IOTLB is flushed, the range is free", Part.FLUSH_QUEUES),
    UNMAP_QUEUES(Function.UNMAP, "a flush queue: the range is queued", Part.FLUSH_QUEUES),
    QUEUE_HAS_ROOM(Function.QUEUE, "the ring has room", Part.FLUSH_QUEUES),
    QUEUE_IS_FULL(Function.QUEUE, "the ring is full: the IOTLB is flushed at once", Part.FLUSH_QUEUES),
    QUEUE_ARMS_TIMER(Function.QUEUE, "the timer is off: it is armed", Part.FLUSH_QUEUES),
    QUEUE_LEAVES_TIMER(Function.QUEUE, "somebody has armed the timer", Part.FLUSH_QUEUES),
    RING_FREES(Function.RING_FREE, "a flush has finished since: the range is given up", Part.FLUSH_QUEUES),
    RING_KEEPS(Function.RING_FREE, "no flush has finished since: the rest stays", Part.FLUSH_QUEUES),
    INIT_FQ_READY(Function.INIT_FQ, "rings for the flush queue", Part.FLUSH_QUEUES),
    INIT_FQ_NO_MEMORY(Function.INIT_FQ, "no memory for the rings: the domain is strict", Part.FLUSH_QUEUES),

    // iommu_group_claim_dma_owner, iommu_device_use_default_domain, iommu_group_store_type
    CLAIM_FREE(Function.CLAIM, "nobody owns the group: it gets a blocking domain", Part.OWNERS),
    CLAIM_OWNED(Function.CLAIM, "a driver or a user owns the group: -EPERM", Part.OWNERS),
    CLAIM_DIRECT(Function.CLAIM, "a device must keep its direct regions: -EINVAL", KernelProfile.V7_1, Part.OWNERS),
    USE_DEFAULT(Function.USE_DEFAULT, "no user has the group: a driver may be bound", Part.OWNERS),
    USE_OWNED(Function.USE_DEFAULT, "a user has the group: -EBUSY", Part.OWNERS),
    TYPE_REPLACED(Function.STORE_TYPE, "another type: a new domain", Part.TYPES),
    TYPE_KEPT(Function.STORE_TYPE, "the type it has: the domain stays", Part.TYPES),
    TYPE_OWNED(Function.STORE_TYPE, "somebody owns the group: -EPERM, in 6.1 -EBUSY", Part.TYPES),
    TYPE_FORCED(Function.STORE_TYPE, "the IOMMU driver insists on another type: -EINVAL", Part.TYPES);

    /** What a machine must have for a branch to be there at all. */
    public enum Part {
        /** Every machine has it. */
        ALWAYS,
        /** Flush queues: lazy mode, or a change to it. */
        FLUSH_QUEUES,
        /** Users that claim groups. */
        OWNERS,
        /** Default domains that change their types. */
        TYPES
    }

    /** Kernel functions, by file. */
    private static final class Function {
        private static final String SEARCH = "iova.c: __alloc_and_insert_iova_range";
        private static final String FIND_LIMIT = "iova.c: iova_find_limit";
        private static final String INSERT_UPDATE = "iova.c: __cached_rbnode_insert_update";
        private static final String INSERT = "iova.c: iova_insert_rbtree";
        private static final String DELETE_UPDATE = "iova.c: __cached_rbnode_delete_update";
        private static final String ALLOC = "iova.c: alloc_iova";
        private static final String FREE = "iova.c: free_iova";
        private static final String RESERVE = "iova.c: reserve_iova";
        private static final String ALLOC_FAST = "iova.c: alloc_iova_fast";
        private static final String FREE_FAST = "iova.c: free_iova_fast";
        private static final String RCACHE_GET = "iova.c: __iova_rcache_get";
        private static final String POP = "iova.c: iova_magazine_pop";
        private static final String RCACHE_INSERT = "iova.c: __iova_rcache_insert";
        private static final String FREE_PFNS = "iova.c: iova_magazine_free_pfns";
        private static final String DEPOT_WORK = "iova.c: iova_depot_work_func";
        private static final String INIT_DOMAIN = "dma-iommu.c: iommu_dma_init_domain";
        private static final String MAP = "iommu.c: iommu_map";
        private static final String UNMAP = "dma-iommu.c: __iommu_dma_unmap";
        private static final String BOUNCE = "dma-iommu.c: iommu_dma_map_swiotlb";
        private static final String QUEUE = "dma-iommu.c: queue_iova";
        private static final String RING_FREE = "dma-iommu.c: fq_ring_free";
        private static final String INIT_FQ = "dma-iommu.c: iommu_dma_init_fq";
        private static final String CLAIM = "iommu.c: iommu_group_claim_dma_owner";
        private static final String USE_DEFAULT = "iommu.c: iommu_device_use_default_domain";
        private static final String STORE_TYPE = "iommu.c: iommu_group_store_type";
        private static final String DMA_ALLOC = "dma-iommu.c: iommu_dma_alloc_iova";
    }

    private final String function;
    private final String what;
    private final @Nullable KernelProfile only;
    private final Part part;

    Branch(String function, String what) {
        this(function, what, null, Part.ALWAYS);
    }

    Branch(String function, String what, KernelProfile only) {
        this(function, what, only, Part.ALWAYS);
    }

    Branch(String function, String what, Part part) {
        this(function, what, null, part);
    }

    Branch(String function, String what, @Nullable KernelProfile only, Part part) {
        this.function = function;
        this.what = what;
        this.only = only;
        this.part = part;
    }

    /** File and kernel function, as {@code iova.c: reserve_iova}. */
    public String function() {
        return function;
    }

    /** What is decided and what follows, in a few words. */
    public String what() {
        return what;
    }

    /** Whether this kernel has it. */
    public boolean isIn(KernelProfile kernel) {
        return only == null || only == kernel;
    }

    /** What a machine must have for it. */
    public Part part() {
        return part;
    }
}
