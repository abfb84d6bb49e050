package dev.iovacheck.model.kernel;

import java.util.Arrays;
import java.util.List;

/**
 * A bug that some kernel had, has, or was proposed to get, for the general invariants to be seen to find. One that was fixed is a switch
 * that brings the behaviour back into a modelled kernel: configurations name it ({@code kernel: { profile: v7.1, with: [B01] }}). One
 * that is open needs no switch.
 *
 * <p>{@code examples/known-bugs} has a file for each, and {@code docs/known-bugs.md} says what came out.
 *
 * <p>Not here: mistakes that no kernel made and that only prove a check able to fail ({@link Defect}).
 */
public enum KernelBug {
    B01(
            Status.FIXED,
            "dcdb3ba7e2a8",
            "iommu/iova: Fix alloc iova overflows issue",
            KernelFile.IOVA,
            "__alloc_and_insert_iova_range",
            "5.11 to 6.1",
            Evidence.DERIVED,
            "The second pass of the tree search adds 1 to the hint's upper end before comparing it with the limit: with the hint at"
                    + " the anchor the sum wraps to 0, and the pass accepts what lies below start_pfn."),
    B08(
            Status.FIXED,
            "d3e3d2be688b",
            "iommu/iova: Don't BUG on invalid PFNs",
            KernelFile.IOVA,
            "iova_magazine_free_pfns",
            "4.7 to 5.8",
            Evidence.DERIVED,
            "A pfn without a node, which some unmap put into a magazine unnoticed, halts the machine when the magazine is emptied, long"
                    + " after the mistake."),
    B09(
            Status.FIXED,
            "",
            "iommu/amd: fix a crash in iova_magazine_free_pfns",
            "drivers/iommu/amd_iommu.c",
            "map_sg",
            "4.19 to 5.2",
            Evidence.UNVERIFIED,
            "The allocator reports failure with 0, and map_sg compares the result with all ones: a scatter list for which there is no"
                    + " address is mapped at 0."),
    B12(
            Status.FIXED,
            "",
            "a range that was not rounded up is freed into a cache",
            KernelFile.IOVA,
            "alloc_iova_fast",
            "none known; what comments in the code warn of",
            Evidence.DERIVED,
            "A request is not rounded up to a power of two, but its range is cached in the class of the rounded size: a later request of"
                    + " that size gets a range that is too short."),
    B23(
            Status.FIXED,
            "",
            "iommu/dma: fix incorrect error return on iommu deferred attach",
            KernelFile.DMA,
            "iommu_dma_map_sg",
            "5.15-rc",
            Evidence.DERIVED,
            "In a crash kernel, map_sg goes to its error path after the deferred attachment of the device, also when that succeeded."),
    B24(
            Status.FIXED,
            "2cbc61a1b166",
            "iommu/dma: Account for min_align_mask w/swiotlb",
            KernelFile.DMA,
            "__iommu_dma_map_swiotlb",
            "5.12 to 5.15",
            Evidence.DERIVED,
            "The size of a bounced buffer is rounded up to granules, and once more with the offset that the bounce slot kept: one granule"
                    + " too many is taken and mapped, and the unmap, which rounds once, leaves it behind."),
    B25(
            Status.FIXED,
            "2650073f1b58",
            "iommu/dma: fix zeroing of bounce buffer padding used by untrusted devices",
            KernelFile.DMA,
            "iommu_dma_map_page",
            "5.14 to 6.8",
            Evidence.UNVERIFIED,
            "What is left of the granules of a bounce slot is not cleared: an untrusted device reads what was there before."),
    B26(
            Status.FIXED,
            "1a96f3a22fd8",
            "iommu/dma: add missing support for DMA_ATTR_MMIO for dma_iova_unlink()",
            KernelFile.DMA,
            "iommu_dma_iova_unlink_range_slow",
            "6.16 to 6.18-rc",
            Evidence.UNVERIFIED,
            "Unlinking looks after the CPUs' caches for memory that is none: registers of another device have no kernel address."),
    B27(
            Status.FIXED,
            "ab2cbeb0ed30",
            "iommu/dma: Handle SG length overflow better",
            KernelFile.DMA,
            "__finalise_sg",
            "4.7 to 5.2",
            Evidence.DERIVED,
            "The length of a segment and that of the next one are added in 32 bits before the sum is compared with the longest segment: a"
                    + " sum that wraps passes, and the device is told of a few bytes only."),
    B14(
            Status.OPEN,
            "",
            "iommu/dma: Fix not fully traversing iova reservations issue",
            KernelFile.DMA,
            "iommu_dma_init_domain",
            "all; 6.1 and 7.1 read",
            Evidence.DERIVED,
            "Only the device that initialises the domain of a group gets its reserved regions carved out of the "
                    + "allocator. Those of every later device stay free, although the group reports them."),
    B17(
            Status.FIXED,
            "571f316074a2",
            "iommu/dma: Fix IOVA reserve dma ranges",
            KernelFile.DMA,
            "iova_reserve_pci_windows",
            "about 5.3 to 5.13",
            Evidence.DERIVED,
            "A DMA window of a PCI host bridge that begins at address 0, or where the one before ends, is taken for "
                    + "one that overlaps it: the set-up of the device fails with -EINVAL."),
    B18(
            Status.FIXED,
            "b8397a8f4ebc",
            "iommu/dma: Explicitly sort PCI DMA windows",
            KernelFile.DMA,
            "iova_reserve_pci_windows",
            "to 5.18",
            Evidence.DERIVED,
            "DMA windows of a PCI host bridge are taken in the order in which they are listed: unless that is "
                    + "ascending, the set-up of the device fails with -EINVAL."),
    B18B(
            Status.OPEN,
            "",
            "DMA windows are sorted by the addresses that CPUs see",
            KernelFile.DMA,
            "iova_reserve_pci_windows",
            "6.1 and 7.1 read",
            Evidence.DERIVED,
            "The DMA windows of a PCI host bridge are sorted by CPU address and then taken for sorted by bus address: "
                    + "where the two orders differ, the set-up of the device fails with -EINVAL although no windows overlap."),
    B18C(
            Status.OPEN,
            "",
            "the first granule of each DMA window is reserved",
            KernelFile.DMA,
            "iova_reserve_pci_windows",
            "6.1 and 7.1 read",
            Evidence.DERIVED,
            "What is reserved below a DMA window of a PCI host bridge includes the first granule of the window: a "
                    + "window of one granule vanishes."),
    B18D(
            Status.OPEN,
            "",
            "a DMA window up to the last address makes everything reserved",
            KernelFile.DMA,
            "iova_reserve_pci_windows",
            "6.1 and 7.1 read",
            Evidence.UNVERIFIED,
            "After a DMA window that ends at 2^64-1 the next address wraps to 0, and all from there to the top is "
                    + "reserved."),
    B33(
            Status.FIXED,
            "4c80ba392bf6",
            "iommu: fix KASAN use-after-free in iommu_insert_resv_region",
            KernelFile.CORE,
            "iommu_insert_resv_region",
            "5.3 to 5.5",
            Evidence.DERIVED,
            "Once a new region was merged into another one, its freed entry is asked which type to go on merging; "
                    + "regions after it stay unmerged if the memory answers with anything else."),
    B34(
            Status.FIXED,
            "d360211524be",
            "iommu: set group default domain before creating direct mappings",
            KernelFile.CORE,
            "iommu_group_get_for_dev",
            "5.3 to 5.4",
            Evidence.DERIVED,
            "The direct mappings of the device that creates a default domain go into a domain that is thrown away: "
                    + "firmware reaches its memory no more."),
    B35(
            Status.FIXED,
            "d8018a0e9195",
            "iommu/vt-d: Set ISA bridge reserved region as relaxable",
            KernelFile.VTD,
            "intel_iommu_get_resv_regions",
            "5.3 to 5.5",
            Evidence.DERIVED,
            "A region that may be given up when a user takes the device over is reported as one that may not: no user "
                    + "gets the group."),
    B36(
            Status.FIXED,
            "",
            "iommu/vt-d: Handle PCI bridge RMRR device scopes in intel_iommu_get_resv_regions",
            KernelFile.VTD,
            "intel_iommu_get_resv_regions",
            "to 5.3",
            Evidence.UNVERIFIED,
            "A region that names a PCI bridge is not reported for the devices behind it."),
    B38(
            Status.FIXED,
            "946d619fa25f",
            "iommu/dart: Exclude MSI doorbell from PCIe device IOVA range",
            KernelFile.DART,
            "apple_dart_get_resv_regions",
            "5.15",
            Evidence.DERIVED,
            "The IOMMU driver does not report the window of the MSI doorbell. Its addresses are handed out, and DMA to "
                    + "them is taken for an interrupt."),
    B39(
            Status.FIXED,
            "",
            "iommu/dma: Handle MSI mappings separately",
            KernelFile.DMA,
            "iommu_dma_get_msi_page",
            "about 5.1 to 5.2",
            Evidence.UNVERIFIED,
            "A doorbell is mapped in the default domain of the group also while the device is attached to a domain of "
                    + "a user: its interrupts fault."),
    B40(
            Status.FIXED,
            "a48ce36e2786",
            "iommu: Prevent RESV_DIRECT devices from blocking domains",
            KernelFile.CORE,
            "iommu_group_claim_dma_owner",
            "to 6.5",
            Evidence.DERIVED,
            "A device that firmware makes reach its direct regions at any time is put on a blocking domain."),
    B44(
            Status.FIXED,
            "",
            "iommu/mediatek: Add a gap for the iova regions",
            KernelFile.MTK,
            "mtk_iommu_get_resv_regions",
            "to 6.2",
            Evidence.UNVERIFIED,
            "Hardware computes the end of a buffer as start + size in 32 bits, which is 0 for a buffer at the end of a "
                    + "bank of 4 GiB. The IOMMU driver does not report a gap there.");

