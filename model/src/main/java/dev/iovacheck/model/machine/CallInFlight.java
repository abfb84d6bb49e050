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
        SET_UP,
        /** Inside the allocator: {@link IovaCall} knows where. */
        ALLOCATOR,
        GIVE_UP_32BIT,
        NEXT_SEGMENT,
        WRITE_PTES,
        CLEAR_PTES,
        SYNC_IOTLB,
        RESERVE,
        LOCK_RING,
        START_FLUSH,
        FLUSH_IOTLB,
        FINISH_FLUSH,
        FREE_RING,
        QUEUE_ENTRY,
        ARM_TIMER,
        PUBLISH_QUEUE,
        STORE_TYPE
    }

    private final int cpu;
    final IovaCall iova = new IovaCall();

    Stage stage = Stage.IDLE;

    /** Nothing is left of an earlier call. */
    private boolean isFresh;

    Action.Kind kind = Action.Kind.MAP;

    /** Index of the device whose driver is in the call; -1 for the kernel's own. */
    int device = -1;

    /** Index of the domain that the call works on; -1 for a device without a group. */
    int domain = -1;

    /** Which of the device's map sizes; of a list that is mapped segment by segment, that of the segment that it is at. */
    int size;

    /** Which of the device's buffers is mapped or unmapped; 0 where buffers are not told apart. */
    int slot;

    /** Index of the reservation call that is being made, for {@code RESERVE} and {@code ADD}; otherwise 0. */
    int reservation;

    /** First pfn of the range that is being mapped, once it is taken, or unmapped, until it is given back; otherwise 0. */
    long pfn;

    /** How many granules a call that undoes something was told of; otherwise 0. */
    long pages;

    /**
     * How many page-table entries, from {@link #pfn} or that of its part upwards, it has cleared and neither flushed nor queued; only where
     * page tables are followed.
     */
    long cleared;

    /** How many parts of a two-phase mapping are linked, as {@link LiveMappings#linked}. */
    int linked;

    /** The list that it makes or undoes, as {@link LiveMappings#list}; 0 before its first segment is mapped. */
    long list;

    /** Whether the list that it undoes, or the mapping of which it links or unlinks a part, was made in a domain that is gone. */
    boolean ofLostDomain;

    /** Why a map fails that is giving its ranges back; otherwise {@link Cause#NONE}. */
    Cause cause = Cause.NONE;

    /** Whether it is the attempt below 4 GiB of a PCI device. */
    boolean low;

    /** Whether it read a granule of 0, of a domain that nobody has initialised. */
    boolean readNoGranule;

    /** Whether a probe has seen that nobody has initialised its domain, and is going to do it. */
    boolean sawUninitialised;

    /** Whether memory was missing in an earlier step; told only for {@code ADD}, which may go on then. */
    boolean memoryWasMissing;

    /** Whether an unmap has seen a flush queue when it began. */
    boolean lazy;

    /** The ring of the flush queue that it works on, or comes to next. */
    int ring;

    /** Whether it holds the lock of that ring. */
    boolean holdsRing;

    /** How many entries of that ring are still to be freed. */
    int toFree;

    /** Whether an unmap has flushed the IOTLB because its ring was full. */
    boolean flushed;

    /** The range that has left that ring and is being given back to the allocator: lowest pfn, 0 for none. */
    long released;

    /** How many pfns it has. */
    long releasedPages;

    /** Whether its domain was freed under it. */
    boolean orphaned;

    CallInFlight(int cpu) {
        this.cpu = cpu;
    }

    void begin(Action.Kind what, int byDevice, int inDomain) {
        if (!isFresh) {
            end();
        }
        isFresh = false;
        kind = what;
        device = byDevice;
        domain = inDomain;
    }

    void end() {
        isFresh = true;
        stage = Stage.IDLE;
        kind = Action.Kind.MAP;
        device = -1;
        domain = -1;
        size = 0;
        slot = 0;
        reservation = 0;
        pfn = 0;
        pages = 0;
        cleared = 0;
        linked = 0;
        list = 0;
        ofLostDomain = false;
        cause = Cause.NONE;
        low = false;
        readNoGranule = false;
        sawUninitialised = false;
        memoryWasMissing = false;
        lazy = false;
        ring = 0;
        holdsRing = false;
        toFree = 0;
        flushed = false;
        released = 0;
        releasedPages = 0;
        orphaned = false;
        iova.end();
    }

    /** Its domain is freed, with all that it held of it; the next step, whichever it would have been, uses freed memory. */
    void orphan() {
        orphaned = true;
        stage = Stage.FREE_RING;
        flushed = false;
        ring = 0;
        holdsRing = false;
        toFree = 0;
        released = 0;
        releasedPages = 0;
        iova.end();
    }

    void copyFrom(CallInFlight other) {
        isFresh = other.isFresh;
        stage = other.stage;
        kind = other.kind;
        device = other.device;
        domain = other.domain;
        size = other.size;
        slot = other.slot;
        reservation = other.reservation;
        pfn = other.pfn;
        pages = other.pages;
        cleared = other.cleared;
        linked = other.linked;
        list = other.list;
        ofLostDomain = other.ofLostDomain;
        cause = other.cause;
        low = other.low;
        readNoGranule = other.readNoGranule;
        sawUninitialised = other.sawUninitialised;
        memoryWasMissing = other.memoryWasMissing;
        lazy = other.lazy;
        ring = other.ring;
        holdsRing = other.holdsRing;
        toFree = other.toFree;
        flushed = other.flushed;
        released = other.released;
        releasedPages = other.releasedPages;
        orphaned = other.orphaned;
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

    /** Which of the device's map sizes that range has; of a list that is mapped segment by segment, that of its segment. */
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

    /** Why a map fails that is giving its ranges back; otherwise {@link Cause#NONE}. */
    public Cause cause() {
        return cause;
    }

    /** Whether it holds a range that has left a flush queue and is neither in a cache nor back in the tree. */
    public boolean holdsReleased() {
        return released != 0;
    }

    /** Lowest pfn of that range. */
    public long releasedPfn() {
        return released;
    }

    /** Pfns of that range, as they were unmapped: not rounded up. */
    public long releasedPages() {
        return releasedPages;
    }

    /** Whether its domain was freed, so that its next step uses freed memory. */
    public boolean isOrphaned() {
        return orphaned;
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
            case SET_UP -> CallStep.SET_UP;
            case GIVE_UP_32BIT -> CallStep.GIVE_UP_32BIT;
            case NEXT_SEGMENT -> CallStep.NEXT_SEGMENT;
            case WRITE_PTES -> CallStep.WRITE_PTES;
            case CLEAR_PTES -> CallStep.CLEAR_PTES;
            case SYNC_IOTLB -> CallStep.SYNC_IOTLB;
            case RESERVE -> CallStep.RESERVE;
            case LOCK_RING -> CallStep.LOCK_RING;
            case START_FLUSH -> CallStep.START_FLUSH;
            case FLUSH_IOTLB -> CallStep.FLUSH_IOTLB;
            case FINISH_FLUSH -> CallStep.FINISH_FLUSH;
            case FREE_RING -> CallStep.FREE_RING;
            case QUEUE_ENTRY -> CallStep.QUEUE_ENTRY;
            case ARM_TIMER -> CallStep.ARM_TIMER;
            case PUBLISH_QUEUE -> CallStep.PUBLISH_QUEUE;
            case STORE_TYPE -> CallStep.STORE_TYPE;
            case ALLOCATOR ->
                switch (iova.step()) {
                    case NONE, DEPOT_POP -> null; // never between two steps
                    case CACHE_GET -> CallStep.CACHE_GET;
                    case TREE_ALLOC, TREE_ALLOC_AGAIN -> CallStep.TREE_ALLOC;
                    case EMPTY_MAGAZINE, EMPTY_PREV -> CallStep.EMPTY_MAGAZINE;
                    case EMPTY_DEPOT, EMPTY_DEPOT_ON -> CallStep.EMPTY_DEPOT;
                    case CACHE_INSERT -> holdsRing ? CallStep.CACHE_QUEUED : CallStep.CACHE_INSERT;
                    case FREE_MAGAZINE -> CallStep.FREE_MAGAZINE;
                    case TREE_FREE -> holdsRing ? CallStep.FREE_QUEUED : CallStep.TREE_FREE;
                    case TREE_ERASE -> CallStep.TREE_ERASE;
                    case DEPOT_FREE -> CallStep.DEPOT_FREE;
                };
        };
    }
}
