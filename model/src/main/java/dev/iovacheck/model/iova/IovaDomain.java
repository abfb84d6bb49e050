package dev.iovacheck.model.iova;

import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.kernel.TakenBranches;
import org.jspecify.annotations.Nullable;

/**
 * The IOVA allocator of one domain: {@code struct iova_domain} and the functions of {@code drivers/iommu/iova.c}, call by call, with
 * the results and the state of the kernel's own (recorded for 6.1.192 and 7.1-rc4).
 *
 * <p>All numbers are pfns of the IOMMU's granule, unsigned, unless said otherwise; arithmetic is modulo 2^64 as in the kernel.
 * A call's range result stands in {@link #resultLo} and {@link #resultHi} afterwards, so that no call allocates anything.
 *
 * <p>Not here: locks (a method is one atomic step; {@link IovaCall} has the steps of the longer ones), owners of ranges (the kernel has none either), and page tables.
 */
public final class IovaDomain {

    /** How the nodes of the tree are kept. */
    public enum Nodes {
        /** As a sorted list: compact and canonical; right until {@link IovaDomain#illFormed}. */
        SORTED,
        /** As the kernel's red-black tree with its shape: always right. */
        RED_BLACK
    }

    private static final long TOP = -1L;

    private final KernelProfile profile;
    private final int cpus;
    private final int depotLimit;
    private final @Nullable Defect defect;
    private final boolean retryWraps;
    private final boolean looksAboveHint;
    private final boolean limitUnderflows;
    private final boolean missesStart;
    private final boolean keepsDepots;
    private final boolean neverTrims;
    private final boolean rounds;
    private final boolean haltsOnMiss;
    private final boolean erasesApart;
    private final IovaTree tree;
    private final RangeCaches caches;
    private final TakenBranches branches;

    private int granuleShift;
    private long startPfn;
    private long dma32Pfn;
    private long max32AllocSize;
    private boolean initialised;
    private boolean illFormed;
    private int online;
    private int pendingDepotWork;

    private boolean memoryFails;
    private boolean memoryFailed;

    private long resultLo;
    private long resultHi;

    // What the last search has found: its first pfn, and the node above it.
    private long foundLo;
    private int foundBelow;
    private boolean foundPastZero;

    /** Where branches of a search go that only asks. */
    private final TakenBranches unnoticed = new TakenBranches();

    /** The call that runs without a break. */
    private final IovaCall whole = new IovaCall();

    /** Size classes in which anything is ever cached; looking at the others changes nothing. */
    private int usedOrders = (1 << AllocatorConstants.ORDERS) - 1;

    /** A zeroed domain: not initialised, all CPUs online. */
    public IovaDomain(AllocatorConstants constants, Nodes nodes) {
        this(constants, nodes, null, new TakenBranches());
    }

    /**
     * A zeroed domain.
     *
     * @param defect a mistake planted into it; {@code null} for none
     * @param branches told which branches of the kernel's functions are taken
     */
    public IovaDomain(AllocatorConstants constants, Nodes nodes, @Nullable Defect defect, TakenBranches branches) {
        this.defect = defect;
        this.branches = branches;
        retryWraps = constants.has(KernelBug.B01) || defect == Defect.RETRY_WRAPS_TO_ZERO;
        looksAboveHint = !constants.has(KernelBug.B02) && defect != Defect.SECOND_PASS_LEFT_OUT;
        limitUnderflows = constants.has(KernelBug.B04A);
        missesStart = constants.has(KernelBug.B04B);
        keepsDepots = constants.has(KernelBug.B05);
        neverTrims = constants.has(KernelBug.B11B);
        rounds = !constants.has(KernelBug.B12) && defect != Defect.SIZE_NOT_ROUNDED;
        haltsOnMiss = constants.has(KernelBug.B08);
        erasesApart = constants.has(KernelBug.B07);
        profile = constants.profile();
        cpus = constants.cpus();
        depotLimit = constants.depotSize();
        tree = nodes == Nodes.SORTED ? new SortedNodes() : new RedBlackNodes();
        caches = new RangeCaches(constants, branches);
        online = (1 << cpus) - 1;
        zero();
    }

