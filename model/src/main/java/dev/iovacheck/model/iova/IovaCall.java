package dev.iovacheck.model.iova;

import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.packed.BitReader;
import dev.iovacheck.model.packed.BitWriter;
import java.util.Arrays;

/**
 * A call of the fast path that has begun and perhaps not ended: its arguments, where it is, and what it holds. {@link #advance} takes
 * it one atomic step further, a step being what the kernel does under one hold of a lock. Between two steps other CPUs may run; a call
 * that nothing interrupts is its steps one after the other, and there is no other form of it (8.2, derived).
 *
 * <p>Two locks are held from one step to the next: that of a CPU's magazines while both of them are emptied, and that of a depot while
 * it is emptied magazine by magazine. {@link #waitsFor} tells who has to wait for that.
 */
public final class IovaCall {

    /** What the next step is. */
    public enum Step {
        /** There is none: the call has ended. */
        NONE,
        /** {@code iova_rcache_get}, under the lock of this CPU's magazines and, if both are empty, of the depot. */
        CACHE_GET,
        /** {@code alloc_iova}, under the lock of the tree. */
        TREE_ALLOC,
        /** {@code free_cpu_cached_iovas}, one CPU and one size class: the first of its magazines that holds anything. */
        EMPTY_MAGAZINE,
        /** The same: its other magazine, the lock of the CPU's magazines still being held. */
        EMPTY_PREV,
        /** {@code free_global_cached_iovas}, one size class: takes the lock of the depot and frees its first magazine. */
        EMPTY_DEPOT,
        /** The same: a further magazine, the lock of the depot still being held. */
        EMPTY_DEPOT_ON,
        /** {@code alloc_iova} once more, after the caches were emptied. */
        TREE_ALLOC_AGAIN,
        /** {@code iova_rcache_insert}, under the lock of this CPU's magazines and, if both are full, of the depot. */
        CACHE_INSERT,
        /** The ranges of the full magazine for which a 6.1 depot had no room go back to the tree. */
        FREE_MAGAZINE,
        /** {@code free_iova}, under the lock of the tree. */
        TREE_FREE,
        /** Only with B07: the lock of the tree is taken once more, and the node erased that was found before. */
        TREE_ERASE,
        /** {@code iova_depot_work_func}: takes a magazine out of the depot, under its lock. */
        DEPOT_POP,
        /** The same: the ranges of that magazine go back to the tree. */
        DEPOT_FREE
    }

    /** What is called. */
    public enum Function {
        ALLOC_IOVA_FAST,
        FREE_IOVA_FAST,
        /** {@code free_cpu_cached_iovas} of one CPU. */
        EMPTY_CPU,
        /** {@code free_global_cached_iovas}. */
        EMPTY_DEPOTS,
        /** Both, of all possible CPUs; the kernel has no such function, the repaired reservation call does it. */
        EMPTY_ALL,
        DEPOT_WORK
    }

    private static final int STEP_BITS = 4;
    private static final int CPU_BITS = 4;
    private static final int ORDER_BITS = 3;
    private static final int HELD_BITS = 8;
    private static final Step[] STEPS = Step.values();

    private Function function = Function.ALLOC_IOVA_FAST;
    private Step step = Step.NONE;

    private int cpu;
    private long size;
    private long limitPfn;
    private boolean flushRcache;
    private long pfn;

    /** Whose magazines are emptied next, and of which size class; also the size class of what is held. */
    private int cursorCpu;

    private int cursorOrder;

    /** A magazine that was taken out of the caches and has not been freed yet. */
    private long[] held = new long[4];

    private int heldCount;

    // ---- beginning ----

    /** {@code alloc_iova_fast}, as {@link IovaDomain#allocIovaFast}. */
    public void beginAlloc(int onCpu, long sizePfns, long limit, boolean flush) {
        begin(Function.ALLOC_IOVA_FAST, onCpu, sizePfns);
        limitPfn = limit;
        flushRcache = flush;
        step = isCached(sizePfns) ? Step.CACHE_GET : Step.TREE_ALLOC;
    }

