package dev.iovacheck.model.kernel;

/**
 * A mistake planted into the model, to prove that an invariant can fail: an invariant that survives the defect meant for it checks
 * nothing. No configuration can ask for one; tests do.
 */
public enum Defect {
    /** Found in kernels 5.11 to 6.1 and fixed by {@code dcdb3ba7e2a8}. */
    RETRY_WRAPS_TO_ZERO(
            "The second pass of the tree search adds 1 to the hint's upper end before comparing it: with the hint at the anchor"
                    + " the pass starts at pfn 0 and accepts what lies below start_pfn."),
    CACHE_IGNORES_LIMIT("A cached range is handed out again without a look at the limit of the request."),
    CACHES_NOT_EMPTIED("The hardened reservation call does not empty the caches first."),
    /** The invariant of the fast path that comments in the kernel ask callers to keep. */
    SIZE_NOT_ROUNDED(
            "A cacheable request is not rounded up to a power of two, but is freed into the class of the rounded size."),
    CACHE_KEEPS_WHAT_IT_GIVES("A range taken out of a magazine stays in it."),
    CLASH_NOT_REFUSED("The hardened reservation call reserves what a live mapping occupies."),
    DMA_OPS_NOT_ASKED("The hardened reservation call does not ask whether the device's DMA goes through the IOMMU."),
    RESERVE_IGNORES_OVERLAP("reserve_iova inserts its range without a look at the nodes it overlaps."),
    ALIGNMENT_IGNORED("The fast path asks the tree for a range without natural alignment."),
    /** As an AMD driver once did (July 2019). */
    ZERO_IS_AN_ADDRESS("The DMA layer takes the 0 with which the allocator reports failure for an address."),
    LAZY_REFUSED("The hardened reservation call takes a lazy domain (IOMMU_DOMAIN_DMA_FQ) for no DMA domain."),
    CLASH_FOUND_TOO_LATE(
            "The hardened reservation call reserves first and finds the clash with a live mapping afterwards."),
    REGIONS_NOT_RESERVED("Domain initialisation does not take the device's reserved regions into the allocator."),
    ONE_GROUP_FOR_ALL("All devices with an IOMMU end up in one group, and so in one domain."),
    DIRECT_NOT_MAPPED("Direct regions are not mapped one to one in default domains."),
    MERGE_FORGETS_REST("Two reserved regions that overlap are merged into the lower one, whatever the other one adds."),
    INITIALISED_AGAIN("Domain initialisation does not ask whether the domain is initialised already."),
    OWNERS_NOT_COUNTED("The type of a group is changed whoever owns it."),
    DOORBELL_NOT_MAPPED("Setting up interrupts reports success without mapping the doorbell."),
    QUEUE_FREES_AT_ONCE("Freeing a ring of the flush queue does not wait for the flush that is due."),
    QUEUE_NOT_FLUSHED_WHEN_FULL("A range is added to a full ring of the flush queue without a flush."),
    TIMER_NOT_ARMED("An unmap queues its range without arming the timer of the flush queue."),
    TYPE_KEPT_WITHOUT_QUEUE("A domain stays of type IOMMU_DOMAIN_DMA_FQ although it got no flush queue."),
    QUEUE_NOT_ASKED_FOR("An unmap in a lazy machine queues its range whether or not the domain has a flush queue."),
    LARGE_RANGES_NOT_FREED("A range of more than 32 granules is not given back to the tree when it is unmapped."),
    SECOND_PASS_LEFT_OUT("The tree search ends where its hint ends: what is free above the hint is not looked at."),
    REFUSAL_NOT_FORGOTTEN("Taking a node out of the tree leaves max32_alloc_size as it is."),
    WHOLE_RANGE_FIRST("A PCI device asks for any address up to its limit at once, without an attempt below 4 GiB."),
    CACHES_KEPT_ON_FAILURE("alloc_iova_fast fails without emptying the caches first."),
    DEPOT_WORKER_FREES_NOTHING("The depot worker finds too many magazines, frees none and is armed again."),
    RESERVATION_OUTLIVES_DEVICE("What the hardened call has reserved is not taken back when its device goes."),
    PTES_NOT_CLEARED("Unmapping gives the address back and leaves all page-table entries."),
    LAST_PTE_NOT_CLEARED("Unmapping leaves the page-table entry of the last granule."),
    PADDING_NOT_CLEARED("What is left of the granules of a bounce slot is not cleared."),
    SEGMENT_TOO_SHORT("The driver is told that the last segment of a scatter list is one byte shorter than it is."),
    UNMAPPED_TWICE("A driver undoes each mapping twice.");

    private final String description;

    Defect(String description) {
        this.description = description;
    }

    /** What goes wrong, one sentence. */
    public String description() {
        return description;
    }
}