    /**
     * As {@code kzalloc} leaves it: granule and {@code start_pfn} are 0, which is how the kernel tells an uninitialised domain. CPUs
     * stay as they are.
     */
    public void zero() {
        tree.zero();
        caches.clear();
        granuleShift = 0;
        startPfn = 0;
        dma32Pfn = 0;
        max32AllocSize = 0;
        initialised = false;
        illFormed = false;
        pendingDepotWork = 0;
        tree.crashed = false;
        tree.hung = false;
        tree.warnings = 0;
    }

    /**
     * {@code init_iova_domain} and {@code iova_domain_init_rcaches}. Nodes that were there before are forgotten, not merged (1.1,
     * recorded).
     *
     * @param shift log2 of the granule in bytes, 1..31
     * @param start lowest pfn that the tree search hands out
     */
    public void init(int shift, long start) {
        zero();
        tree.clear();
        granuleShift = shift;
        startPfn = start;
        dma32Pfn = 1L << (32 - shift);
        max32AllocSize = dma32Pfn;
        initialised = true;
    }

    /** Becomes equal to another domain of the same constants, as far as a future call can tell. */
    public void copyFrom(IovaDomain other) {
        tree.copyFrom(other.tree);
        caches.copyFrom(other.caches);
        granuleShift = other.granuleShift;
        startPfn = other.startPfn;
        dma32Pfn = other.dma32Pfn;
        max32AllocSize = other.max32AllocSize;
        initialised = other.initialised;
        illFormed = other.illFormed;
        online = other.online;
        pendingDepotWork = other.pendingDepotWork;
    }

    // ---- the tree ----

    /**
     * {@code alloc_iova}: the highest fitting range as the hints allow, in {@link #resultLo} and {@link #resultHi}.
     *
     * @param limitPfn highest usable pfn, inclusive
     * @param sizeAligned whether the range must start at a multiple of the next power of two
     * @return false if nothing fits, or if there is no memory for the node
     */
    public boolean allocIova(long size, long limitPfn, boolean sizeAligned) {
        begin();
        return allocFromTree(size, limitPfn, sizeAligned);
    }

    private boolean allocFromTree(long size, long limitPfn, boolean sizeAligned) {
        if (!memory()) {
            branches.take(Branch.ALLOC_NO_MEMORY);
            return false;
        }
        return allocAndInsertRange(size, limitPfn + 1, sizeAligned);
    }

    /** {@code __alloc_and_insert_iova_range} (recorded). {@code limit} is exclusive. */
    private boolean allocAndInsertRange(long size, long limit, boolean sizeAligned) {
        long mask = sizeAligned ? alignment(size) : -1L;
        boolean below4G = below(limit, dma32Pfn) || limit == dma32Pfn;
        if (below4G && !below(size, max32AllocSize)) {
            branches.take(Branch.SEARCH_REFUSED_EARLY);
            return false;
        }
        if (!search(size, limit, mask, below4G, branches)) {
            if (!tree.crashed) {
                max32AllocSize = size;
            }
            return false;
        }
        return insertAllocated(foundBelow, foundLo, foundLo + size - 1);
    }

    /**
     * Whether the search itself would find an aligned range of this size below 4 GiB or anywhere else, as it would begin now: from the
     * hint, then from the limit down to the hint. Changes nothing, and does not ask {@link #max32AllocSize}.
     *
     * @param size granules as {@code alloc_iova_fast} asks for them, rounded
     * @param limitPfn highest usable pfn, inclusive
     */
    public boolean wouldFind(long size, long limitPfn) {
        boolean crashed = tree.crashed;
        boolean hung = tree.hung;
        long limit = limitPfn + 1;
        boolean found = search(size, limit, alignment(size), !below(dma32Pfn, limit), unnoticed);
        tree.crashed = crashed;
        tree.hung = hung;
        return found;
    }

    // Shift counts are taken modulo 64 here as on x86-64, which is what the recordings show for size 0.
    private static long alignment(long size) {
        return -1L << (64 - Long.numberOfLeadingZeros(size - 1));
    }

