package dev.iovacheck.invariants;

import java.util.List;

/** What the DMA API and what it calls return. */
final class DmaErrors {

    private static final String PRESENT = "an entry is there already: a warning";
    private static final String NO_SLOT = "it has to be bounced, and there is no slot";
    private static final String NO_TABLE = "there is no memory for a page table";
    private static final String NO_ATTACH = "the deferred attachment fails";
    private static final String NO_ADDRESS = "there is no address";

    private DmaErrors() {}

    private static ErrnoCase page(String id, String when) {
        return new ErrnoCase(id, "dma_map_phys", when, "DMA_MAPPING_ERROR", ErrnoCases.DERIVED);
    }

    private static ErrnoCase list(String id, String when, String result) {
        return new ErrnoCase(id, "dma_map_sgtable", when, result, ErrnoCases.DERIVED);
    }

    private static ErrnoCase of(String id, String call, String when, String result) {
        return new ErrnoCase(id, call, when, result, ErrnoCases.DERIVED);
    }

    private static ErrnoCase not(String id, String call, String when, String result, String why) {
        return new ErrnoCase(id, call, when, result, ErrnoCases.DERIVED, why);
    }

    private static ErrnoCase two(String id, String call, String when, String result) {
        return two(id, call, when, result, "");
    }

    private static ErrnoCase two(String id, String call, String when, String result, String why) {
        return new ErrnoCase(id, call, when, result, "7.1; derived", why);
    }