    /** What became of a bug. */
    public enum Status {
        /** A commit fixed it; the modelled kernels have it again if a configuration says so. */
        FIXED,
        /** A modelled kernel has it as it is. */
        OPEN,
        /** Code that was posted and that no kernel has; a mechanism of its own in configurations. */
        PROPOSED
    }

    /** Files of the kernel that bugs are in. */
    private static final class KernelFile {
        private static final String IOVA = "drivers/iommu/iova.c";
        private static final String DMA = "drivers/iommu/dma-iommu.c";
        private static final String CORE = "drivers/iommu/iommu.c";
        private static final String VTD = "drivers/iommu/intel/iommu.c";
        private static final String DART = "drivers/iommu/apple-dart.c";
        private static final String MTK = "drivers/iommu/mtk_iommu.c";
    }

    private final Status status;
    private final String commit;
    private final String subject;
    private final String file;
    private final String function;
    private final String versions;
    private final Evidence evidence;
    private final String behaviour;

    /**
     * @param commit abbreviated to 12 digits; empty if there is none, or none is known
     * @param versions kernels that have the bug, in words
     * @param evidence how it is known what those did: derived if the commit or the code was read, unverified if only the subject was
     */
    KernelBug(
            Status status,
            String commit,
            String subject,
            String file,
            String function,
            String versions,
            Evidence evidence,
            String behaviour) {
        this.status = status;
        this.commit = commit;
        this.subject = subject;
        this.file = file;
        this.function = function;
        this.versions = versions;
        this.evidence = evidence;
        this.behaviour = behaviour;
    }

    /** Those that configurations can bring back, in order. */
    public static List<KernelBug> switches() {
        return Arrays.stream(values()).filter(KernelBug::isSwitch).toList();
    }

    /** How configurations name it: {@code B01}. */
    public String id() {
        return name();
    }

    /** What became of it. */
    public Status status() {
        return status;
    }

    /** Whether configurations can bring it back. */
    public boolean isSwitch() {
        return status == Status.FIXED;
    }

    /** Abbreviated id of the commit that fixed it; empty if there is none, or none is known. */
    public String commit() {
        return commit;
    }

    /** Subject of that commit, or what the bug is called where it was reported. */
    public String subject() {
        return subject;
    }

    /** File and function that have it, the kernels that do, and how it is known. */
    public KernelReference reference() {
        return new KernelReference(file, function, versions, evidence);
    }

    /** What the kernel does with the bug, in sentences. */
    public String behaviour() {
        return behaviour;
    }
}