    /**
     * The two passes of the search.
     *
     * @param limit exclusive
     * @param mask which bits the first pfn may have
     * @param taken told of branches
     * @return false if nothing was found, or if the tree broke; otherwise the range starts at {@link #foundLo}
     */
    private boolean search(long size, long limit, long mask, boolean below4G, TakenBranches taken) {
        int hint = below4G ? tree.cached32 : tree.cached;
        if (hint == IovaTree.NONE) {
            // Nobody initialised the domain, or somebody freed the anchor.
            taken.take(Branch.SEARCH_WITHOUT_HINT);
            tree.crashed = true;
            return false;
        }
        taken.take(below4G ? Branch.SEARCH_FROM_CACHED32 : Branch.SEARCH_FROM_CACHED);
        long retryPfn = tree.hi(hint);
        long low = startPfn;
        boolean secondPass = false;
        int curr = hint;
        while (true) {
            long high = limit;
            long candidate;
            int above;
            do {
                high = min(high, tree.lo(curr));
                candidate = (high - size) & mask;
                above = curr;
                curr = tree.previous(curr);
            } while (curr != IovaTree.NONE && goesOn(tree.hi(curr), high, size, candidate, low));
            if (fits(curr, high, size, candidate, low)) {
                taken.take(secondPass ? Branch.SEARCH_SECOND_PASS_FITS : Branch.SEARCH_FIRST_PASS_FITS);
                foundBelow = above;
                // Past 0 the space goes on at its other end. The kernels that did so had no anchor there.
                foundLo = foundPastZero ? (TOP - size) & mask : candidate;
                return true;
            }
            boolean nothingAboveHint = retryWraps ? !below(retryPfn + 1, limit) : !below(retryPfn, limit);
            if (low != startPfn || nothingAboveHint || !looksAboveHint) {
                taken.take(secondPass ? Branch.SEARCH_FAILS_TWICE : Branch.SEARCH_FAILS_AT_ONCE);
                return false;
            }
            if (secondPass) {
                // Its lower end is start_pfn again (the hint is an inverted node that ends just below), so it is taken
                // for a first
                // pass, now and for ever, with the tree lock held.
                taken.take(Branch.SEARCH_NEVER_ENDS);
                tree.crashed = true;
                tree.hung = true;
                return false;
            }
            // Second pass: what lies above the hint.
            secondPass = true;
            low = retryPfn + 1;
            taken.take(below4G ? Branch.LIMIT_SEARCHED : Branch.LIMIT_ANCHOR);
            curr = below4G ? tree.findLimit(limit) : IovaTree.ANCHOR;
            if (tree.crashed) {
                return false;
            }
        }
    }

    /** Whether the walk visits the node that ends at {@code hi}, since the candidate, below {@code high}, is not the last one yet. */
    private boolean goesOn(long hi, long high, long size, long candidate, long low) {
        if (limitUnderflows) {
            return below(high, size) || !below(hi, candidate); // down to the lowest node, past start_pfn
        }
        return !below(hi, candidate) && !below(candidate, low);
    }

    /** Whether the candidate at which the walk has ended will do; {@code below} is the node below it. */
    private boolean fits(int below, long high, long size, long candidate, long low) {
        foundPastZero = below == IovaTree.NONE && limitUnderflows && high == 0;
        if (foundPastZero) {
            return true;
        }
        if (below == IovaTree.NONE && missesStart && candidate == startPfn) {
            return false;
        }
        return !below(high, size) && !below(candidate, low);
    }

    private boolean insertAllocated(int above, long lo, long hi) {
        int node = tree.insert(above, lo, hi);
        if (tree.crashed) {
            return false;
        }
        // A range of no pages is inverted; at pfn 0 it even covers everything.
        illFormed |= hi == lo - 1 || tree.refused || foundPastZero;
        tookRefusal();
        if (below(hi, dma32Pfn)) {
            branches.take(Branch.INSERT_SETS_CACHED32);
            tree.cached32 = node;
        } else {
            branches.take(Branch.INSERT_SETS_CACHED);
            tree.cached = node;
        }
        resultLo = lo;
        resultHi = hi;
        return true;
    }

    /** {@code find_iova}: the node that holds the pfn, in {@link #resultLo} and {@link #resultHi}; false if there is none. */
    public boolean findIova(long pfn) {
        begin();
        int node = tree.find(pfn);
        if (node == IovaTree.NONE) {
            return false;
        }
        resultLo = tree.lo(node);
        resultHi = tree.hi(node);
        return true;
    }

