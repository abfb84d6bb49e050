package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaCall;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.List;

/**
 * The model of one allocator, kept in step with the kernel's: it makes each call that is recorded, and says where it comes to something
 * else.
 *
 * <p>An allocator that is seen from its beginning is <em>followed</em>: the model knows its whole state. Otherwise it is <em>learned</em>: a
 * search that passes what the model takes for free tells that something is there, and a range that comes back was taken. What the model
 * does not know of such an allocator is no mistake of the kernel's.
 */
final class LockStep {

    /** Most CPUs that the model has. */
    static final int MOST_CPUS = 32;

    private static final int STOCK_MAGAZINE = 127;
    private static final int STOCK_DEPOT = 32;

    private final IovaDomain iova;
    private final KernelProfile profile;
    private boolean followed;

    /** What is taken for occupied, because searches passed it; ascending and apart. */
    private final List<Extent> assumed = new ArrayList<>();

    LockStep(KernelProfile profile, int cpus) {
        this.profile = profile;
        iova = new IovaDomain(
                new AllocatorConstants(profile, cpus, STOCK_MAGAZINE, STOCK_DEPOT), IovaDomain.Nodes.RED_BLACK);
    }

    /** {@code init_iova_domain}: from here on everything is known. */
    void begin(int shift, long startPfn) {
        iova.init(shift, startPfn);
        assumed.clear();
        followed = true;
    }

    /** Nothing is known: neither what was reserved nor what was allocated and cached before. */
    void beginUnknown(int shift) {
        iova.init(shift, 1);
        assumed.clear();
        followed = false;
    }

    /** From here on it is learned, since it came to something else. */
    void loseTrack() {
        followed = false;
    }

    boolean isFollowed() {
        return followed;
    }

    // ---- calls ----

    void reserve(long lo, long hi) {
        iova.reserveIova(lo, hi);
    }

    /** Begins {@code alloc_iova_fast} and looks into the caches, as it does first; what they give, or 0. */
    long lookIntoCaches(IovaCall call, int cpu, long size, long limit, boolean flush) {
        call.beginAlloc(cpu, size, limit, flush);
        if (call.step() == IovaCall.Step.CACHE_GET) {
            iova.advance(call);
        }
        return call.step() == IovaCall.Step.NONE ? call.pfn() : 0;
    }

    /** Searches the tree, for the first time or after the caches were emptied; false if nothing was found. */
    boolean search(IovaCall call) {
        while (call.step() != IovaCall.Step.NONE
                && call.step() != IovaCall.Step.TREE_ALLOC
                && call.step() != IovaCall.Step.TREE_ALLOC_AGAIN) {
            iova.advance(call);
        }
        if (call.step() == IovaCall.Step.NONE) {
            return false;
        }
        iova.advance(call);
        return iova.resultHi() != 0;
    }

    long foundLo() {
        return iova.resultLo();
    }

    long foundHi() {
        return iova.resultHi();
    }

    /** Whether a range could only be cached with memory for another magazine. */
    boolean needsMagazine(int cpu, long size) {
        int order = IovaDomain.order(size);
        return order < AllocatorConstants.ORDERS
                && iova.magazineSize(order, cpu, true) == iova.magazineCapacity()
                && iova.magazineSize(order, cpu, false) == iova.magazineCapacity();
    }

    /**
     * {@code free_iova_fast}.
     *
     * @param memory whether there is memory for a magazine
     */
    void freeFast(int cpu, long pfn, long size, boolean memory) {
        if (!followed && iova.nodeOf(pfn) == IovaDomain.noNode()) {
            take(pfn, pfn + rounded(size) - 1);
        }
        iova.setMemoryFails(!memory);
        iova.freeIovaFast(cpu, pfn, size);
        iova.setMemoryFails(false);
    }

    /** {@code free_iova} by somebody else. */
    void free(long pfn) {
        iova.freeIova(pfn);
    }

    /** {@code free_cpu_cached_iovas}, because a CPU is gone. */
    void cpuDead(int cpu) {
        iova.cpuDead(cpu);
    }

    /** A CPU does something: it is online. */
    void online(int cpu) {
        if (!iova.isOnline(cpu)) {
            iova.cpuOnline(cpu);
        }
    }

