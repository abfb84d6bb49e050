package dev.iovacheck.model.machine;

import dev.iovacheck.model.iova.IovaCall;
import org.jspecify.annotations.Nullable;

/** What a CPU is in the middle of: a call that has begun and not ended, with where it is and what it remembers. */
public final class CallInFlight {

    /** Where a call is; its next step follows. */
    enum Stage {
        /** There is no call. */
        IDLE,
        PROBE_CALLS,
        /** Inside the allocator: {@link IovaCall} knows where. */
        ALLOCATOR,
        GIVE_UP_32BIT,
        WRITE_PTES,
        CLEAR_PTES,
        SYNC_IOTLB,
        RESERVE
    }

    private final int cpu;
    final IovaCall iova = new IovaCall();

    Stage stage = Stage.IDLE;
    Action.Kind kind = Action.Kind.MAP;

    /** Index of the device whose driver is in the call; -1 for the kernel's own. */
    int device = -1;

    /** Index of the domain that the call works on; -1 for a device without a group. */
    int domain = -1;

    /** Which of the device's map sizes. */
    int size;

    /** Which of the device's buffers is mapped or unmapped; 0 where buffers are not told apart. */
    int slot;

    /** Index of the reservation call that is being made, for {@code RESERVE} and {@code ADD}; otherwise 0. */
    int reservation;

    /** First pfn of the range that is being mapped, once it is taken, or unmapped, until it is given back; otherwise 0. */
    long pfn;

    /** How many granules a call that undoes something was told of; otherwise 0. */
    long pages;

    /** How many parts of a two-phase mapping are linked, as {@link LiveMappings#linked}. */
    int linked;

    /** Why a map fails that is giving its range back; otherwise {@link Cause#NONE}. */
    Cause cause = Cause.NONE;

    /** Whether it is the attempt below 4 GiB of a PCI device. */
    boolean low;

    /** Whether it read a granule of 0, of a domain that nobody has initialised. */
    boolean readNoGranule;

    /** Whether memory was missing in an earlier step; told only for {@code ADD}, which may go on then. */
    boolean memoryWasMissing;

    CallInFlight(int cpu) {
        this.cpu = cpu;
    }

    void begin(Action.Kind what, int byDevice, int inDomain) {
        end();
        kind = what;
        device = byDevice;
        domain = inDomain;
    }

    void end() {
        stage = Stage.IDLE;
        kind = Action.Kind.MAP;
        device = -1;
        domain = -1;
        size = 0;
        slot = 0;
        reservation = 0;
        pfn = 0;
        pages = 0;
        linked = 0;
        cause = Cause.NONE;
        low = false;
        readNoGranule = false;
        memoryWasMissing = false;
        iova.end();
    }

    void copyFrom(CallInFlight other) {
        stage = other.stage;
        kind = other.kind;
        device = other.device;
        domain = other.domain;
        size = other.size;
        slot = other.slot;
        reservation = other.reservation;
        pfn = other.pfn;
        pages = other.pages;
        linked = other.linked;
        cause = other.cause;
        low = other.low;
        readNoGranule = other.readNoGranule;
        memoryWasMissing = other.memoryWasMissing;
        iova.copyFrom(other.iova);
    }

    /** Whether there is one. */
    public boolean isInFlight() {
        return stage != Stage.IDLE;
    }

    public int cpu() {
        return cpu;
    }

    /** What was begun. */
    public Action.Kind kind() {
        return kind;
    }

    /** The device whose driver is in the call; -1 for the kernel's own. */
    public int device() {
        return device;
    }

    /** Index of the domain it works on; -1 for a device without a group. */
    public int domain() {
        return domain;
    }

    /** Whether it makes or undoes a mapping, so that its driver counts it among those it holds. */
    public boolean isMapping() {
        return switch (kind) {
            case MAP, UNMAP, LINK, UNLINK -> true;
            default -> false;
        };
    }

    /**
     * Whether it owns the range of a mapping that is not live: one that was taken and not yet returned to the driver, or one that is not
     * yet given back to the allocator.
     */
    public boolean holdsRange() {
        return pfn != 0;
    }

    /** Lowest pfn of that range. */
    public long firstPfn() {
        return pfn;
    }

    /** Which of the device's map sizes that range has. */
    public int size() {
        return size;
    }

    /** How many granules a call that undoes something was told of; otherwise 0. */
    public long pages() {
        return pages;
    }

    /** How many parts of the two-phase mapping that it holds are linked, as {@link LiveMappings#linked}. */
    public int linked() {
        return linked;
    }

    /** Why a map fails that is giving its range back; otherwise {@link Cause#NONE}. */
    public Cause cause() {
        return cause;
    }

    /** How many ranges it has taken out of the caches and not yet given back to the tree. */
    public int heldCount() {
        return iova.heldCount();
    }

    /** Lowest pfn of such a range. */
    public long heldPfn(int index) {
        return iova.heldPfn(index);
    }

    /** Size class of such ranges. */
    public int heldOrder() {
        return iova.heldOrder();
    }

    /** The step that comes next; {@code null} if there is no call. */
    public @Nullable CallStep nextStep() {
        return switch (stage) {
            case IDLE -> null;
            case PROBE_CALLS -> CallStep.PROBE_CALLS;
            case GIVE_UP_32BIT -> CallStep.GIVE_UP_32BIT;
            case WRITE_PTES -> CallStep.WRITE_PTES;
            case CLEAR_PTES -> CallStep.CLEAR_PTES;
            case SYNC_IOTLB -> CallStep.SYNC_IOTLB;
            case RESERVE -> CallStep.RESERVE;
            case ALLOCATOR ->
                switch (iova.step()) {
                    case NONE, DEPOT_POP -> null; // never between two steps
                    case CACHE_GET -> CallStep.CACHE_GET;
                    case TREE_ALLOC, TREE_ALLOC_AGAIN -> CallStep.TREE_ALLOC;
                    case EMPTY_MAGAZINE, EMPTY_PREV -> CallStep.EMPTY_MAGAZINE;
                    case EMPTY_DEPOT, EMPTY_DEPOT_ON -> CallStep.EMPTY_DEPOT;
                    case CACHE_INSERT -> CallStep.CACHE_INSERT;
                    case FREE_MAGAZINE -> CallStep.FREE_MAGAZINE;
                    case TREE_FREE -> CallStep.TREE_FREE;
                    case DEPOT_FREE -> CallStep.DEPOT_FREE;
                };
        };
    }
}
