package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.TakenBranches;
import org.jspecify.annotations.Nullable;

/**
 * The default domain of an IOMMU group with its allocator and the mappings drivers hold in it. It exists while the group has a device;
 * all devices of the group share it (derived).
 */
public final class DefaultDomain {

    /** No device has initialised the allocator. */
    public static final int NO_INITIALISER = -1;

    private final int index;
    private final String group;
    private final int granuleShift;
    private final boolean lazy;
    private final IovaDomain iova;
    private final TakenBranches branches;
    private final LiveMappings live = new LiveMappings();
    private final PageTable pageTable = new PageTable();
    private boolean exists;
    private int initialiser = NO_INITIALISER;

    DefaultDomain(int index, String group, int granuleShift, boolean lazy, IovaDomain iova, TakenBranches branches) {
        this.index = index;
        this.group = group;
        this.granuleShift = granuleShift;
        this.lazy = lazy;
        this.iova = iova;
        this.branches = branches;
    }

    /** The first device of the group appeared: the domain has a zeroed cookie, the allocator is not initialised (derived). */
    void create() {
        exists = true;
    }

    /** The last device of the group is gone: everything in the domain goes with it (derived). */
    void destroy() {
        exists = false;
        initialiser = NO_INITIALISER;
        iova.zero();
        live.clear();
        pageTable.clear();
    }

    /**
     * {@code iommu_dma_init_domain}: the first device to get here sets granule, {@code start_pfn} and reservations for all; every later
     * one is only compared with it, and its reserved regions are not looked at (derived).
     *
     * @return the error with which the device stays without IOMMU DMA ops, or {@code null}
     */
    @Nullable
    Errno initialise(DeviceSetup setup, @Nullable Defect defect, Outcome outcome) {
        if (setup.rangeOutsideAperture()) {
            branches.take(Branch.INIT_OUTSIDE_APERTURE);
            return Errno.EFAULT;
        }
        if (iova.isInitialised()) {
            boolean agrees = iova.startPfn() == setup.basePfn();
            branches.take(agrees ? Branch.INIT_AGAIN : Branch.INIT_DIFFERENT);
            return agrees ? null : Errno.EFAULT;
        }
        branches.take(Branch.INIT_FIRST);
        iova.init(granuleShift, setup.basePfn());
        initialiser = setup.device().index();
        if (defect == Defect.REGIONS_NOT_RESERVED) {
            return null;
        }
        for (Extent region : setup.reservedRegions().subList(0, setup.reservedAtProbe())) {
            // The kernel does not look at the result either: a reservation that fails here is silently missing.
            iova.reserveIova(region.first() >>> granuleShift, region.last() >>> granuleShift);
            outcome.warnings(iova.warnings());
        }
        if (setup.windowsOverlap()) {
            // Granule and start_pfn stay: the next device finds the domain initialised and gets 0.
            branches.take(Branch.INIT_WINDOWS_OVERLAP);
            return Errno.EINVAL;
        }
        return null;
    }

    void load(boolean isThere, int initialisedBy) {
        exists = isThere;
        initialiser = initialisedBy;
    }

    /** Becomes equal to the domain of the same group in another machine. */
    void copyFrom(DefaultDomain other) {
        exists = other.exists;
        initialiser = other.initialiser;
        iova.copyFrom(other.iova);
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

    /** Whether it is of type {@code IOMMU_DOMAIN_DMA_FQ}; otherwise {@code IOMMU_DOMAIN_DMA}. */
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

    public LiveMappings live() {
        return live;
    }

    /** Its page-table entries; empty where {@link Machine#tracksPtes} says that nobody follows them. */
    public PageTable pageTable() {
        return pageTable;
    }
}