    /** {@code free_iova_fast}, as {@link IovaDomain#freeIovaFast}. */
    public void beginFree(int onCpu, long firstPfn, long sizePfns) {
        begin(Function.FREE_IOVA_FAST, onCpu, sizePfns);
        pfn = firstPfn;
        step = isCached(sizePfns) ? Step.CACHE_INSERT : Step.TREE_FREE;
    }

    /** {@code free_cpu_cached_iovas}. */
    public void beginEmptyCpu(IovaDomain iova, int ofCpu) {
        begin(Function.EMPTY_CPU, ofCpu, 0);
        emptyFrom(iova, ofCpu, 0);
    }

    /** {@code free_global_cached_iovas}. */
    public void beginEmptyDepots(IovaDomain iova) {
        begin(Function.EMPTY_DEPOTS, 0, 0);
        emptyDepotsFrom(iova, 0);
    }

    /** All magazines of all possible CPUs, then all depots. */
    public void beginEmptyAll(IovaDomain iova) {
        begin(Function.EMPTY_ALL, 0, 0);
        emptyFrom(iova, 0, 0);
    }

    /** {@code iova_depot_work_func} for a size class; 7.1 only. */
    public void beginDepotWork(int order) {
        begin(Function.DEPOT_WORK, 0, 0);
        cursorOrder = order;
        step = Step.DEPOT_POP;
    }

    private void begin(Function what, int onCpu, long sizePfns) {
        function = what;
        cpu = onCpu;
        size = sizePfns;
        limitPfn = 0;
        flushRcache = false;
        pfn = 0;
        cursorCpu = 0;
        cursorOrder = 0;
        heldCount = 0;
    }

    /** Becomes equal to another call. */
    public void copyFrom(IovaCall other) {
        function = other.function;
        step = other.step;
        cpu = other.cpu;
        size = other.size;
        limitPfn = other.limitPfn;
        flushRcache = other.flushRcache;
        pfn = other.pfn;
        cursorCpu = other.cursorCpu;
        cursorOrder = other.cursorOrder;
        if (held.length < other.heldCount) {
            held = new long[other.held.length];
        }
        heldCount = other.heldCount;
        System.arraycopy(other.held, 0, held, 0, heldCount);
    }

    /** There is no call. */
    public void end() {
        begin(Function.ALLOC_IOVA_FAST, 0, 0);
        step = Step.NONE;
    }

    private static boolean isCached(long sizePfns) {
        return IovaDomain.order(sizePfns) < AllocatorConstants.ORDERS;
    }

    // ---- going on ----