    /** {@code free_iova}: removes the whole node that holds the pfn, whoever owns it; nothing if there is none (recorded). */
    public void freeIova(long pfn) {
        begin();
        freeFromTree(pfn);
    }

    private void freeFromTree(long pfn) {
        int node = tree.find(pfn);
        if (node == IovaTree.NONE) {
            branches.take(Branch.FREE_NOT_FOUND);
        } else {
            branches.take(Branch.FREE_FOUND);
            remove(node);
        }
    }

    private void tookRefusal() {
        if (tree.refused) {
            branches.take(Branch.INSERT_EQUAL);
        }
    }

    /** {@code remove_iova} with {@code __cached_rbnode_delete_update}: the hints move up before the node goes (recorded). */
    private void remove(int node) {
        if (tree.cached == IovaTree.NONE || tree.cached32 == IovaTree.NONE) {
            tree.crashed = true;
            return;
        }
        // find_iova finds the anchor as well, and nothing keeps it from being freed.
        illFormed |= node == IovaTree.ANCHOR;
        long lo = tree.lo(node);
        if (node == tree.cached32 || (below(tree.hi(node), dma32Pfn) && !below(lo, tree.lo(tree.cached32)))) {
            branches.take(Branch.DELETE_MOVES_CACHED32);
            tree.cached32 = tree.next(node);
        } else {
            branches.take(Branch.DELETE_LEAVES_CACHED32);
        }
        if (below(lo, dma32Pfn) && defect != Defect.REFUSAL_NOT_FORGOTTEN) {
            branches.take(Branch.DELETE_RESETS_MAX32);
            max32AllocSize = dma32Pfn;
        } else {
            branches.take(Branch.DELETE_LEAVES_MAX32);
        }
        if (!below(lo, tree.lo(tree.cached))) {
            branches.take(Branch.DELETE_MOVES_CACHED);
            tree.cached = tree.next(node);
        } else {
            branches.take(Branch.DELETE_LEAVES_CACHED);
        }
        tree.erase(node);
    }

    /**
     * {@code reserve_iova}: makes sure, in its own way, that {@code lo..hi} (inclusive) is covered by nodes. Nodes in the way are grown
     * downwards or trusted to cover their part, whoever they belong to; {@code hi} below {@code lo} is not refused (recorded).
     *
     * @return false for pfns beyond the address space (with a warning) or without memory; growth that happened before stays.
     *     Otherwise the returned node is in {@link #resultLo} and {@link #resultHi}
     */
    public boolean reserveIova(long lo, long hi) {
        begin();
        if (below(TOP >>> granuleShift, lo | hi)) {
            tree.warnings++;
            return false;
        }
        long from = lo;
        boolean seen = false;
        for (int node = tree.first(); node != IovaTree.NONE; node = tree.next(node)) {
            boolean overlaps = !below(tree.hi(node), from)
                    && !below(hi, tree.lo(node))
                    && defect != Defect.RESERVE_IGNORES_OVERLAP;
            if (overlaps) {
                if (below(from, tree.lo(node))) {
                    branches.take(Branch.RESERVE_GROWS_NODE);
                    tree.growDownTo(node, from);
                }
                if (below(tree.hi(node), hi)) {
                    branches.take(Branch.RESERVE_TRIMMED);
                    from = tree.hi(node) + 1;
                }
                if (!below(from, tree.lo(node)) && !below(tree.hi(node), hi)) {
                    branches.take(Branch.RESERVE_COVERED);
                    resultLo = tree.lo(node);
                    resultHi = tree.hi(node);
                    return true;
                }
                seen = true;
            } else if (seen) {
                break;
            }
        }
        if (!memory()) {
            branches.take(Branch.RESERVE_NO_MEMORY);
            return false;
        }
        branches.take(seen ? Branch.RESERVE_REST_NEW_NODE : Branch.RESERVE_NEW_NODE);
        // Even a node that is refused here is returned as success.
        tree.insert(IovaTree.NONE, from, hi);
        illFormed |= below(hi, from) || tree.refused;
        tookRefusal();
        resultLo = from;
        resultHi = hi;
        return true;
    }

    // ---- the fast path ----

