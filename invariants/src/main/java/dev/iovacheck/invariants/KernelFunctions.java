package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import java.util.List;
import java.util.Optional;

/** The kernel functions that the model follows, and what it says they do. */
final class KernelFunctions {

    private static final String BOTH = "6.1, 7.1";

    private static final List<KernelFunction> ALL = List.of(
            iova(
                    "init_iova_domain",
                    "Makes the tree anew: only the anchor is in it, both hints point at it, max32_alloc_size is the number of granules"
                            + " below 4 GiB. Whatever was in the structure before is forgotten, a reservation too."),
            iova(
                    "alloc_iova",
                    "Allocates a node and looks for a range in the tree up to a limit (inclusive). Without memory or without a fit"
                            + " there is no result, and nothing changes but max32_alloc_size."),
            iova(
                    "__alloc_and_insert_iova_range",
                    "Searches downwards from a hint (cached32_node for limits up to 4 GiB, else cached_node) for the highest naturally"
                            + " aligned range that fits, not below start_pfn; if there is none, a second pass looks above the hint."
                            + " Below 4 GiB a request of at least max32_alloc_size is refused without a search: the smallest size that"
                            + " failed since a node was removed there, whatever the limit of that request was."),
            iova(
                    "alloc_iova_fast",
                    "Rounds requests of less than 32 granules up to a power of two. Takes a range from this CPU's magazines if one"
                            + " fits under the limit, without a look at the tree; else from the tree; else empties the magazines of all"
                            + " online CPUs and the depots into the tree and tries that once more. 0 means failure."),
            iova(
                    "iova_insert_rbtree",
                    "Links a node at the place of its lower end; overlap is not looked at. Where a node with an equal lower end is met"
                            + " it warns and links nothing, and its callers go on as if it had."),
            iova(
                    "__cached_rbnode_insert_update",
                    "After an allocation from the tree the new node becomes the hint: cached32_node if it ends below 4 GiB, else"
                            + " cached_node. A reservation moves no hint."),
            iova(
                    "__cached_rbnode_delete_update",
                    "Before a node goes, a hint at it or below it moves to the next node, so that what becomes free is seen; for a node"
                            + " that starts below 4 GiB max32_alloc_size is forgotten as well."),
            iova(
                    "iova_find_limit",
                    "Where the second pass of a search begins: the anchor for limits above 4 GiB, else the lowest node at or above the"
                            + " limit, or the one across it."),
            iova(
                    "find_iova",
                    "Finds the node that holds a granule. It does not tell whose it is: there is one kind of node."),
            iova(
                    "free_iova",
                    "Removes the whole node that holds the granule, whoever owns it and however it has grown. Without such a node it"
                            + " does nothing and says nothing."),
            iova(
                    "free_iova_fast",
                    "Puts the first granule of a range of at most 32 granules into a magazine of this CPU; its node stays in the tree."
                            + " Larger ranges, and those that no magazine takes, go back to the tree."),
            iova(
                    "reserve_iova",
                    "Walks through all nodes. One that overlaps the range is grown downwards to its start, or trusted to cover its"
                            + " part, even if it is a live mapping or waits in a cache; the rest becomes a node of its own. It does not"
                            + " refuse a range that ends before it starts, nor compare with start_pfn or a limit. Growth stays when"
                            + " there is no memory for the rest. A reservation that a foreign node carries goes when that node does."),
            iova(
                    "__iova_rcache_get",
                    "Looks at the loaded magazine of this CPU, or at prev if loaded is empty, or at one from the depot if both are:"
                            + " only one magazine is searched, from the top, for a granule at or below the limit."),
            iova(
                    "__iova_rcache_insert",
                    "Pushes into loaded, or into prev made loaded; if both are full, loaded goes to the depot and an empty magazine"
                            + " takes its place. A full depot of 6.1 makes loaded go back to the tree; 7.1 has no limit and schedules"
                            + " depot work instead."),
            iova(
                    "iova_magazine_pop",
                    "Takes the entry nearest to the top of a magazine that lies at or below a granule; the top entry fills its place."
                            + " Nothing if all lie above."),
            iova(
                    "iova_magazine_free_pfns",
                    "Gives the entries of a magazine back to the tree under one hold of its lock: the whole node that holds the granule"
                            + " goes, grown or not. An entry without a node is a warning."),
            iova(
                    "iova_cpuhp_dead",
                    "Empties both magazines of every size class of a CPU that went offline into the tree. Depots stay."),
            new KernelFunction(
                    new KernelReference("drivers/iommu/iova.c", "iova_depot_work_func", "7.1", Evidence.RECORDED),
                    "Frees one magazine of a depot that holds more than there are online CPUs, and schedules itself again if it did."),
            dma(
                    "iommu_dma_init_domain",
                    BOTH,
                    "The first device of a group sets granule and start_pfn (at least 1, so that 0 can mean failure; in 6.1 also from"
                            + " the lowest dma-ranges address, in 7.1 only from the aperture) and reserves its regions. Every later"
                            + " device is only compared with it: its reserved regions are not looked at. -EFAULT if it does not fit;"
                            + " the device then stays without IOMMU DMA ops. A lazy domain that gets"
                            + " no flush queue becomes strict, and nobody is told."),
            dma(
                    "iova_reserve_pci_windows",
                    BOTH,
                    "For a PCI device, before its regions: reserves the windows through which CPUs reach the bus, then sorts the DMA windows of"
                            + " the host bridge by CPU address and reserves what they leave out on the bus, each time up to and"
                            + " including the first granule of the window above. -EINVAL if a window begins below the end of the one"
                            + " before, with what was reserved before left in place. A window that ends at 2^64-1 makes it reserve everything."),
            dma(
                    "iova_reserve_iommu_regions",
                    BOTH,
                    "Reserves each reserved region of one device, rounded outward to granules, all types alike but windows that software chose"
                            + " for doorbells (SW_MSI). The result of reserve_iova is ignored: without memory a region is silently"
                            + " missing. -ENOMEM without memory for the pages of an MSI region, and what comes after it is not"
                            + " reserved."),
            dma(
                    "iommu_dma_alloc_iova",
                    BOTH,
                    "The limit is the smallest of DMA mask, bus limit and, if forced, the end of the aperture. There is no lower bound"
                            + " to ask for. A PCI device first tries below 4 GiB: in 6.1 each time, in 7.1 until it fails once."),
            dma(
                    "iommu_dma_free_iova",
                    BOTH,
                    "Gives an address back: at once after the IOTLB was flushed, or into the flush queue."),
            dma(
                    "queue_iova",
                    BOTH,
                    "Under the lock of this CPU's ring (7.1: or of the only one) frees what the ring may give up; if the ring is full,"
                            + " flushes the IOTLB and frees once more, and does not ask whether that made room. Then adds the range with"
                            + " the number of flushes started so far, and arms the timer if nobody has. Added to a full ring, a range"
                            + " makes the ring look empty: what was in it is never freed."),
            dma(
                    "fq_ring_free",
                    BOTH,
                    "Gives up entries of a ring, oldest first, for which more flushes have finished than had been started when they were"
                            + " added: free_iova_fast on the CPU that runs it."),
            dma(
                    "fq_flush_iotlb",
                    BOTH,
                    "Counts a flush as started, flushes the whole IOTLB of the domain, counts it as finished. Several CPUs may be in it."),
            dma(
                    "fq_flush_timeout",
                    BOTH,
                    "The timer: clears fq_timer_on, flushes, and frees the ring of each possible CPU under its lock."),
            dma(
                    "iommu_dma_init_fq",
                    BOTH,
                    "Allocates the rings, -ENOMEM without memory; the queue becomes visible with the last store, fq_domain. From then on"
                            + " unmapped ranges are queued, whatever the type of the domain says."),
            dma(
                    "iommu_dma_free_fq",
                    BOTH,
                    "Stops the timer, waits for its handler, and frees the rings; what was queued goes with the domain."),
            dma(
                    "__iommu_dma_map",
                    BOTH,
                    "Takes an address below the streaming mask for the size of the buffer and its offset in a granule, rounded up, and"
                            + " maps it there. DMA_MAPPING_ERROR for every failure; if mapping fails the address is given back at once,"
                            + " past any flush queue. 7.1 warns and fails if min_align_mask is larger than a granule."),
            dma(
                    "__iommu_dma_unmap",
                    BOTH,
                    "Looks whether the domain has a flush queue, clears the page-table entries, warns if fewer bytes were mapped, flushes the"
                            + " IOTLB if there is no queue, and gives the address back or queues it, also after the warning."),
            dma(
                    "iommu_dma_unmap_page",
                    "6.1",
                    "Looks up what the address translates to; if that is nothing it warns and returns, and the range is never given"
                            + " back. Otherwise __iommu_dma_unmap. 7.1 calls it iommu_dma_unmap_phys."),
            dma(
                    "iommu_dma_map_swiotlb",
                    BOTH,
                    "An unaligned buffer of an untrusted device gets a slot of the bounce buffer that begins at a granule, keeping only"
                            + " the low bits of min_align_mask; the rest of the slot is cleared. Without a slot, or in 7.1 for MMIO and"
                            + " for what must be coherent, the map fails."),
            dma(
                    "iommu_deferred_attach",
                    BOTH,
                    "In a crash kernel a device is attached to its domain by its first mapping, which fails if that does."),
            dma(
                    "iommu_dma_map_sg",
                    BOTH,
                    "One range of addresses for a whole scatter list. A segment that would cross a boundary starts at the next one; the"
                            + " gap is mapped as well, onto the memory behind the segment before. Of errors only -ENOMEM and -EREMOTEIO"
                            + " are passed on, all others become -EINVAL. A list of which a segment may have to be bounced goes to"
                            + " iommu_dma_map_sg_swiotlb: each segment is mapped like a page, with a range of its own; if one fails,"
                            + " those before it are unmapped again, through the queue if there is one, and the list returns -EIO."),
            dma(
                    "__finalise_sg",
                    BOTH,
                    "Tells the driver the segments: those that touch are joined, unless the sum is longer than max_segment_size or begins"
                            + " at a boundary."),
            dma(
                    "iommu_dma_alloc",
                    BOTH,
                    "Pages from anywhere under one range of addresses below the coherent mask. NULL on failure."),
            dma(
                    "dma_iova_try_alloc",
                    "7.1",
                    "Takes addresses below the streaming mask without mapping anything. false on failure, for whatever reason."),
            dma(
                    "dma_iova_link",
                    "7.1",
                    "Maps a part without making it visible. -EIO if a part that is not the first does not begin at a granule,"
                            + " -EOPNOTSUPP for coherence that the device does not have, -EPERM if bouncing is needed and forbidden,"
                            + " -ENOMEM without a bounce slot, or what iommu_map returns."),
            dma("dma_iova_sync", "7.1", "Makes linked parts visible; returns the error of the IOMMU driver."),
            dma(
                    "dma_iova_unlink",
                    "7.1",
                    "Clears the entries of a part and flushes the IOTLB at once; the addresses stay taken."),
            dma("dma_iova_free", "7.1", "Gives the addresses back at once, as many as were taken."),
            dma(
                    "dma_iova_destroy",
                    "7.1",
                    "Unlinks what is linked and gives the addresses back as if they were no more than that: the range lands in the size"
                            + " class of the linked part, and the rest of its node is lost until the cache is emptied."),
            new KernelFunction(
                    new KernelReference("drivers/iommu/iommu.c", "iommu_map", BOTH, Evidence.DERIVED),
                    "Writes page-table entries. -EINVAL for addresses off a granule, -ENOMEM without memory for a table, -EEXIST with a"
                            + " warning if an entry is there; then what it wrote before is cleared again."),
            new KernelFunction(
                    new KernelReference("drivers/iommu/iommu.c", "iommu_unmap", BOTH, Evidence.DERIVED),
                    "Clears entries upwards until all are cleared or one is not there, and returns how many bytes that were."),
            dma(
                    "dma_iova_set_resv_region",
                    "proposed 19 Jan 2026",
                    "Calls reserve_iova for [start, start + length - 1] on the default domain of the device's group. -ENODEV unless"
                            + " the type is exactly IOMMU_DOMAIN_DMA, -ENOMEM without memory, otherwise 0: also for length 0, for a"
                            + " range that wraps, for one that live mappings or cached ranges occupy, and for a domain that is not"
                            + " initialised. A device without a group is an oops. There is no call that undoes it."),
            new KernelFunction(
                    new KernelReference("drivers/iommu/iommu.c", "iommu_get_dma_domain", BOTH, Evidence.DERIVED),
                    "Returns the default domain of the device's group, attached or not. Follows NULL without a group."),
            core(
                    "iommu_create_device_direct_mappings",
                    "Maps the direct regions of a device one to one, from the start rounded up to the end rounded up; pages that are mapped"
                            + " already are left as they are. Done for every device of a group, also for those whose regions nobody"
                            + " carves out of the allocator."),
            core(
                    "iommu_group_claim_dma_owner",
                    "Puts the devices of a group on a blocking domain for a user. -EPERM if a driver is bound or another user has it; 7.1:"
                            + " -EINVAL if a device must keep a direct region. The default domain and its allocator stay."),
            core("iommu_group_release_dma_owner", "Puts the devices of a group back on their default domain."),
            core(
                    "iommu_device_use_default_domain",
                    "Counts the driver that is about to be bound among the owners of the group. -EBUSY while a user has it."),
            core(
                    "iommu_group_store_type",
                    "Replaces the default domain of a group by one of another type, with an empty allocator, and sets it up for each"
                            + " device: regions of the first one are reserved anew, what calls had reserved is gone. -EPERM if the group"
                            + " has an owner (6.1: -EBUSY if a driver is bound, -EINVAL unless it has one device), -EINVAL if a device"
                            + " must have another type. A device without a driver does not count: its mappings lose their domain. A write of"
                            + " DMA-FQ to the type of a strict group keeps the domain: it sets a flush queue up, with mappings in place,"
                            + " and then changes the type; -ENOMEM without memory."),
            core(
                    "iommu_group_remove_device",
                    "Takes a device out of its group. The domain goes with the last one; otherwise nothing in the allocator changes, what"
                            + " was reserved for the device stays."),
            new KernelFunction(
                    new KernelReference(
                            "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c",
                            "arm_smmu_get_resv_regions",
                            BOTH,
                            Evidence.DERIVED),
                    "Reports a window for doorbells that software chose (SW_MSI, 1 MiB at 0x8000000), whatever else is there."),
            core(
                    "iommu_get_group_resv_regions",
                    "Lists the reserved regions of all devices of a group, as sysfs and VFIO show them. The allocator does not look at the"
                            + " list, bridge windows and reservation calls are not in it."),
            core(
                    "iommu_insert_resv_region",
                    "Puts a region into a list by start and type and merges those of its type that overlap or touch. One that ends at"
                            + " 2^64-1 touches nothing, because the address after it wraps."),
            dma(
                    "iommu_dma_prepare_msi",
                    BOTH,
                    "Maps the page of a doorbell, once for a domain, through the allocator like a buffer; it stays until the domain goes."
                            + " -ENOMEM without space. In a domain of a user it lies in the window that software chose (SW_MSI)."),
            new KernelFunction(
                    new KernelReference("drivers/iommu/iommu.c", "iommu_get_resv_regions", BOTH, Evidence.DERIVED),
                    "Lists what firmware and device tree reserve for one device, in the order in which the allocator reserves it."),
            new KernelFunction(
                    new KernelReference(
                            "drivers/iommu/of_iommu.c", "of_iommu_get_resv_regions", "6.17", Evidence.DERIVED),
                    "Adds the iommu-addresses of the node that the device has: devices with one node get the same regions, a device"
                            + " without a node gets none. 6.1 does not read the property. A region without reg is a hole, not a"
                            + " window."),
            new KernelFunction(
                    new KernelReference("drivers/iommu/of_iommu.c", "iommu-ranges", "in review", Evidence.UNVERIFIED),
                    "A property of a device's node that lists what is usable. What the kernel will do with it is not known; the model"
                            + " reserves everything in the aperture that it does not list."),
            new KernelFunction(
                    new KernelReference("drivers/of/device.c", "of_dma_configure_id", "6.1, 6.17", Evidence.DERIVED),
                    "Makes the end of the highest dma-ranges entry the bus limit of the device. The lower end becomes start_pfn in"
                            + " 6.1; for platform devices of 7.1 nothing enforces it."));

    private KernelFunctions() {}

    /**
     * @param reference where it stands, in which versions it was read, and how that is known
     * @param does what the model says it does, in sentences
     */
    record KernelFunction(KernelReference reference, String does) {
        String name() {
            return reference.function();
        }
    }

    private static KernelFunction iova(String name, String does) {
        return new KernelFunction(new KernelReference("drivers/iommu/iova.c", name, BOTH, Evidence.RECORDED), does);
    }

    private static KernelFunction dma(String name, String versions, String does) {
        return new KernelFunction(
                new KernelReference("drivers/iommu/dma-iommu.c", name, versions, Evidence.DERIVED), does);
    }

    private static KernelFunction core(String name, String does) {
        return new KernelFunction(new KernelReference("drivers/iommu/iommu.c", name, BOTH, Evidence.DERIVED), does);
    }

    static List<String> names() {
        return ALL.stream().map(KernelFunction::name).toList();
    }

    static Optional<KernelFunction> find(String name) {
        return ALL.stream().filter(function -> function.name().equals(name)).findFirst();
    }
}