    /** Makes the next step. A step during which the kernel crashes is the last one. */
    public void advance(IovaDomain iova) {
        switch (step) {
            case NONE -> throw new IllegalStateException("the call has ended");
            case CACHE_GET -> {
                pfn = iova.cacheGet(cpu, size, limitPfn);
                step = pfn != 0 ? Step.NONE : Step.TREE_ALLOC;
            }
            case TREE_ALLOC -> {
                step = Step.NONE;
                if (!isCached(size)) {
                    iova.take(Branch.FAST_TOO_LARGE);
                }
                if (!allocate(iova)) {
                    if (flushRcache) {
                        emptyFrom(iova, 0, 0);
                    } else {
                        iova.take(Branch.FAST_FAILS_WITHOUT_FLUSH);
                    }
                }
            }
            case EMPTY_MAGAZINE -> emptyMagazine(iova);
            case EMPTY_PREV -> {
                iova.emptyMagazine(cursorOrder, cursorCpu, false);
                emptyFrom(iova, cursorCpu, cursorOrder + 1);
            }
            case EMPTY_DEPOT, EMPTY_DEPOT_ON -> emptyDepot(iova);
            case TREE_ALLOC_AGAIN -> {
                step = Step.NONE;
                iova.take(allocate(iova) ? Branch.FAST_FLUSH_HELPS : Branch.FAST_FLUSH_DOES_NOT_HELP);
            }
            case CACHE_INSERT -> {
                if (!iova.cacheInsert(IovaDomain.order(size), cpu, pfn, this)) {
                    step = Step.TREE_FREE;
                } else {
                    iova.take(Branch.FREE_FAST_CACHED);
                    step = heldCount > 0 ? Step.FREE_MAGAZINE : Step.NONE;
                }
            }
            case FREE_MAGAZINE -> {
                freeHeld(iova);
                step = Step.NONE;
            }
            case TREE_FREE -> step = iova.freeUncached(pfn, size) ? Step.NONE : Step.TREE_ERASE;
            case TREE_ERASE -> {
                iova.eraseFound(pfn);
                step = Step.NONE;
            }
            case DEPOT_POP -> step = iova.depotPop(cursorOrder, this) ? Step.DEPOT_FREE : Step.NONE;
            case DEPOT_FREE -> {
                freeHeld(iova);
                iova.scheduleDepotWork(cursorOrder);
                step = Step.NONE;
            }
        }
        if (iova.crashed()) {
            step = Step.NONE;
            pfn = 0;
        }
    }

    private boolean allocate(IovaDomain iova) {
        boolean fits = iova.allocRounded(size, limitPfn);
        pfn = fits ? iova.resultLo() : 0;
        return fits;
    }

    private void emptyMagazine(IovaDomain iova) {
        boolean both = iova.magazineSize(cursorOrder, cursorCpu, true) > 0
                && iova.magazineSize(cursorOrder, cursorCpu, false) > 0;
        iova.emptyMagazine(cursorOrder, cursorCpu, true);
        if (both) {
            step = Step.EMPTY_PREV;
        } else {
            // An empty magazine is freed as well, which changes nothing: one of the two is no step of its own.
            iova.emptyMagazine(cursorOrder, cursorCpu, false);
            emptyFrom(iova, cursorCpu, cursorOrder + 1);
        }
    }

    /** Goes to the next magazines to be emptied, CPU by CPU and class by class; after the last ones, to the depots. */
    private void emptyFrom(IovaDomain iova, int fromCpu, int fromOrder) {
        int order = fromOrder;
        for (int other = fromCpu; other < iova.cpus(); other++) {
            if (mustEmpty(iova, other)) {
                order = iova.nextUsedOrder(order);
                if (order < AllocatorConstants.ORDERS) {
                    cursorCpu = other;
                    cursorOrder = order;
                    step = Step.EMPTY_MAGAZINE;
                    return;
                }
            }
            order = 0;
        }
        boolean onlyMagazines = function == Function.ALLOC_IOVA_FAST && iova.keepsDepots();
        if (function == Function.EMPTY_CPU || onlyMagazines) {
            emptied();
        } else {
            emptyDepotsFrom(iova, 0);
        }
    }

    private boolean mustEmpty(IovaDomain iova, int other) {
        return switch (function) {
            case ALLOC_IOVA_FAST -> iova.isOnline(other);
            case EMPTY_CPU -> other == cpu;
            default -> true;
        };
    }

    private void emptyDepotsFrom(IovaDomain iova, int fromOrder) {
        int order = iova.nextUsedOrder(fromOrder);
        if (order == AllocatorConstants.ORDERS) {
            emptied();
        } else {
            cursorCpu = 0;
            cursorOrder = order;
            step = Step.EMPTY_DEPOT;
        }
    }

    private void emptyDepot(IovaDomain iova) {
        iova.freeDepotMagazine(cursorOrder);
        if (iova.depotSize(cursorOrder) > 0) {
            step = Step.EMPTY_DEPOT_ON;
        } else {
            emptyDepotsFrom(iova, cursorOrder + 1);
        }
    }