    /**
     * {@code alloc_iova_fast}: first from this CPU's magazines, then from the tree, at last from the tree after all caches of online
     * CPUs and the depots were emptied into it (recorded).
     *
     * @param limitPfn highest usable pfn, inclusive
     * @param flushRcache whether to empty the caches on failure
     * @return lowest pfn of the range; 0 for failure
     */
    public long allocIovaFast(int cpu, long size, long limitPfn, boolean flushRcache) {
        begin();
        whole.beginAlloc(cpu, size, limitPfn, flushRcache);
        run(whole);
        return whole.pfn();
    }

    /** Takes a call to its end without a break. */
    private void run(IovaCall call) {
        while (call.step() != IovaCall.Step.NONE) {
            call.advance(this);
        }
    }

    /**
     * Makes one atomic step of a call, during which no other CPU can see or change what the step works on; {@link #warnings} and the
     * range result are then those of the step.
     */
    public void advance(IovaCall call) {
        begin();
        call.advance(this);
    }

    /** A call has taken a branch of its own. */
    void take(Branch branch) {
        branches.take(branch);
    }

    /** Sizes below the largest cached one are rounded up to a power of two; so are the ranges that caches hold. */
    private long rounded(long size) {
        return rounds && below(size, 1L << (AllocatorConstants.ORDERS - 1)) ? roundUpToPowerOfTwo(size) : size;
    }

    /** {@code iova_rcache_get} for a request of {@code alloc_iova_fast}: a cached range at or below the limit, or 0 (recorded). */
    long cacheGet(int cpu, long size, long limitPfn) {
        long rounded = rounded(size);
        int order = order(rounded);
        long bound = defect == Defect.CACHE_IGNORES_LIMIT ? TOP : limitPfn + 1 - rounded;
        long pfn = caches.get(order, cpu, bound);
        branches.take(pfn == 0 ? Branch.FAST_CACHE_MISS : Branch.FAST_CACHE_HIT);
        if (pfn != 0) {
            resultLo = pfn;
            if (defect == Defect.CACHE_KEEPS_WHAT_IT_GIVES) {
                caches.push(order, cpu, pfn);
            }
        }
        return pfn;
    }

    /** {@code alloc_iova} for a request of {@code alloc_iova_fast}. */
    boolean allocRounded(long size, long limitPfn) {
        return allocFromTree(rounded(size), limitPfn, defect != Defect.ALIGNMENT_IGNORED);
    }

    /**
     * {@code free_iova_fast}: the pfn goes into a magazine of this CPU as it is, without a look at the tree; ranges of more than 32
     * pfns, and those no magazine takes, go back to the tree (recorded).
     */
    public void freeIovaFast(int cpu, long pfn, long size) {
        begin();
        whole.beginFree(cpu, pfn, size);
        run(whole);
    }

    /**
     * {@code free_iova} for a range that no magazine takes.
     *
     * @return whether that is all; otherwise the node was found and is to be {@linkplain #eraseFound erased} under a lock that is taken
     *     once more
     */
    boolean freeUncached(long pfn, long size) {
        boolean cached = order(size) < AllocatorConstants.ORDERS;
        if (!cached && defect == Defect.LARGE_RANGES_NOT_FREED) {
            return true;
        }
        branches.take(cached ? Branch.FREE_FAST_NOT_TAKEN : Branch.FREE_FAST_TOO_LARGE);
        if (erasesApart && tree.find(pfn) != IovaTree.NONE) {
            return false;
        }
        freeFromTree(pfn);
        return true;
    }

    /** Erases the node of a pfn that was found before. If it is gone meanwhile, so is its memory, and erasing it crashes. */
    void eraseFound(long pfn) {
        if (tree.find(pfn) == IovaTree.NONE) {
            tree.crashed = true;
        } else {
            freeFromTree(pfn);
        }
    }

