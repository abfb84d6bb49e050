package dev.iovacheck.model.allowance;

/** Why a part of the address space is out of reach of the allocator. */
public enum Rule {
    PAGE_ZERO("address 0 means failure and is never handed out", "iommu_dma_init_domain", "all kernels"),
    APERTURE_START("below the aperture of the IOMMU", "iommu_dma_init_domain", "7.1; 6.1 if the aperture is forced"),
    DMA_RANGES_START("below the lowest dma-ranges address", "iommu_dma_init_domain", "6.1; not enforced in 7.1"),
    MASK("above the DMA mask", "iommu_dma_alloc_iova", "all kernels"),
    DMA_RANGES_END("above the highest dma-ranges address", "iommu_dma_alloc_iova", "all kernels"),
    APERTURE_END("above the aperture of the IOMMU", "iommu_dma_alloc_iova", "all kernels, if the aperture is forced"),
    BRIDGE_WINDOW("a window through which CPUs reach the PCI bus", "iova_reserve_pci_windows", "all kernels"),
    DMA_GAP("outside the DMA windows of the PCI host bridge", "iova_reserve_pci_windows", "all kernels"),
    REGION("a reserved region", "iova_reserve_iommu_regions", "all kernels"),
    IOMMU_ADDRESSES("iommu-addresses: never to be mapped", "of_iommu_get_resv_regions", "since 6.3"),
    IOMMU_RANGES("not among the iommu-ranges", "", "kernel side in review, unverified");

    private final String text;
    private final String function;
    private final String kernels;

    Rule(String text, String function, String kernels) {
        this.text = text;
        this.function = function;
        this.kernels = kernels;
    }

    /** What it says. */
    public String text() {
        return text;
    }

    /** The kernel function that has it; empty if none is known. */
    public String function() {
        return function;
    }

    /** Which kernels have it. */
    public String kernels() {
        return kernels;
    }
}