    private void emptied() {
        cursorCpu = 0;
        cursorOrder = 0;
        step = function == Function.ALLOC_IOVA_FAST ? Step.TREE_ALLOC_AGAIN : Step.NONE;
    }

    private void freeHeld(IovaDomain iova) {
        for (int index = 0; index < heldCount; index++) {
            iova.freeCached(held[index]);
        }
        heldCount = 0;
    }

    /** Takes a pfn that has just left the caches. */
    void hold(long cachedPfn) {
        if (heldCount == held.length) {
            held = Arrays.copyOf(held, 2 * heldCount);
        }
        held[heldCount++] = cachedPfn;
    }

    // ---- locks ----

    /** Whether the next step needs a lock that {@code other}, a call of the same domain on another CPU, holds. */
    public boolean waitsFor(IovaCall other, IovaDomain iova) {
        return switch (other.step) {
            case EMPTY_PREV -> needsMagazines(other.cursorCpu, other.cursorOrder);
            case EMPTY_DEPOT_ON -> needsDepot(other.cursorOrder, iova);
            default -> false;
        };
    }

    private boolean needsMagazines(int ofCpu, int order) {
        return switch (step) {
            case CACHE_GET, CACHE_INSERT -> cpu == ofCpu && IovaDomain.order(size) == order;
            case EMPTY_MAGAZINE -> cursorCpu == ofCpu && cursorOrder == order;
            default -> false;
        };
    }

    private boolean needsDepot(int order, IovaDomain iova) {
        return switch (step) {
            case CACHE_GET ->
                IovaDomain.order(size) == order
                        && iova.magazineSize(order, cpu, true) == 0
                        && iova.magazineSize(order, cpu, false) == 0;
            case CACHE_INSERT ->
                IovaDomain.order(size) == order
                        && iova.magazineSize(order, cpu, true) == iova.magazineCapacity()
                        && iova.magazineSize(order, cpu, false) == iova.magazineCapacity();
            case EMPTY_DEPOT, DEPOT_POP -> cursorOrder == order;
            default -> false;
        };
    }

    // ---- views ----

    /** The next step; {@link Step#NONE} if the call has ended. */
    public Step step() {
        return step;
    }

    /** Lowest pfn of the range that was allocated, 0 for none (yet); of the range to be freed. */
    public long pfn() {
        return pfn;
    }

    /** The CPU whose magazines are emptied next. */
    public int cursorCpu() {
        return cursorCpu;
    }

    /** The size class that is emptied next. */
    public int cursorOrder() {
        return cursorOrder;
    }

    /** How many ranges of a magazine it holds that are neither in a cache nor free. */
    public int heldCount() {
        return heldCount;
    }

    /** Lowest pfn of such a range. */
    public long heldPfn(int index) {
        return held[index];
    }

    /** Size class of such ranges. */
    public int heldOrder() {
        return function == Function.FREE_IOVA_FAST ? IovaDomain.order(size) : cursorOrder;
    }

    // ---- storing ----

    /** Writes what a call of known function and arguments has come to. */
    public void write(BitWriter out, int pfnBits) {
        out.put(step.ordinal(), STEP_BITS);
        out.put(cursorCpu, CPU_BITS);
        out.put(cursorOrder, ORDER_BITS);
        out.put(heldCount, HELD_BITS);
        for (int index = 0; index < heldCount; index++) {
            out.put(held[index], pfnBits);
        }
    }

    /** Reads it back into a call that was begun with the same arguments. */
    public void read(BitReader in, int pfnBits) {
        step = STEPS[in.getInt(STEP_BITS)];
        cursorCpu = in.getInt(CPU_BITS);
        cursorOrder = in.getInt(ORDER_BITS);
        heldCount = 0;
        for (int count = in.getInt(HELD_BITS); count > 0; count--) {
            hold(in.get(pfnBits));
        }
    }
}