    /**
     * {@code __iova_rcache_insert} (recorded). A full magazine for which a 6.1 depot has no room is left with the call: its ranges go
     * back to the tree after the lock of the magazines was dropped.
     *
     * @return false if there is no memory for a magazine, and the pfn is in none
     */
    boolean cacheInsert(int order, int cpu, long pfn, IovaCall call) {
        if (caches.push(order, cpu, pfn)) {
            return true;
        }
        if (!memory()) {
            branches.take(Branch.PUT_NO_MEMORY);
            return false;
        }
        if (!profile.depotIsBounded()) {
            branches.take(Branch.PUT_LOADED_TO_DEPOT);
            caches.loadedToDepot(order, cpu);
            pendingDepotWork |= neverTrims ? 0 : 1 << order;
        } else if (caches.depotSize(order) < depotLimit) {
            branches.take(Branch.PUT_LOADED_TO_DEPOT);
            caches.loadedToDepot(order, cpu);
        } else {
            branches.take(Branch.PUT_DEPOT_IS_FULL);
            for (int index = 0; index < caches.capacity(); index++) {
                call.hold(caches.pfn(order, cpu, true, index));
            }
            caches.dropMagazine(order, cpu, true);
        }
        return caches.push(order, cpu, pfn);
    }

    /** {@code free_cpu_cached_iovas}: empties both magazines of a CPU, all orders, into the tree. */
    public void freeCpuCachedIovas(int cpu) {
        begin();
        whole.beginEmptyCpu(this, cpu);
        run(whole);
    }

    /** {@code free_global_cached_iovas}: empties all depots into the tree. */
    public void freeGlobalCachedIovas() {
        begin();
        whole.beginEmptyDepots(this);
        run(whole);
    }

    /** {@code iova_magazine_free_pfns} for a magazine of a CPU: one hold of the lock of the tree. */
    void emptyMagazine(int order, int cpu, boolean loaded) {
        for (int index = 0, size = caches.size(order, cpu, loaded); index < size; index++) {
            freeCached(caches.pfn(order, cpu, loaded, index));
        }
        caches.dropMagazine(order, cpu, loaded);
    }

    /** The same for the magazine of a depot that comes first: 6.1 walks its array, 7.1 pops from its list. Nothing if it is empty. */
    void freeDepotMagazine(int order) {
        int magazines = caches.depotSize(order);
        if (magazines == 0) {
            return;
        }
        int magazine = profile.depotIsBounded() ? 0 : magazines - 1;
        for (int index = 0; index < caches.capacity(); index++) {
            freeCached(caches.depotPfn(order, magazine, index));
        }
        caches.dropFromDepot(order, magazine);
    }

    /** One pfn of {@code iova_magazine_free_pfns}: the node that holds it goes, grown or not; a miss is a warning. */
    void freeCached(long pfn) {
        if (tree.crashed) {
            return;
        }
        int node = tree.find(pfn);
        if (node == IovaTree.NONE) {
            branches.take(Branch.FLUSH_NOT_FOUND);
            tree.warnings++;
            tree.crashed = haltsOnMiss;
        } else {
            branches.take(Branch.FLUSH_FOUND);
            remove(node);
        }
    }

    /**
     * One run of the 7.1 depot worker for an order: frees one magazine while the depot holds more than there are online CPUs, and is
     * pending again if it did ({@code iova_depot_work_func}, recorded).
     *
     * @return whether a magazine was freed
     */
    public boolean depotWork(int order) {
        begin();
        whole.beginDepotWork(order);
        whole.advance(this);
        boolean found = whole.step() != IovaCall.Step.NONE;
        run(whole);
        return found;
    }

    /** Whether a request that finds no space leaves depots as they are. */
    boolean keepsDepots() {
        return keepsDepots;
    }

    /** The run begins; the magazine that came last into the depot is left with the call if there are more than online CPUs. */
    boolean depotPop(int order, IovaCall call) {
        pendingDepotWork &= ~(1 << order);
        int magazine = caches.depotSize(order) - 1;
        if (magazine < Integer.bitCount(online)) {
            branches.take(Branch.DEPOT_WORK_RESTS);
            return false;
        }
        branches.take(Branch.DEPOT_WORK_TRIMS);
        if (defect == Defect.DEPOT_WORKER_FREES_NOTHING) {
            return true;
        }
        for (int index = 0; index < caches.capacity(); index++) {
            call.hold(caches.depotPfn(order, magazine, index));
        }
        caches.dropFromDepot(order, magazine);
        return true;
    }

    void scheduleDepotWork(int order) {
        pendingDepotWork |= 1 << order;
    }