    /** The depot worker has run; false if the model cannot tell for which size class. */
    boolean depotWork() {
        int candidate = -1;
        for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
            if ((iova.pendingDepotWork() & 1 << order) != 0 && iova.depotSize(order) > 0) {
                if (candidate >= 0) {
                    return false;
                }
                candidate = order;
            }
        }
        return candidate >= 0 && iova.depotWork(candidate);
    }

    /** Whether a worker trims depots, so that magazines are emptied that no call is about. */
    boolean isDepotUnbounded() {
        return !profile.depotIsBounded();
    }

    // ---- learning ----

    /**
     * Learns from a search.
     *
     * @param lo what the kernel found; 0 for nothing
     * @param size granules asked for, rounded
     * @return whether the model had come to the same
     */
    boolean learnSearch(long lo, long hi, long size, long limit, boolean aligned) {
        boolean found = iova.allocIova(size, limit, aligned);
        if (found && iova.resultLo() == lo) {
            return true;
        }
        long passedTo = found ? iova.resultHi() : 0;
        if (found) {
            iova.freeIova(iova.resultLo());
        }
        if (lo == 0) {
            return !found;
        }
        clear(lo, hi);
        if (found && Long.compareUnsigned(passedTo, hi) > 0) {
            assume(hi + 1, passedTo);
        }
        if (iova.allocIova(size, limit, aligned)) {
            if (iova.resultLo() == lo) {
                return false;
            }
            iova.freeIova(iova.resultLo());
        }
        take(lo, hi);
        return false;
    }

    /**
     * Learns from a range that came out of a cache.
     *
     * @return whether the model had come to the same
     */
    boolean learnCached(int cpu, long size, long limit, long pfn) {
        IovaCall call = new IovaCall();
        long cached = lookIntoCaches(call, cpu, size, limit, false);
        if (cached == pfn) {
            return true;
        }
        if (cached != 0) {
            iova.freeIovaFast(cpu, cached, size);
        }
        if (iova.isCached(pfn)) {
            emptyCaches();
        }
        clear(pfn, pfn + rounded(size) - 1);
        take(pfn, pfn + rounded(size) - 1);
        return false;
    }

    /** Learns that the caches had nothing for a request. */
    void learnMiss(int cpu, long size, long limit) {
        IovaCall call = new IovaCall();
        if (lookIntoCaches(call, cpu, size, limit, false) != 0) {
            iova.freeIovaFast(cpu, call.pfn(), size);
            emptyCaches();
        }
    }

    /** Nothing is known of the caches any more. */
    private void emptyCaches() {
        for (int cpu = 0; cpu < MOST_CPUS; cpu++) {
            if (iova.isOnline(cpu)) {
                iova.freeCpuCachedIovas(cpu); // an offline CPU has nothing cached
            }
        }
        iova.freeGlobalCachedIovas();
    }

    /** Removes what the model has in the way of a range that the kernel took. */
    private void clear(long lo, long hi) {
        for (Extent each : overlapping(lo, hi)) {
            iova.freeIova(each.first());
            int at = assumed.indexOf(each);
            if (at >= 0) {
                assumed.remove(at);
                if (Long.compareUnsigned(each.last(), hi) > 0) {
                    assume(hi + 1, each.last());
                }
            }
        }
    }

    private List<Extent> overlapping(long lo, long hi) {
        List<Extent> found = new ArrayList<>();
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            if (Long.compareUnsigned(iova.nodeLo(node), hi) > 0) {
                break;
            }
            if (Long.compareUnsigned(lo, iova.nodeHi(node)) <= 0) {
                found.add(new Extent(iova.nodeLo(node), iova.nodeHi(node)));
            }
        }
        return found;
    }

    /** A range that is free as far as the model knows becomes occupied. */
    private void take(long lo, long hi) {
        if (overlapping(lo, hi).isEmpty()) {
            iova.insertReserved(lo, hi);
        }
    }

    /** All that is free in a range is taken for occupied. */
    private void assume(long lo, long hi) {
        long from = lo;
        boolean ended = false;
        for (Extent each : overlapping(lo, hi)) {
            if (Long.compareUnsigned(from, each.first()) < 0) {
                addAssumed(from, each.first() - 1);
            }
            from = each.last() + 1;
            ended = Long.compareUnsigned(each.last(), hi) >= 0;
        }
        if (!ended) {
            addAssumed(from, hi);
        }
    }

    private void addAssumed(long lo, long hi) {
        if (iova.insertReserved(lo, hi)) {
            assumed.add(new Extent(lo, hi));
        }
    }

    /** As {@code alloc_iova_fast} rounds it. */
    static long rounded(long size) {
        return IovaDomain.order(size) < AllocatorConstants.ORDERS ? 1L << IovaDomain.order(size) : size;
    }
}
