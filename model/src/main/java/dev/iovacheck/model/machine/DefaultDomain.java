package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.DomainType;
import dev.iovacheck.model.config.FlushQueues;
import dev.iovacheck.model.fq.FlushQueue;
import dev.iovacheck.model.fq.StaleTranslations;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.TakenBranches;
import org.jspecify.annotations.Nullable;

/**
 * The default domain of an IOMMU group with its allocator, its flush queue, and the mappings drivers hold in it. It exists while the group has a device;
 * all devices of the group share it (derived).
 */
public final class DefaultDomain {

    /** No device has initialised the allocator. */
    public static final int NO_INITIALISER = -1;

    private final int index;
    private final String group;
    private final int granuleShift;
    private final boolean defersFlushes;
    private final IovaDomain iova;
    private final FlushQueue queue;
    private final StaleTranslations stale = new StaleTranslations();
    private final TakenBranches branches;
    private final LiveMappings live = new LiveMappings();
    private final PageTable pageTable = new PageTable();
    private boolean exists;
    private boolean lazy;
    private int initialiser = NO_INITIALISER;
    private DomainType type = DomainType.DMA;
    private Attachment attachment = Attachment.DEFAULT;
    private MissingMemory missing = MissingMemory.NONE;
    private int firstMember = NO_INITIALISER;

    /** Bit {@code device} is set if its direct regions were mapped since the domain was made. */
    private int directMapped;

    /** Not part of the state, and never looked at here: what an onlooker keeps about the domain. */
    private @Nullable Object notes;

    /** Bit {@code device} is set if pages of these were left out, because something else was mapped there. */
    private int directHoles;

    DefaultDomain(
            int index,
            String group,
            int granuleShift,
            IovaDomain iova,
            FlushQueues queues,
            int rings,
            TakenBranches branches) {
        this.index = index;
        this.group = group;
        this.granuleShift = granuleShift;
        this.iova = iova;
        this.branches = branches;
        defersFlushes = queues.areSupported();
        queue = new FlushQueue(rings, queues.size());
    }

    /** The first device of the group appeared: the domain has a zeroed cookie, the allocator is not initialised (derived). */
    void create(GroupType ofType, int first) {
        exists = true;
        become(ofType);
        firstMember = first;
    }

    /** The last device of the group is gone: everything in the domain goes with it (derived). */
    void destroy() {
        exists = false;
        type = DomainType.DMA;
        attachment = Attachment.DEFAULT;
        firstMember = NO_INITIALISER;
        lazy = false;
        live.clear();
        empty();
    }

    private void become(GroupType ofType) {
        type = ofType.domainType();
        lazy = ofType.isLazy();
    }

    /**
     * Another domain takes the place of this one, with nothing in it. Who holds a mapping is not asked. A flush queue goes with the old
     * domain: its timer is stopped, and what waits in it is released with the allocator ({@code iommu_put_dma_cookie}, derived).
     *
     * @param first index of the device that is now first in the group's list
     */
    void replace(GroupType ofType, int first) {
        become(ofType);
        firstMember = first;
        live.loseAll();
        empty();
    }

    /** The direct mappings of a device went into a domain that is not this one. */
    void forgetDirect(int device) {
        directMapped &= ~(1 << device);
        directHoles &= ~(1 << device);
    }

    private void empty() {
        initialiser = NO_INITIALISER;
        missing = MissingMemory.NONE;
        directMapped = 0;
        directHoles = 0;
        iova.zero();
        pageTable.clear();
        stale.clear();
        if (queue.isActive()) {
            queue.clear();
        }
    }

    void attach(Attachment to) {
        attachment = to;
    }

    /** Direct mappings of a device; pages that are mapped already are left as they are (derived). */
    void mapDirect(int device, boolean withHoles) {
        directMapped |= 1 << device;
        directHoles = withHoles ? directHoles | 1 << device : directHoles & ~(1 << device);
    }

    /**
     * {@code iommu_dma_init_domain}: the first device to get here sets granule, {@code start_pfn} and reservations for all; every later
     * one is only compared with it, and its reserved regions are not looked at (derived).
     *
     * @param sawUninitialised whether the caller has looked before and found that nobody had been here: somebody may have been since
     * @param missingMemory what there is no memory for if the device is the first
     * @return the error with which the device stays without IOMMU DMA ops, or {@code null}
     */
    @Nullable
    Errno initialise(
            DeviceSetup setup,
            boolean sawUninitialised,
            MissingMemory missingMemory,
            @Nullable Defect defect,
            Outcome outcome) {
        if (setup.rangeOutsideAperture()) {
            branches.take(Branch.INIT_OUTSIDE_APERTURE);
            return Errno.EFAULT;
        }
        if (iova.isInitialised() && !sawUninitialised && defect != Defect.INITIALISED_AGAIN) {
            boolean agrees = iova.startPfn() == setup.basePfn();
            branches.take(agrees ? Branch.INIT_AGAIN : Branch.INIT_DIFFERENT);
            return agrees ? null : Errno.EFAULT;
        }
        branches.take(Branch.INIT_FIRST);
        iova.init(granuleShift, setup.basePfn());
        initialiser = setup.device().index();
        missing = missingMemory;
        if (missing == MissingMemory.CACHES) {
            return Errno.ENOMEM; // granule and start_pfn stay
        }
        if (lazy && !setUpQueue() && defect != Defect.TYPE_KEPT_WITHOUT_QUEUE) {
            lazy = false;
        }
        if (defect == Defect.REGIONS_NOT_RESERVED) {
            return null;
        }
        for (SetupRegion region : setup.regions().subList(0, setup.reached(missing))) {
            if (region.carved()) {
                // The kernel does not look at the result either: a reservation that fails here is silently missing.
                iova.reserveIova(
                        region.extent().first() >>> granuleShift,
                        region.extent().last() >>> granuleShift);
                outcome.warnings(iova.warnings());
            }
        }
        if (missing == MissingMemory.MSI_PAGES) {
            return Errno.ENOMEM;
        }
        if (setup.windowsRefused()) {
            // Granule and start_pfn stay: the next device finds the domain initialised and gets 0.
            branches.take(Branch.INIT_WINDOWS_OVERLAP);
            return Errno.EINVAL;
        }
        return null;
    }