    /** {@code iova_cpuhp_dead}: the CPU is offline, and its magazines are emptied into the tree; depots stay. */
    public void cpuDead(int cpu) {
        begin();
        online &= ~(1 << cpu);
        if (initialised) {
            whole.beginEmptyCpu(this, cpu);
            run(whole);
        }
    }

    /** Says which CPUs are online (bit {@code cpu}), without a hotplug callback. */
    public void setOnline(int cpuMask) {
        online = cpuMask;
    }

    /** The CPU is online again. */
    public void cpuOnline(int cpu) {
        begin();
        online |= 1 << cpu;
    }

    // ---- memory ----

    /** Whether atomic allocations (nodes, magazines) fail from now on. */
    public void setMemoryFails(boolean fails) {
        memoryFails = fails;
        memoryFailed = false;
    }

    /** Whether an allocation has failed since {@link #setMemoryFails}. */
    public boolean memoryFailed() {
        return memoryFailed;
    }

    /** {@code alloc_iova_fast} and the like ask here, and so does who allocates something else for the domain. */
    public boolean memory() {
        memoryFailed |= memoryFails;
        return !memoryFails;
    }

    // ---- helpers ----

    private void begin() {
        tree.warnings = 0;
        resultLo = 0;
        resultHi = 0;
    }

    private static boolean below(long a, long b) {
        return IovaTree.below(a, b);
    }

    private static long min(long a, long b) {
        return below(a, b) ? a : b;
    }

    /** {@code roundup_pow_of_two}; 0 gives 1 as on x86-64. */
    private static long roundUpToPowerOfTwo(long size) {
        return 1L << (64 - Long.numberOfLeadingZeros(size - 1));
    }

    /** {@code order_base_2}: the size class of a request, 0 for sizes 0 and 1. Below {@link AllocatorConstants#ORDERS} if cached. */
    public static int order(long size) {
        return size == 0 ? 0 : 64 - Long.numberOfLeadingZeros(size - 1);
    }

    // ---- views ----

    /** Lower end of the last call's range result. */
    public long resultLo() {
        return resultLo;
    }

    /** Upper end of the last call's range result, inclusive. */
    public long resultHi() {
        return resultHi;
    }

    /** How often the kernel would have warned during the last call. */
    public int warnings() {
        return tree.warnings;
    }

    /**
     * Whether the last call did not return: it followed a NULL pointer or, if {@link #hung}, never ended. The domain cannot be used
     * any more.
     */
    public boolean crashed() {
        return tree.crashed;
    }

    /** Whether the last call never ended: its search repeats itself with the tree lock held and interrupts off. */
    public boolean hung() {
        return tree.hung;
    }

    /**
     * Whether a node with {@code hi} below {@code lo} was inserted, a node was not linked, or the anchor was freed, since initialisation;
     * in a state that was read back, whether that still shows. From then on the shape of the tree matters, and only {@link
     * Nodes#RED_BLACK} gives the kernel's results.
     */
    public boolean illFormed() {
        return illFormed;
    }

    public boolean isInitialised() {
        return initialised;
    }

    /** log2 of the granule in bytes; 0 before initialisation, when bytes are taken for pfns (N6). */
    public int granuleShift() {
        return granuleShift;
    }

    public long startPfn() {
        return startPfn;
    }

    /** {@code dma_32bit_pfn}: first pfn at or above 4 GiB. */
    public long dma32Pfn() {
        return dma32Pfn;
    }

    /** {@code max32_alloc_size}: requests of this size or more, below 4 GiB, are refused without a search. */
    public long max32AllocSize() {
        return max32AllocSize;
    }

    public boolean isOnline(int cpu) {
        return (online & 1 << cpu) != 0;
    }

    /** Number of possible CPUs. */
    int cpus() {
        return cpus;
    }

    /** Says in which size classes (bit n for class n) ranges will ever be cached. All, if nobody says so. */
    public void setUsedOrders(int orderMask) {
        usedOrders = orderMask;
    }

    /** The first used size class from {@code order} on; {@link AllocatorConstants#ORDERS} if there is none. */
    int nextUsedOrder(int order) {
        int next = order;
        while (next < AllocatorConstants.ORDERS && (usedOrders & 1 << next) == 0) {
            next++;
        }
        return next;
    }

    /** Bit {@code order} is set while the depot worker of that order is scheduled; always 0 in 6.1. */
    public int pendingDepotWork() {
        return pendingDepotWork;
    }

