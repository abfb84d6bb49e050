package dev.iovacheck.model.oracle;

import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.oracle.ReferenceTree.Insertion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One {@code struct iova_domain} with its caches, called from one thread. All numbers are unsigned 64-bit and all
 * arithmetic is modulo 2^64, with the shifts of x86-64.
 *
 * <p>Calls after a crash are refused: there is no kernel left that could answer.
 */
public final class ReferenceAllocator {

    /** Size orders with a cache: ranges of 1, 2, 4, 8, 16 and 32 pages. */
    public static final int ORDERS = 6;

    /** How a call can fail to return. */
    public enum Crash {
        /** The processor follows a null pointer. */
        NULL_DEREFERENCE,
        /** The search starts its second pass again and again with the tree lock held. */
        ENDLESS_SEARCH
    }

    /** Unwinds from the depth of an operation that does not return. Never leaves this class. */
    private static final class Crashed extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final Crash crash;

        Crashed(Crash crash) {
            super(crash.name());
            this.crash = crash;
        }
    }

    /** {@code struct iova_cpu_rcache}; a magazine is the list of its pfns. */
    private static final class CpuCache {
        private List<Long> loaded = new ArrayList<>();
        private List<Long> prev = new ArrayList<>();

        void swap() {
            List<Long> full = loaded;
            loaded = prev;
            prev = full;
        }
    }

    private final ReferenceTree tree;
    private final @Nullable ReferenceNode anchor;
    private final int granuleShift;
    private final long startPfn;
    private final long dma32BitPfn;
    private long max32AllocSize;
    private @Nullable ReferenceNode cached32;
    private @Nullable ReferenceNode cached;

    private final int magazineSize;
    /** Magazines in a full depot; empty: no limit, and a worker that trims it. */
    private final Optional<Integer> depotLimit;

    private final Set<KernelBug> bugs;

    private final List<List<CpuCache>> cpus = new ArrayList<>();
    private final List<Deque<List<Long>>> depots = new ArrayList<>();
    private final TreeSet<Integer> online = new TreeSet<>();
    private final TreeSet<Integer> workPending = new TreeSet<>();

    private boolean nodeMemoryFails;
    private boolean magazineMemoryFails;
    private int memoryFailures;
    private int warnings;
    private Optional<Crash> crash = Optional.empty();

    /**
     * A domain with an empty tree and empty caches, all CPUs online.
     *
     * @param granuleShift binary logarithm of the bytes per page, 0 to 32
     * @param startPfn lowest pfn that the search hands out
     * @param cpus how many CPUs, at least 1
     * @param magazineSize pfns in a full magazine, at least 1
     * @param depotLimit magazines in a full depot (6.1), or empty for a depot without limit and with a worker (7.1)
     */
    public ReferenceAllocator(
            int granuleShift, long startPfn, int cpus, int magazineSize, Optional<Integer> depotLimit) {
        this(granuleShift, startPfn, cpus, magazineSize, depotLimit, Set.of());
    }

    /**
     * The same with mistakes that kernels have made.
     *
     * @param bugs those that it has
     */
    public ReferenceAllocator(
            int granuleShift,
            long startPfn,
            int cpus,
            int magazineSize,
            Optional<Integer> depotLimit,
            Set<KernelBug> bugs) {
        this.bugs = bugs;
        this.granuleShift = granuleShift;
        this.startPfn = startPfn;
        this.dma32BitPfn = 1L << (32 - granuleShift);
        this.max32AllocSize = dma32BitPfn;
        this.magazineSize = magazineSize;
        this.depotLimit = depotLimit;
        tree = new ReferenceTree();
        anchor = tree.newNode(-1L, -1L);
        tree.insert(null, anchor);
        cached32 = anchor;
        cached = anchor;
        addCaches(cpus);
    }

    /** A domain as {@code kzalloc} leaves it: granule and {@code start_pfn} are 0, and there is no anchor. */
    private ReferenceAllocator(int cpus) {
        granuleShift = 0;
        startPfn = 0;
        dma32BitPfn = 0;
        magazineSize = 0;
        depotLimit = Optional.empty();
        bugs = Set.of();
        tree = new ReferenceTree();
        anchor = null;
        addCaches(cpus);
    }

    private ReferenceAllocator(ReferenceAllocator original, int[] cpuNames) {
        granuleShift = original.granuleShift;
        startPfn = original.startPfn;
        dma32BitPfn = original.dma32BitPfn;
        max32AllocSize = original.max32AllocSize;
        magazineSize = original.magazineSize;
        depotLimit = original.depotLimit;
        bugs = original.bugs;
        Map<ReferenceNode, ReferenceNode> twins = new HashMap<>();
        tree = original.tree.copy(twins);
        anchor = twin(original.anchor, tree, twins);
        cached32 = twin(original.cached32, tree, twins);
        cached = twin(original.cached, tree, twins);
        addCaches(original.cpus.size());
        online.clear();
        for (int cpu = 0; cpu < cpuNames.length; cpu++) {
            for (int order = 0; order < ORDERS; order++) {
                CpuCache from = original.cpus.get(cpu).get(order);
                CpuCache to = cpus.get(cpuNames[cpu]).get(order);
                to.loaded.addAll(from.loaded);
                to.prev.addAll(from.prev);
            }
            if (original.online.contains(cpu)) {
                online.add(cpuNames[cpu]);
            }
        }
        for (int order = 0; order < ORDERS; order++) {
            for (List<Long> magazine : original.depots.get(order)) {
                depots.get(order).add(new ArrayList<>(magazine));
            }
        }
        workPending.addAll(original.workPending);
        nodeMemoryFails = original.nodeMemoryFails;
        magazineMemoryFails = original.magazineMemoryFails;
        memoryFailures = original.memoryFailures;
        warnings = original.warnings;
        crash = original.crash;
    }

    /** A hint may also point at a node outside the tree. */
    private static @Nullable ReferenceNode twin(
            @Nullable ReferenceNode node, ReferenceTree copy, Map<ReferenceNode, ReferenceNode> twins) {
        return node == null ? null : twins.computeIfAbsent(node, outside -> copy.newNode(outside.lo, outside.hi));
    }

    private void addCaches(int cpus) {
        for (int cpu = 0; cpu < cpus; cpu++) {
            List<CpuCache> orders = new ArrayList<>();
            for (int order = 0; order < ORDERS; order++) {
                orders.add(new CpuCache());
            }
            this.cpus.add(orders);
            online.add(cpu);
        }
        for (int order = 0; order < ORDERS; order++) {
            depots.add(new ArrayDeque<>());
        }
    }

    /**
     * A domain as {@code kzalloc} leaves it, all CPUs online. It takes reservations, in bytes because its granule is 0, and nothing
     * else.
     */
    public static ReferenceAllocator zeroed(int cpus) {
        return new ReferenceAllocator(cpus);
    }

    /** An allocator in the same state that goes its own way from here on. */
    public ReferenceAllocator copy() {
        return withCpusRenamed(IntStream.range(0, cpus.size()).toArray());
    }

    /**
     * A copy in which CPUs have other numbers.
     *
     * @param names the new number of each CPU: a permutation
     */
    public ReferenceAllocator withCpusRenamed(int[] names) {
        return new ReferenceAllocator(this, names);
    }

    /** From now on, whether there is no memory for nodes. */
    public void nodeMemoryFails(boolean fails) {
        nodeMemoryFails = fails;
    }

    /** From now on, whether there is no memory for magazines. */
    public void magazineMemoryFails(boolean fails) {
        magazineMemoryFails = fails;
    }

    /** How often memory was asked for in vain since the start. */
    public int memoryFailures() {
        return memoryFailures;
    }

    /** {@code start_pfn}; 0 tells a domain that is not initialised. */
    public long startPfn() {
        return startPfn;
    }

    /** Kernel warnings since the start. */
    public int warnings() {
        return warnings;
    }

    /** How the last call ended if it did not return. */
    public Optional<Crash> crash() {
        return crash;
    }

    // ---------------------------------------------------------------- calls

    /** {@code alloc_iova}; {@code limitPfn} is the highest pfn allowed. Empty: failed or crashed. */
    public Optional<ReferenceRange> allocIova(long size, long limitPfn, boolean sizeAligned) {
        requireAlive();
        try {
            return rangeOf(allocNode(size, limitPfn, sizeAligned));
        } catch (Crashed e) {
            crash = Optional.of(e.crash);
            return Optional.empty();
        }
    }

    /** {@code alloc_iova_fast}; the lowest pfn, 0 if it failed or crashed. */
    public long allocIovaFast(int cpu, long size, long limitPfn, boolean flushRcache) {
        requireAlive();
        requireOnline(cpu);
        try {
            long rounded = size;
            if (below(size, 32) && !bugs.contains(KernelBug.B12)) {
                rounded = 1;
                // Zero and one both become one page.
                while (rounded < size) {
                    rounded *= 2;
                }
            }
            long recycled = rcacheGet(cpu, rounded, limitPfn + 1);
            if (recycled != 0) {
                return recycled;
            }
            ReferenceNode node = allocNode(rounded, limitPfn, true);
            if (node == null && flushRcache) {
                for (int other : online) {
                    emptyCpu(other);
                }
                if (!bugs.contains(KernelBug.B05)) {
                    emptyDepots();
                }
                node = allocNode(rounded, limitPfn, true);
            }
            return node == null ? 0 : node.lo;
        } catch (Crashed e) {
            crash = Optional.of(e.crash);
            return 0;
        }
    }

    /** Whether the search of {@code alloc_iova} as it would begin now finds an aligned place, whatever failed before. Changes nothing. */
    public boolean wouldFind(long size, long limitPfn) {
        requireAlive();
        try {
            return search(size, limitPfn + 1, true) != null;
        } catch (Crashed e) {
            return false;
        }
    }

    /** {@code find_iova}. */
    public Optional<ReferenceRange> findIova(long pfn) {
        requireAlive();
        return rangeOf(tree.find(pfn));
    }

    /** {@code free_iova}: removes the whole node that contains {@code pfn}, if one is found. */
    public void freeIova(long pfn) {
        requireAlive();
        try {
            ReferenceNode node = tree.find(pfn);
            if (node != null) {
                remove(node);
            }
        } catch (Crashed e) {
            crash = Optional.of(e.crash);
        }
    }

    /** {@code free_iova_fast}. */
    public void freeIovaFast(int cpu, long pfn, long size) {
        requireAlive();
        requireOnline(cpu);
        try {
            int order = order(size);
            if (order >= ORDERS || !rcacheInsert(cpu, order, pfn)) {
                ReferenceNode node = tree.find(pfn);
                if (node != null) {
                    remove(node);
                }
            }
        } catch (Crashed e) {
            crash = Optional.of(e.crash);
        }
    }

    /** {@code reserve_iova}; the node returned as it is after the call. */
    public Optional<ReferenceRange> reserveIova(long pfnLo, long pfnHi) {
        requireAlive();
        if (Long.compareUnsigned(pfnLo | pfnHi, -1L >>> granuleShift) > 0) {
            warnings++;
            return Optional.empty();
        }
        long lo = pfnLo;
        boolean overlapped = false;
        for (ReferenceNode node = tree.first(); node != null; node = tree.next(node)) {
            boolean overlaps = !below(node.hi, lo) && !below(pfnHi, node.lo);
            if (overlaps) {
                if (below(lo, node.lo)) {
                    node.lo = lo;
                }
                if (below(node.hi, pfnHi)) {
                    lo = node.hi + 1;
                }
                if (!below(lo, node.lo) && !below(node.hi, pfnHi)) {
                    return rangeOf(node);
                }
                overlapped = true;
            } else if (overlapped) {
                break;
            }
        }
        if (nodeMemoryFails) {
            memoryFailures++;
            return Optional.empty();
        }
        ReferenceNode node = tree.newNode(lo, pfnHi);
        if (tree.insert(null, node) == Insertion.EQUAL_LO) {
            warnings++;
        }
        return rangeOf(node);
    }

    /** {@code free_cpu_cached_iovas}. */
    public void freeCpuCachedIovas(int cpu) {
        requireAlive();
        try {
            emptyCpu(cpu);
        } catch (Crashed e) {
            crash = Optional.of(e.crash);
        }
    }

    /** {@code free_global_cached_iovas}. */
    public void freeGlobalCachedIovas() {
        requireAlive();
        try {
            emptyDepots();
        } catch (Crashed e) {
            crash = Optional.of(e.crash);
        }
    }

    /** The CPU goes offline and the hotplug callback empties its magazines. */
    public void cpuDead(int cpu) {
        requireOnline(cpu);
        online.remove(cpu);
        freeCpuCachedIovas(cpu);
    }

    /** The CPU is online again. */
    public void cpuOnline(int cpu) {
        requireAlive();
        online.add(cpu);
    }

    /** {@code iova_depot_work_func} of 7.1: whether it took a magazine out, and so is pending again. */
    public boolean depotWork(int order) {
        requireAlive();
        if (depotLimit.isPresent()) {
            throw new IllegalStateException("this kernel has no depot worker");
        }
        workPending.remove(order);
        Deque<List<Long>> depot = depots.get(order);
        if (depot.size() <= online.size()) {
            return false;
        }
        try {
            empty(depot.pop());
        } catch (Crashed e) {
            crash = Optional.of(e.crash);
        }
        workPending.add(order);
        return true;
    }

    // ---------------------------------------------------------------- tree

    private @Nullable ReferenceNode allocNode(long size, long limitPfn, boolean sizeAligned) {
        if (nodeMemoryFails) {
            memoryFailures++;
            return null;
        }
        long limit = limitPfn + 1;
        if (!below(dma32BitPfn, limit) && !below(size, max32AllocSize)) {
            return null;
        }
        Place place = search(size, limit, sizeAligned);
        if (place == null) {
            max32AllocSize = size;
            return null;
        }
        return insertAllocated(place.pfn, size, place.above);
    }

    /**
     * Where the search ends.
     *
     * @param above the node at which it was found, and from which it is inserted
     */
    private record Place(long pfn, ReferenceNode above) {}

    /** The two passes; nothing if neither finds anything. */
    private @Nullable Place search(long size, long limit, boolean sizeAligned) {
        // Shifting by 64 shifts by 0 on x86-64, and in Java.
        long alignMask = sizeAligned ? -1L << (64 - Long.numberOfLeadingZeros(size - 1)) : -1L;
        boolean limit32 = !below(dma32BitPfn, limit);
        ReferenceNode curr = limit32 ? cached32 : cached;
        if (curr == null) {
            throw new Crashed(Crash.NULL_DEREFERENCE);
        }
        long retryPfn = curr.hi;
        long low = startPfn;
        boolean secondPass = false;
        while (true) {
            long high = limit;
            long pfn;
            ReferenceNode prev;
            do {
                high = below(curr.lo, high) ? curr.lo : high;
                pfn = (high - size) & alignMask;
                prev = curr;
                curr = tree.previous(prev);
            } while (curr != null
                    && (bugs.contains(KernelBug.B04A)
                            ? below(high, size) || !below(curr.hi, pfn)
                            : !below(curr.hi, pfn) && !below(pfn, low)));
            boolean wraps = curr == null && high == 0 && bugs.contains(KernelBug.B04A);
            boolean refusesStart = curr == null && pfn == startPfn && bugs.contains(KernelBug.B04B);
            if (wraps || (!below(high, size) && !below(pfn, low) && !refusesStart)) {
                return new Place(wraps ? (-1L - size) & alignMask : pfn, prev);
            }
            boolean nothingAbove = bugs.contains(KernelBug.B01) ? !below(retryPfn + 1, limit) : !below(retryPfn, limit);
            if (low != startPfn || nothingAbove || bugs.contains(KernelBug.B02)) {
                return null;
            }
            if (secondPass) {
                // The second pass began at start_pfn again: nothing has changed, nothing will.
                throw new Crashed(Crash.ENDLESS_SEARCH);
            }
            secondPass = true;
            low = retryPfn + 1;
            curr = findLimit(limit);
        }
    }

    private ReferenceNode insertAllocated(long pfn, long size, ReferenceNode start) {
        ReferenceNode node = tree.newNode(pfn, pfn + size - 1);
        switch (tree.insert(start, node)) {
            case LINKED -> {}
            case EQUAL_LO -> warnings++;
            case BELOW_UNLINKED -> throw new Crashed(Crash.NULL_DEREFERENCE);
        }
        if (below(node.hi, dma32BitPfn)) {
            cached32 = node;
        } else {
            cached = node;
        }
        return node;
    }

    /** {@code iova_find_limit}: where the second pass starts. */
    private ReferenceNode findLimit(long limit) {
        if (anchor != null && below(dma32BitPfn, limit)) {
            return anchor;
        }
        ReferenceNode node = tree.root();
        while (node != null && below(node.hi, limit)) {
            node = tree.right(node);
        }
        if (node == null) {
            throw new Crashed(Crash.NULL_DEREFERENCE);
        }
        while (true) {
            ReferenceNode left = tree.left(node);
            while (left != null && !below(left.lo, limit)) {
                node = left;
                left = tree.left(node);
            }
            if (left == null) {
                return node;
            }
            ReferenceNode spine = tree.right(left);
            while (spine != null && below(spine.lo, limit)) {
                spine = tree.right(spine);
            }
            if (spine == null) {
                return node;
            }
            node = spine;
        }
    }

    /** {@code remove_iova}: hints and the remembered size first, as long as the node has neighbours. */
    private void remove(ReferenceNode node) {
        if (cached32 == null || cached == null) {
            throw new Crashed(Crash.NULL_DEREFERENCE);
        }
        if (node == cached32 || (below(node.hi, dma32BitPfn) && !below(node.lo, cached32.lo))) {
            cached32 = tree.next(node);
        }
        if (below(node.lo, dma32BitPfn)) {
            max32AllocSize = dma32BitPfn;
        }
        if (!below(node.lo, cached.lo)) {
            cached = tree.next(node);
        }
        tree.erase(node);
    }

    // ---------------------------------------------------------------- caches

    private static int order(long size) {
        if (size == 0 || size == 1) {
            return 0;
        }
        return 64 - Long.numberOfLeadingZeros(size - 1);
    }

    private long rcacheGet(int cpu, long size, long limit) {
        int order = order(size);
        if (order >= ORDERS) {
            return 0;
        }
        CpuCache cache = cpus.get(cpu).get(order);
        if (cache.loaded.isEmpty()) {
            if (!cache.prev.isEmpty()) {
                cache.swap();
            } else if (!depots.get(order).isEmpty()) {
                cache.loaded = depots.get(order).pop();
            } else {
                return 0;
            }
        }
        // May wrap to a bound that admits everything.
        long bound = limit - size;
        List<Long> pfns = cache.loaded;
        int lowest = bugs.contains(KernelBug.B11A) ? Math.max(pfns.size() - 1, 0) : 0;
        for (int i = pfns.size() - 1; i >= lowest; i--) {
            if (!below(bound, pfns.get(i))) {
                long found = pfns.get(i);
                pfns.set(i, pfns.get(pfns.size() - 1));
                pfns.remove(pfns.size() - 1);
                return found;
            }
        }
        return 0;
    }

    private boolean rcacheInsert(int cpu, int order, long pfn) {
        CpuCache cache = cpus.get(cpu).get(order);
        if (cache.loaded.size() < magazineSize) {
            cache.loaded.add(pfn);
            return true;
        }
        if (cache.prev.size() < magazineSize) {
            cache.swap();
            cache.loaded.add(pfn);
            return true;
        }
        if (magazineMemoryFails) {
            memoryFailures++;
            return false;
        }
        List<Long> full = cache.loaded;
        cache.loaded = new ArrayList<>();
        cache.loaded.add(pfn);
        Deque<List<Long>> depot = depots.get(order);
        if (depotLimit.isEmpty()) {
            depot.push(full);
            if (!bugs.contains(KernelBug.B11B)) {
                workPending.add(order);
            }
        } else if (depot.size() < depotLimit.get()) {
            depot.push(full);
        } else {
            empty(full);
        }
        return true;
    }

    private void emptyCpu(int cpu) {
        for (CpuCache cache : cpus.get(cpu)) {
            empty(cache.loaded);
            empty(cache.prev);
        }
    }

    private void emptyDepots() {
        for (Deque<List<Long>> depot : depots) {
            while (!depot.isEmpty()) {
                // The array of 6.1 is emptied from its start, which holds the oldest; the list of 7.1 from its head.
                empty(depotLimit.isPresent() ? depot.removeLast() : depot.pop());
            }
        }
    }

    /** {@code iova_magazine_free_pfns}. */
    private void empty(List<Long> magazine) {
        for (long pfn : magazine) {
            ReferenceNode node = tree.find(pfn);
            if (node == null) {
                warnings++;
            } else {
                remove(node);
            }
        }
        magazine.clear();
    }

    // ---------------------------------------------------------------- views

    /** The complete state. After a crash it is the state that the crash left behind. */
    public ReferenceSnapshot snapshot() {
        List<ReferenceRange> ranges = new ArrayList<>();
        Map<Integer, Integer> placeOf = new TreeMap<>();
        List<Integer> red = new ArrayList<>();
        List<ReferenceNode> nodes = tree.inOrder();
        List<ReferenceNode> preOrder = tree.preOrder();
        for (int place = 0; place < nodes.size(); place++) {
            ReferenceNode node = nodes.get(place);
            if (node != anchor) {
                ranges.add(node.range());
            }
            if (node.red) {
                red.add(place);
            }
            placeOf.put(preOrder.indexOf(node), place);
        }
        List<ReferenceSnapshot.Magazines> magazines = new ArrayList<>();
        for (int cpu = 0; cpu < cpus.size(); cpu++) {
            for (int order = 0; order < ORDERS; order++) {
                CpuCache cache = cpus.get(cpu).get(order);
                if (!cache.loaded.isEmpty() || !cache.prev.isEmpty()) {
                    magazines.add(new ReferenceSnapshot.Magazines(
                            cpu, order, List.copyOf(cache.loaded), List.copyOf(cache.prev)));
                }
            }
        }
        List<ReferenceSnapshot.Depot> full = new ArrayList<>();
        for (int order = 0; order < ORDERS; order++) {
            if (!depots.get(order).isEmpty()) {
                full.add(new ReferenceSnapshot.Depot(
                        order, depots.get(order).stream().map(List::copyOf).toList()));
            }
        }
        return new ReferenceSnapshot(
                List.copyOf(ranges),
                List.copyOf(placeOf.values()),
                List.copyOf(red),
                max32AllocSize,
                hint(cached32, nodes),
                hint(cached, nodes),
                List.copyOf(online),
                List.copyOf(magazines),
                List.copyOf(full),
                List.copyOf(workPending));
    }

    private ReferenceSnapshot.Hint hint(@Nullable ReferenceNode node, List<ReferenceNode> inOrder) {
        if (node == null) {
            return ReferenceSnapshot.Hint.NOWHERE;
        }
        return new ReferenceSnapshot.Hint(node.range(), node == anchor, inOrder.indexOf(node));
    }

    private static Optional<ReferenceRange> rangeOf(@Nullable ReferenceNode node) {
        return node == null ? Optional.empty() : Optional.of(node.range());
    }

    private static boolean below(long a, long b) {
        return Long.compareUnsigned(a, b) < 0;
    }

    private void requireAlive() {
        if (crash.isPresent()) {
            throw new IllegalStateException("crashed before: " + crash.get());
        }
    }

    private void requireOnline(int cpu) {
        if (!online.contains(cpu)) {
            throw new IllegalArgumentException("CPU " + cpu + " is not online");
        }
    }
}
