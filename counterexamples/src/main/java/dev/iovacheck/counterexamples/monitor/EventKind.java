package dev.iovacheck.counterexamples.monitor;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events that are looked at. Tracepoints have the kernel's names; probes have those of the recording script, and are also known by the
 * kernel function that they name.
 */
enum EventKind {
    MAP("map", Field.IOVA, Field.PADDR, Field.SIZE),
    UNMAP("unmap", Field.IOVA, Field.SIZE),
    ADD_TO_GROUP("add_device_to_group", Field.GROUP),
    REMOVE_FROM_GROUP("remove_device_from_group"),
    ATTACH("attach_device_to_domain"),
    DETACH("detach_device_from_domain"),
    PAGE_FAULT("io_page_fault", Field.IOVA),
    /** {@code dma_map_phys}, and {@code dma_map_page} and {@code dma_map_resource} of older kernels; {@code dma_alloc} and its kin. */
    DMA_MAP("dma_map_phys", Field.DMA_ADDR, Field.SIZE),
    DMA_UNMAP("dma_unmap_phys", Field.DMA_ADDR, Field.SIZE),
    DMA_MAP_SG("dma_map_sg"),
    DOMATTACH("domattach", "", false, Field.DOM, Field.COOKIE),
    DOMINIT("dominit", "init_iova_domain", false, Field.IOVAD, Field.GRANULE, Field.START),
    DOMPUT("domput", "put_iova_domain", false, Field.IOVAD),
    RESV("resv", "reserve_iova", false, Field.IOVAD, Field.LO, Field.HI),
    WANT("want", "iommu_dma_alloc_iova", false, Field.DOM, Field.SIZE),
    FAST("fast", "alloc_iova_fast", false, Field.IOVAD, Field.SIZE, Field.LIMIT, Field.FLUSH),
    FAST_RETURN("fastret", "alloc_iova_fast", true, Field.PFN),
    SLOW("slow", "alloc_iova", false, Field.IOVAD, Field.SIZE, Field.LIMIT, Field.ALIGNED),
    SLOW_RETURN("slowret", "alloc_iova", true, Field.IOVA),
    FREE_FAST("freefast", "free_iova_fast", false, Field.IOVAD, Field.PFN, Field.SIZE),
    FREE("free", "free_iova", false, Field.IOVAD, Field.PFN),
    MAGAZINE_FREE("magfree", "iova_magazine_free_pfns", false, Field.N),
    CPU_FREE("cpufree", "free_cpu_cached_iovas", false, Field.CPU, Field.IOVAD),
    DOMMAP("dommap", "__iommu_map", false, Field.DOM, Field.IOVA, Field.PADDR, Field.SIZE),
    DOMUNMAP("domunmap", "__iommu_unmap", false, Field.DOM, Field.IOVA, Field.SIZE),
    QUEUE_INIT("fqinit", "iommu_dma_init_fq", false, Field.DOM),
    QUEUE_RING("fqring", "fq_ring_free", false, Field.COOKIE),
    QUEUE_FLUSH("fqflush", "fq_flush_iotlb", false, Field.COOKIE);

    private static final List<EventKind> ALL = List.of(values());

    private static final List<String> MORE_MAPS =
            List.of("dma_map_page", "dma_map_resource", "dma_alloc", "dma_alloc_pages", "dma_alloc_sgt");
    private static final List<String> MORE_UNMAPS =
            List.of("dma_unmap_page", "dma_unmap_resource", "dma_free", "dma_free_pages");

    private final String label;
    private final String function;
    private final boolean isReturn;

    /** Bit n for the nth field. */
    private final int needed;

    /** A tracepoint. */
    EventKind(String label, Field... needed) {
        this(label, "", false, needed);
    }

    /** A probe. */
    EventKind(String label, String function, boolean isReturn, Field... needed) {
        this.label = label;
        this.function = function;
        this.isReturn = isReturn;
        int bits = 0;
        for (Field field : needed) {
            bits |= 1 << field.ordinal();
        }
        this.needed = bits;
    }

    /** By the event's name. */
    static @Nullable EventKind named(byte[] bytes, int from, int to) {
        String name = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        for (EventKind kind : ALL) {
            if (kind.label.equals(name)) {
                return kind;
            }
        }
        return MORE_MAPS.contains(name) ? DMA_MAP : MORE_UNMAPS.contains(name) ? DMA_UNMAP : null;
    }

    /** By the kernel function that a probe is on. */
    static @Nullable EventKind on(String function, boolean isReturn) {
        String name = function.equals("fq_ring_free_locked") ? "fq_ring_free" : function;
        for (EventKind kind : ALL) {
            if (!kind.function.isEmpty() && kind.isReturn == isReturn && kind.function.equals(name)) {
                return kind;
            }
        }
        return null;
    }

    String label() {
        return label;
    }

    /** The kernel function that the probe is on; empty for tracepoints. */
    String function() {
        return function;
    }

    boolean isReturn() {
        return isReturn;
    }

    /** What it must have to be of use: bit n for the nth field. */
    int needed() {
        return needed;
    }
}
