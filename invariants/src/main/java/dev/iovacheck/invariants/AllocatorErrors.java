package dev.iovacheck.invariants;

import java.util.List;

/** What the functions of {@code drivers/iommu/iova.c} return. */
final class AllocatorErrors {

    private AllocatorErrors() {}

    static List<ErrnoCase> rows() {
        return List.of(
                new ErrnoCase(
                        "init-bad-granule",
                        "init_iova_domain",
                        "the granule is no power of two, or larger than a page",
                        "crash",
                        ErrnoCases.DERIVED,
                        "configurations with such a granule are refused: the kernel stops at a BUG before there is anything to explore"),
                new ErrnoCase(
                        "rcaches-no-memory",
                        "iova_domain_init_rcaches",
                        "there is no memory for the magazines",
                        "-ENOMEM",
                        ErrnoCases.DERIVED,
                        "set-up may sleep until there is memory; only atomic allocations fail in the model"),
                new ErrnoCase(
                        "rcaches-hotplug",
                        "iova_domain_init_rcaches",
                        "the hotplug callback cannot be registered; its error is passed on",
                        "-EINVAL",
                        ErrnoCases.DERIVED,
                        "registration always succeeds in the model"),
                new ErrnoCase(
                        "search-no-fit",
                        "__alloc_and_insert_iova_range",
                        "nothing fits below the limit; the callers turn it into 0 or NULL",
                        "-ENOMEM",
                        ErrnoCases.RECORDED),
                new ErrnoCase(
                        "search-refused",
                        "__alloc_and_insert_iova_range",
                        "the limit is at most 4 GiB and the request is not smaller than max32_alloc_size: refused without a"
                                + " search, though something may fit",
                        "-ENOMEM",
                        ErrnoCases.RECORDED),
                new ErrnoCase(
                        "alloc-no-fit", "alloc_iova", "nothing fits below the limit", "NULL", ErrnoCases.RECORDED),
                new ErrnoCase(
                        "alloc-no-memory", "alloc_iova", "there is no memory for the node", "NULL", ErrnoCases.DERIVED),
                new ErrnoCase(
                        "alloc-fast-no-fit",
                        "alloc_iova_fast",
                        "nothing fits, even after the caches were emptied",
                        "0",
                        ErrnoCases.RECORDED),
                new ErrnoCase(
                        "alloc-fast-no-flush",
                        "alloc_iova_fast",
                        "nothing fits, and the caches are not to be emptied",
                        "0",
                        ErrnoCases.RECORDED),
                new ErrnoCase("find-nothing", "find_iova", "no node holds the pfn", "NULL", ErrnoCases.RECORDED),
                new ErrnoCase(
                        "free-nothing",
                        "free_iova",
                        "no node holds the pfn: nothing happens, not even a warning",
                        "nothing",
                        ErrnoCases.RECORDED),
                new ErrnoCase(
                        "free-fast-nothing",
                        "free_iova_fast",
                        "no node holds the pfn: a magazine takes it all the same",
                        "nothing",
                        ErrnoCases.RECORDED),
                new ErrnoCase(
                        "free-node",
                        "__free_iova",
                        "always",
                        "nothing",
                        ErrnoCases.DERIVED,
                        "nobody in dma-iommu.c calls it; free_iova removes nodes in the same way"),
                new ErrnoCase(
                        "reserve-nonsense",
                        "reserve_iova",
                        "a pfn is beyond the address space: a warning",
                        "NULL",
                        ErrnoCases.RECORDED),
                new ErrnoCase(
                        "reserve-no-memory",
                        "reserve_iova",
                        "there is no memory for a node; nodes that were grown before stay grown",
                        "NULL",
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "reserve-equal",
                        "reserve_iova",
                        "a node with the same pfn_lo is met: a warning, and the node that is returned is not linked",
                        "a node",
                        ErrnoCases.RECORDED),
                new ErrnoCase(
                        "reserve-inverted",
                        "reserve_iova",
                        "pfn_hi is below pfn_lo: a node that ends before it starts",
                        "a node",
                        ErrnoCases.RECORDED),
                new ErrnoCase(
                        "reserve-overlap",
                        "reserve_iova",
                        "a node of somebody else lies in the range: it is grown, or trusted to cover its part",
                        "a node",
                        ErrnoCases.RECORDED));
    }
}
