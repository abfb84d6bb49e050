package dev.iovacheck.model.kernel;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

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
    B02(
            Status.FIXED,
            "4e89dce72521",
            "iommu/iova: Retry from last rb tree node if iova search fails",
            KernelFile.IOVA,
            "__alloc_and_insert_iova_range",
            "before 5.11",
            Evidence.DERIVED,
            "There is no second pass: the tree is searched downwards from the hint only, and space above the hint is not seen until a"
                    + " free moves the hint up."),
    B04A(
            Status.FIXED,
            "5016bdb796b3",
            "iommu/iova: Fix underflow bug in __alloc_and_insert_iova_range",
            KernelFile.IOVA,
            "__alloc_and_insert_iova_range",
            "4.9 to 4.14, about",
            Evidence.UNVERIFIED,
            "Inside the search the limit is inclusive. Below a node that starts at pfn 0 it becomes -1, which is taken for a lot of"
                    + " space: a request that nothing fits is given the last pfns there are."),
    B04B(
            Status.FIXED,
            "757c370f036e",
            "iommu/iova: Sort out rbtree limit_pfn handling",
            KernelFile.IOVA,
            "__alloc_and_insert_iova_range",
            "4.9 to 4.14, about",
            Evidence.UNVERIFIED,
            "At the bottom of the space the inclusive limit and start_pfn meet, and the search takes that for full: start_pfn itself"
                    + " is never handed out."),
    B05(
            Status.FIXED,
            "6fa3525b455a",
            "iommu/iova: Free global iova rcache on iova alloc failure",
            KernelFile.IOVA,
            "alloc_iova_fast",
            "4.7 to 5.10, about",
            Evidence.DERIVED,
            "A request that finds no space empties the magazines of all online CPUs into the tree, but not the depots."),
    B07(
            Status.FIXED,
            "3a651b3a27a1",
            "iommu: avoid taking iova_rbtree_lock twice",
            KernelFile.IOVA,
            "free_iova",
            "before 5.11, about",
            Evidence.UNVERIFIED,
            "free_iova finds the node under the lock of the tree, drops the lock, and takes it again to erase what it has found: two"
                    + " CPUs that free the same range both find its node, and the second one erases a node that is freed."),
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
    B11A(
            Status.FIXED,
            "e8b198402745",
            "iommu/iova: Try harder to allocate from rcache magazine",
            KernelFile.IOVA,
            "iova_magazine_pop",
            "4.11 to 4.14, about",
            Evidence.DERIVED,
            "Only the top entry of a magazine is looked at: if it lies above the limit, one below it that would do stays where it is."),
    B11B(
            Status.FIXED,
            "233045378dbb",
            "iommu/iova: Manage the depot list size",
            KernelFile.IOVA,
            "__iova_rcache_insert",
            "between 911aa1245da8, which takes the limit of 32 magazines away, and this commit",
            Evidence.DERIVED,
            "The depot is a list without a limit and nobody trims it: what a burst of unmaps leaves there stays until a request finds"
                    + " no space."),
    B12(
            Status.WARNED_OF,
            "",
            "callers of the fast path must round sizes up before they allocate",
            KernelFile.IOVA,
            "alloc_iova_fast",
            "none",
            Evidence.DERIVED,
            "A cacheable request is not rounded up to a power of two, but its range is freed into the size class of the rounded size:"
                    + " the next request of that class is given more than there is."),
    B21(
            Status.OPEN,
            "",
            "dma-ranges of a platform device: the lower end is not enforced",
            KernelFile.DMA,
            "iommu_dma_init_domain",
            "7.1, and before it since some release after 6.1",
            Evidence.DERIVED,
            "The highest dma-ranges address becomes a limit; the lowest is compared with the aperture and then forgotten. Only for PCI"
                    + " devices is reserved what the ranges leave out."),
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
    B15(
            Status.FIXED,
            "ac9a5d522bb8",
            "iommu/dma: Fix race condition during iova_domain initialization",
            KernelFile.DMA,
            "iommu_dma_init_domain",
            "to 5.19",
            Evidence.DERIVED,
            "Two devices of a group that are probed at the same time both see that nobody has initialised their domain, and both do:"
                    + " the second time, what was mapped and reserved since the first is forgotten."),
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
    B29(
            Status.FIXED,
            "d7061627d701",
            "iommu/iova: Fix race between FQ timeout and teardown",
            KernelFile.DMA,
            "iommu_dma_free_fq",
            "4.14 to 5.16",
            Evidence.DERIVED,
            "Teardown of a domain stops the timer of its flush queue if it is armed, and does not wait for a handler that runs:"
                    + " the handler goes on with rings that are freed."),
    B30(
            Status.FIXED,
            "effa467870c7",
            "iommu/vt-d: Don't queue_iova() if there is no flush queue",
            KernelFile.DMA,
            "queue_iova",
            "4.14 to 5.2",
            Evidence.DERIVED,
            "In a lazy machine an unmap queues its range without asking whether the domain has a flush queue."),
    B32(
            Status.OPEN,
            "",
            "The type of a domain is changed after its flush queue is visible",
            KernelFile.CORE,
            "iommu_group_store_type",
            "6.1, 7.1",
            Evidence.DERIVED,
            "A change from DMA to DMA-FQ makes the flush queue visible first and stores the type afterwards: in between,"
                    + " unmapped ranges are queued in a domain that says it is strict."),
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
    B43(
            Status.OPEN,
            "",
            "media: s5p-mfc: firmware must lie below all other buffers",
            KernelFile.DMA,
            "iommu_dma_alloc_iova",
            "all; patches of 2020 and 2022 were not merged as such",
            Evidence.DERIVED,
            "Addresses are handed out from the top, and there is no lower or upper bound for one buffer: a firmware image that the block"
                    + " wants at the lowest address, on old parts within 256 MiB of its base, ends up at the other end of the space."),
    B44(
            Status.FIXED,
            "",
            "iommu/mediatek: Add a gap for the iova regions",
            KernelFile.MTK,
            "mtk_iommu_get_resv_regions",
            "to 6.2",
            Evidence.UNVERIFIED,
            "Hardware computes the end of a buffer as start + size in 32 bits, which is 0 for a buffer at the end of a "
                    + "bank of 4 GiB. The IOMMU driver does not report a gap there."),
    B45(
            Status.OPEN,
            "",
            "media: venus, iris: low addresses are taken for another stream",
            KernelFile.DMA,
            "iommu_dma_alloc_iova",
            "all",
            Evidence.DERIVED,
            "Buffers of a class whose addresses below 600 MiB the hardware sends out under a stream ID of the secure world get such"
                    + " addresses as soon as what lies above is taken: one device, one domain, and no bound for a class of buffers."),
    S1(
            Status.PROPOSED,
            "",
            "dma_iova_set_resv_region over a part of a live mapping",
            KernelFile.DMA,
            "dma_iova_set_resv_region",
            "posted 19 Jan 2026",
            Evidence.RECORDED,
            "reserve_iova grows the node of a live mapping downwards and returns success. When the mapping's range goes back to the tree,"
                    + " the reservation goes with it."),
    S2(
            Status.PROPOSED,
            "",
            "dma_iova_set_resv_region inside a live mapping",
            KernelFile.DMA,
            "dma_iova_set_resv_region",
            "posted 19 Jan 2026",
            Evidence.RECORDED,
            "reserve_iova finds the range covered by the node of a live mapping, changes nothing and returns success: the reservation"
                    + " never existed."),
    S3(
            Status.PROPOSED,
            "",
            "dma_iova_set_resv_region over a cached range",
            KernelFile.DMA,
            "dma_iova_set_resv_region",
            "posted 19 Jan 2026",
            Evidence.RECORDED,
            "A range that was unmapped sits in a magazine and keeps its node. reserve_iova takes that node for its own, and the next map"
                    + " of that size is served from the magazine, inside the reservation."),
    S4(
            Status.PROPOSED,
            "",
            "dma_iova_set_resv_region with length 0",
            KernelFile.DMA,
            "dma_iova_set_resv_region",
            "posted 19 Jan 2026",
            Evidence.RECORDED,
            "The last byte is start + length - 1. At 0 that is 2^64 - 1, and everything is reserved; above 0 a node is inserted that ends"
                    + " before it starts."),
    S5(
            Status.PROPOSED,
            "",
            "dma_iova_set_resv_region over a queued range",
            KernelFile.DMA,
            "dma_iova_set_resv_region",
            "posted 19 Jan 2026",
            Evidence.DERIVED,
            "A range that was unmapped waits in a flush queue and keeps its node. reserve_iova takes that node for its own; when the queue"
                    + " lets go of the range it is handed out again, inside the reservation. The call sees a flush queue only while the"
                    + " type of the domain is being changed: a domain that says it is lazy is refused (S6)."),
    S6(
            Status.PROPOSED,
            "",
            "dma_iova_set_resv_region: a lazy domain",
            KernelFile.DMA,
            "dma_iova_set_resv_region",
            "proposed 19 Jan 2026",
            Evidence.DERIVED,
            "The call compares the type with IOMMU_DOMAIN_DMA and returns -ENODEV for IOMMU_DOMAIN_DMA_FQ, the default on x86."),
    S7(
            Status.PROPOSED,
            "",
            "dma_iova_set_resv_region by one of two devices in a group",
            KernelFile.DMA,
            "dma_iova_set_resv_region",
            "posted 19 Jan 2026",
            Evidence.RECORDED,
            "The devices share a domain. The reservation of one takes the space from both, and a live mapping of the other is in its way"
                    + " like its own."),
    S8(
            Status.PROPOSED,
            "",
            "dma_iova_set_resv_region of a device that goes",
            KernelFile.DMA,
            "dma_iova_set_resv_region",
            "posted 19 Jan 2026",
            Evidence.DERIVED,
            "No call undoes it: while another device keeps the domain alive, what a removed device has reserved stays reserved, and a"
                    + " new probe reserves it once more."),
    S9(
            Status.PROPOSED,
            "",
            "dma_iova_set_resv_region with a start inside a granule",
            KernelFile.DMA,
            "dma_iova_set_resv_region",
            "posted 19 Jan 2026",
            Evidence.RECORDED,
            "Both ends are rounded outwards: a range as long as a granule that starts inside one takes two. That is on the safe side, and"
                    + " costs up to two granules that nobody asked for.");

    /** What became of a bug. */
    public enum Status {
        /** A commit fixed it; the modelled kernels have it again if a configuration says so. */
        FIXED,
        /** A modelled kernel has it as it is. */
        OPEN,
        /** No kernel has it: comments in the code warn of it, and configurations can have it. */
        WARNED_OF,
        /** Code that was posted and that no kernel has; a mechanism of its own in configurations. */
        PROPOSED
    }

    /** Files of the kernel that bugs are in. */
    private static final class KernelFile {
        private static final String DMA = "drivers/iommu/dma-iommu.c";
        private static final String CORE = "drivers/iommu/iommu.c";
        private static final String VTD = "drivers/iommu/intel/iommu.c";
        private static final String DART = "drivers/iommu/apple-dart.c";
        private static final String MTK = "drivers/iommu/mtk_iommu.c";
        private static final String IOVA = "drivers/iommu/iova.c";
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

    /** How configurations name it: {@code B01}, or {@code B04a} for the first of several under one number. */
    public String id() {
        return name().substring(0, 1) + name().substring(1).toLowerCase(Locale.ROOT);
    }

    /** What became of it. */
    public Status status() {
        return status;
    }

    /** Whether configurations can bring it back. */
    public boolean isSwitch() {
        return status == Status.FIXED || status == Status.WARNED_OF;
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