    /**
     * The flush queue of a lazy domain at its initialisation; without one the domain becomes strict, and nobody is told. 7.1 also asks
     * whether the IOMMU can defer flushes. {@code iommu_dma_init_domain}, derived.
     */
    private boolean setUpQueue() {
        if (!defersFlushes || !allocateQueue()) {
            return false;
        }
        queue.publish();
        return true;
    }

    /**
     * {@code iommu_dma_init_fq} up to the point where the queue becomes visible: {@code fq_domain} is written last (derived).
     *
     * @return false if there is no memory for its rings; true if it is there already
     */
    boolean allocateQueue() {
        boolean isReady = queue.isActive() || iova.memory();
        branches.take(isReady ? Branch.INIT_FQ_READY : Branch.INIT_FQ_NO_MEMORY);
        return isReady;
    }

    /** The {@code type} becomes {@code IOMMU_DOMAIN_DMA_FQ}: a store of its own. */
    void becomeLazy() {
        lazy = true;
    }

    void load(boolean isThere, int initialisedBy) {
        exists = isThere;
        initialiser = initialisedBy;
    }

    void load(DomainType ofType, int first) {
        type = ofType;
        firstMember = first;
    }

    void load(MissingMemory missed) {
        missing = missed;
    }

    void loadDirect(int mapped, int withHoles) {
        directMapped = mapped;
        directHoles = withHoles;
    }

    void loadType(boolean isLazy) {
        lazy = isLazy;
    }

    /** Becomes equal to the domain of the same group in another machine. */
    void copyFrom(DefaultDomain other) {
        exists = other.exists;
        initialiser = other.initialiser;
        type = other.type;
        attachment = other.attachment;
        missing = other.missing;
        firstMember = other.firstMember;
        directMapped = other.directMapped;
        directHoles = other.directHoles;
        lazy = other.lazy;
        iova.copyFrom(other.iova);
        queue.copyFrom(other.queue);
        stale.copyFrom(other.stale);
        live.copyFrom(other.live);
        pageTable.copyFrom(other.pageTable);
    }

    /** Index of the group among those of the machine. */
    public int index() {
        return index;
    }

    /** Name of the group. */
    public String group() {
        return group;
    }

    /** What the {@code type} of the group says. */
    public GroupType groupType() {
        if (type == DomainType.IDENTITY) {
            return GroupType.IDENTITY;
        }
        return lazy ? GroupType.DMA_FQ : GroupType.DMA;
    }

    /** Whether the DMA API translates through it, so that it has an allocator. */
    public DomainType type() {
        return type;
    }

    /** Which domain the devices of the group are attached to: this one, or another. */
    public Attachment attachment() {
        return attachment;
    }

    /** What there was no memory for when it was initialised. */
    public MissingMemory missing() {
        return missing;
    }

    /** Index of the device that is first in the group's list; known while there is one. */
    int firstMember() {
        return firstMember;
    }

    /** Whether the direct regions of a device were mapped one to one since the domain was made. */
    public boolean hasDirectMaps(int device) {
        return (directMapped & 1 << device) != 0;
    }

    /** Whether pages of the direct regions of a device were left out, because something else was mapped there. */
    public boolean hasHoles(int device) {
        return (directHoles & 1 << device) != 0;
    }

    /**
     * Whether its {@code type} says {@code IOMMU_DOMAIN_DMA_FQ}; otherwise {@code IOMMU_DOMAIN_DMA}. Whether ranges are queued, the {@link
     * #queue} tells.
     */
    public boolean isLazy() {
        return lazy;
    }

    public boolean exists() {
        return exists;
    }

    /** Index of the device that initialised the allocator, or {@link #NO_INITIALISER}. */
    public int initialiser() {
        return initialiser;
    }

    /** log2 of the IOMMU's granule in bytes; known whether or not the allocator is initialised. */
    public int granuleShift() {
        return granuleShift;
    }

    public IovaDomain iova() {
        return iova;
    }

    /** Ranges that were unmapped and wait for a flush of the IOTLB. */
    public FlushQueue queue() {
        return queue;
    }

    /** Ranges that were unmapped and may still be in the IOTLB. */
    public StaleTranslations stale() {
        return stale;
    }

    public LiveMappings live() {
        return live;
    }

    /** Its page-table entries; empty where {@link Machine#tracksPtes} says that nobody follows them. */
    public PageTable pageTable() {
        return pageTable;
    }

    // ---- onlookers ----

    /** What somebody who looks on keeps about the domain, {@code null} at first. It is no part of the state and is neither stored nor copied. */
    public @Nullable Object notes() {
        return notes;
    }

    /** Keeps what somebody who looks on has found out about the domain. A machine is of one thread, and so are they. */
    public void keepNotes(Object kept) {
        notes = kept;
    }
}
