package dev.iovacheck.invariants;

import java.util.List;

/** What the DMA API and what it calls return. */
final class DmaErrors {

    private DmaErrors() {}

    static List<ErrnoCase> rows() {
        return List.of(
                new ErrnoCase(
                        "dma-alloc-iova",
                        "iommu_dma_alloc_iova",
                        "there is no space below the limit of the device",
                        "0",
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "map-no-iova", "dma_map_page", "there is no address", "DMA_MAPPING_ERROR", ErrnoCases.DERIVED),
                new ErrnoCase(
                        "mapping-error",
                        "dma_mapping_error",
                        "a map returned DMA_MAPPING_ERROR, for whatever reason",
                        "-ENOMEM",
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "mmap-outside",
                        "dma_mmap_attrs",
                        "offset or length lie outside the buffer",
                        "-ENXIO",
                        ErrnoCases.DERIVED,
                        "mapping a buffer into a process touches no IOVA and is not modelled"));
    }
}