    static List<ErrnoCase> rows() {
        return List.of(
                of("dma-alloc-iova", "iommu_dma_alloc_iova", "there is no space below the limit of the device", "0"),
                page("map-no-iova", NO_ADDRESS),
                page("map-table", "page tables cannot be written; the address is given back at once"),
                page("map-present", PRESENT),
                page("map-min-align", "7.1: min_align_mask is larger than a granule: a warning"),
                page("map-no-slot", NO_SLOT),
                page(
                        "map-kmalloc",
                        "7.1: memory from kmalloc for a device that is not coherent, and there is no bounce slot"),
                page("map-no-bounce", "7.1: it has to be bounced, and is MMIO or must be coherent"),
                page("map-attach", NO_ATTACH),
                of(
                        "mapping-error",
                        "dma_mapping_error",
                        "a map returned DMA_MAPPING_ERROR, for whatever reason",
                        "-ENOMEM"),
                list("sg-no-iova", NO_ADDRESS, "-ENOMEM"),
                list("sg-table-memory", NO_TABLE, "-ENOMEM"),
                list("sg-table-error", "the IOMMU driver fails otherwise, or maps less than asked for", "-EINVAL"),
                list("sg-present", "an entry is there already: -EEXIST is turned into another error", "-EINVAL"),
                list("sg-attach", NO_ATTACH, "-EINVAL"),
                list("sg-peer", "a segment lies in a peer device that cannot be reached", "-EREMOTEIO"),
                list("sg-no-slot", NO_SLOT, "-EIO"),
                list("sg-pages", "its segments may have to be bounced, and there is no space for one of them", "-EIO"),
                list(
                        "sg-later",
                        "its segments may have to be bounced, and one that is not the first fails: those before it are unmapped again",
                        "-EIO"),
                not(
                        "sg-attrs",
                        "dma_map_sg_attrs",
                        "any of these",
                        "0",
                        "drivers of the model call dma_map_sgtable, which tells more; this one turns every error into 0"),
                of("alloc-no-iova", "dma_alloc_attrs", NO_ADDRESS, "NULL"),
                of("alloc-table", "dma_alloc_attrs", "page tables cannot be written", "NULL"),
                of("alloc-attach", "dma_alloc_attrs", NO_ATTACH, "NULL"),
                not(
                        "alloc-pages",
                        "dma_alloc_attrs",
                        "there is no memory for the pages",
                        "NULL",
                        "pages come before addresses, and touch none"),
                two("try-no-iova", "dma_iova_try_alloc", NO_ADDRESS, "false"),
                two("try-attach", "dma_iova_try_alloc", NO_ATTACH, "false"),
                two(
                        "try-no-iommu",
                        "dma_iova_try_alloc",
                        "the DMA of the device does not go through the IOMMU",
                        "false",
                        "drivers of such devices map nothing in the model"),
                two(
                        "try-zero",
                        "dma_iova_try_alloc",
                        "the size is 0: a warning",
                        "false",
                        "configurations with such a size are refused"),
                two(
                        "try-bit-63",
                        "dma_iova_try_alloc",
                        "bit 63 of the size is set: a warning",
                        "false",
                        "no aperture has 8 EiB and the granule 0, which is never handed out"),
                two(
                        "link-aligned",
                        "dma_iova_link",
                        "a part that is not the first is off a granule: a warning",
                        "-EIO"),
                two(
                        "link-bounced",
                        "dma_iova_link",
                        "an earlier part was bounced, and this one must be coherent",
                        "-EOPNOTSUPP",
                        "attributes are those of a whole mapping in the model, so that the earlier part fails"),
                two("link-coherent", "dma_iova_link", "it must be coherent, and the device is not", "-EOPNOTSUPP"),
                two(
                        "link-no-bounce",
                        "dma_iova_link",
                        "it has to be bounced, and is MMIO or must be coherent",
                        "-EPERM"),
                two("link-no-slot", "dma_iova_link", NO_SLOT, "-ENOMEM"),
                two("link-memory", "dma_iova_link", NO_TABLE, "-ENOMEM"),
                two("link-error", "dma_iova_link", "the IOMMU driver fails otherwise", "-EINVAL"),
                two("link-misaligned", "dma_iova_link", "its address is off a granule", "-EINVAL"),
                two("link-present", "dma_iova_link", PRESENT, "-EEXIST"),
                two("link-success", "dma_iova_link", "everything else", "0"),
                two("sync-error", "dma_iova_sync", "the IOMMU driver fails", "-EINVAL"),
                two("sync-success", "dma_iova_sync", "everything else", "0"),
                two("unlink", "dma_iova_unlink", "always", "nothing"),
                two("iova-free", "dma_iova_free", "always", "nothing"),
                two("iova-destroy", "dma_iova_destroy", "always", "nothing"),
                not(
                        "map-not-paging",
                        "iommu_map",
                        "the domain has no page table",
                        "-EINVAL",
                        "the DMA layer maps into default domains of DMA type only"),
                not(
                        "map-no-op",
                        "iommu_map",
                        "the IOMMU driver cannot map",
                        "-ENODEV",
                        "no driver with DMA domains lacks it"),
                of("iommu-map-off", "iommu_map", "the address is off a granule", "-EINVAL"),
                of("iommu-map-present", "iommu_map", PRESENT, "-EEXIST"),
                of("iommu-map-memory", "iommu_map", NO_TABLE, "-ENOMEM"),
                of(
                        "iommu-unmap-hole",
                        "iommu_unmap",
                        "an entry is missing: it stops there, and returns the bytes that it has undone",
                        "4096"),
                of(
                        "unmap-twice",
                        "dma_unmap_phys",
                        "the address translates to nothing: a warning, and no range is given back",
                        "nothing"),
                of(
                        "unmap-fewer",
                        "dma_free_attrs",
                        "fewer bytes were mapped: a warning, and the range is given back all the same",
                        "nothing"),
                not(
                        "set-mask",
                        "dma_set_mask",
                        "the device has no mask pointer, or the mask is not supported",
                        "-EIO",
                        "devices of the model have a mask, and behind an IOMMU every mask is supported"),
                not(
                        "set-coherent-mask",
                        "dma_set_coherent_mask",
                        "the mask is not supported",
                        "-EIO",
                        "behind an IOMMU every mask is supported"),
                not(
                        "mmap-outside",
                        "dma_mmap_attrs",
                        "offset or length lie outside the buffer",
                        "-ENXIO",
                        "mapping a buffer into a process touches no IOVA and is not modelled"));
    }
}