    // Nodes are visited by handles: firstNode, nextNode, ... until the anchor or noNode. A handle is good until the
    // next call.

    /** What stands for "no node" among handles. */
    public static int noNode() {
        return IovaTree.NONE;
    }

    /** The node with the lowest place in the tree; the anchor if there is none, {@link #noNode} in an empty zeroed domain. */
    public int firstNode() {
        return tree.first();
    }

    public int nextNode(int node) {
        return tree.next(node);
    }

    public boolean isAnchor(int node) {
        return node == IovaTree.ANCHOR;
    }

    /** Whether a visit goes on: the handle is of a node proper, neither the anchor nor {@link #noNode}. */
    public boolean isNode(int node) {
        return node > IovaTree.ANCHOR;
    }

    public long nodeLo(int node) {
        return tree.lo(node);
    }

    /** Inclusive; below {@link #nodeLo} for an inverted node. */
    public long nodeHi(int node) {
        return tree.hi(node);
    }

    /** Nodes in the tree, without the anchor. */
    public int nodeCount() {
        return tree.count();
    }

    /** {@code cached32_node}, or {@link #noNode} before initialisation. */
    public int cached32Node() {
        return tree.cached32;
    }

    /** {@code cached_node}, or {@link #noNode} before initialisation. */
    public int cachedNode() {
        return tree.cached;
    }

    /** Whether the node is in the tree; a hint may point at one that never got there. */
    public boolean isLinked(int node) {
        return tree.isLinked(node);
    }

    /** The node that a search for the pfn finds, or {@link #noNode}. */
    public int nodeOf(long pfn) {
        return tree.find(pfn);
    }

    /** pfns cached in an order, in all magazines and the depot. */
    public int cachedCount(int order) {
        return caches.count(order);
    }

    /** How many ranges are cached, in all magazines and depots of all orders. */
    public int cachedCount() {
        return caches.count();
    }

    /** Lowest pfn of a cached range, in an order that stays until the next call. */
    public long cachedPfn(int range) {
        return caches.pfn(range);
    }

    /** Size class of a cached range. */
    public int cachedOrder(int range) {
        return caches.order(range);
    }

    /** Whether a magazine or depot holds this very pfn. */
    public boolean isCached(long pfn) {
        return caches.holds(pfn);
    }

    /** pfns that a magazine can hold. */
    public int magazineCapacity() {
        return caches.capacity();
    }

    /** pfns in a CPU's {@code loaded} or else {@code prev} magazine of an order. */
    public int magazineSize(int order, int cpu, boolean loaded) {
        return caches.size(order, cpu, loaded);
    }

    /** The pfn at a place of a magazine; 0 is the bottom of the stack. */
    public long magazinePfn(int order, int cpu, boolean loaded, int index) {
        return caches.pfn(order, cpu, loaded, index);
    }

    /** Full magazines in the depot of an order. */
    public int depotSize(int order) {
        return caches.depotSize(order);
    }

    /** A pfn of a depot's magazine; magazine 0 is the oldest, the last one is taken out next. */
    public long depotPfn(int order, int magazine, int index) {
        return caches.depotPfn(order, magazine, index);
    }

    /** The tree with its shape, for a domain kept as {@link Nodes#RED_BLACK}. */
    public TreeShape shape() {
        if (tree instanceof RedBlackNodes nodes) {
            return new TreeShape(nodes);
        }
        throw new IllegalStateException("a sorted list has no shape");
    }

    IovaTree tree() {
        return tree;
    }

    RangeCaches caches() {
        return caches;
    }

    void loadMax32AllocSize(long size) {
        max32AllocSize = size;
    }

    void loadIllFormed(boolean isIllFormed) {
        illFormed = isIllFormed;
    }

    void loadPendingDepotWork(int orders) {
        pendingDepotWork = orders;
    }

    // ---- what a repaired mechanism needs beyond today's kernel ----

    /** Links a node for {@code lo..hi} (inclusive), which the caller knows to be free. False without memory. */
    public boolean insertReserved(long lo, long hi) {
        begin();
        if (!memory()) {
            return false;
        }
        tree.insert(IovaTree.NONE, lo, hi);
        return true;
    }
}
