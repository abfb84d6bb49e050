package dev.iovacheck.model.iova;

import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.TakenBranches;
import dev.iovacheck.model.packed.BitWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The caches in front of the tree: for every size class and CPU two magazines ({@code loaded} and {@code prev}), and for every size
 * class a depot of full magazines. A magazine is a stack of pfns; only the lowest pfn of a range is stored.
 *
 * <p>Nothing here knows the tree: a cached range keeps its node there.
 */
final class RangeCaches {

    private static final int UNKNOWN = -1;

    private static final int ALL_ORDERS = (1 << AllocatorConstants.ORDERS) - 1;

    /** Bits that are enough for how many ranges one order has: a state is at most 16,320 bits large. */
    private static final int COUNT_BITS = 15;

    /** Magazines of so many are copied sooner as they are than up to where they are filled. */
    private static final int SMALL = 4;

    /** So many are sorted sooner by putting one after the other into its place. */
    private static final int FEW = 16;

    private final int cpus;
    private final int capacity;

    /** Magazines one after the other, {@code capacity} pfns each; two in a row for every (order, cpu). */
    private final long[] pfns;

    private final int[] sizes;

    /** Which of the two magazines of an (order, cpu) is {@code loaded}: 0 or 1. */
    private final int[] loaded;

    /** Per order the depot's magazines, oldest first, {@code capacity} pfns each: only full magazines get there. */
    private final long[][] depots;

    private final int[] depotSizes;

    /** pfns per order, in all magazines and the depot: most orders hold nothing most of the time. */
    private final int[] counts;

    /**
     * All ranges, one after the other: their pfns and orders, made when somebody asks for them. Whoever looks at caches from outside
     * looks at all of them, and often.
     */
    private long[] listedPfns = new long[16];

    private int[] listedOrders = new int[16];

    /** Room for all ranges in another order. */
    private long[] sortedPfns = new long[16];

    /** {@link #UNKNOWN} since something has changed. */
    private int listed = UNKNOWN;

    /** Counts changes: as long as it is the same, so is what the caches hold. */
    private long edition;

    /** Bit {@code order} is set if that order has changed since all became equal to {@link #copied} in its edition {@link #copiedEdition}. */
    private int changed;

    private @Nullable RangeCaches copied;
    private long copiedEdition;

    private final boolean looksAtTopOnly;
    private final TakenBranches branches;

    RangeCaches(AllocatorConstants constants, TakenBranches branches) {
        this.branches = branches;
        cpus = constants.cpus();
        capacity = constants.magazineSize();
        looksAtTopOnly = constants.has(KernelBug.B11A);
        int pairs = AllocatorConstants.ORDERS * cpus;
        pfns = new long[2 * pairs * capacity];
        sizes = new int[2 * pairs];
        loaded = new int[pairs];
        depots = new long[AllocatorConstants.ORDERS][2 * capacity];
        depotSizes = new int[AllocatorConstants.ORDERS];
        counts = new int[AllocatorConstants.ORDERS];
    }

    /** What an order holds changes. */
    private void change(int order) {
        listed = UNKNOWN;
        edition++;
        changed |= 1 << order;
    }

    void clear() {
        for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
            if (counts[order] > 0) {
                clear(order);
            }
        }
    }

    private void clear(int order) {
        change(order);
        int pairs = order * cpus;
        Arrays.fill(sizes, 2 * pairs, 2 * (pairs + cpus), 0);
        depotSizes[order] = 0;
        counts[order] = 0;
    }

    /** Becomes equal to other caches of the same constants. What has not changed since it was equal last is left as it is. */
    void copyFrom(RangeCaches other) {
        int orders = copied == other && copiedEdition == other.edition ? changed : ALL_ORDERS;
        for (int order = 0; orders >>> order != 0; order++) {
            if ((orders & 1 << order) != 0) {
                if (other.counts[order] > 0) {
                    copyFrom(other, order);
                } else if (counts[order] > 0) {
                    clear(order);
                }
            }
        }
        copied = other;
        copiedEdition = other.edition;
        changed = 0;
    }

    private void copyFrom(RangeCaches other, int order) {
        change(order);
        for (int pair = order * cpus; pair < (order + 1) * cpus; pair++) {
            loaded[pair] = other.loaded[pair];
        }
        int end = 2 * (order + 1) * cpus;
        for (int magazine = 2 * order * cpus; magazine < end; magazine++) {
            if (capacity > SMALL) {
                copyMagazine(other, magazine);
            } else {
                sizes[magazine] = other.sizes[magazine];
            }
        }
        if (capacity <= SMALL) {
            for (int at = 2 * order * cpus * capacity; at < end * capacity; at++) {
                pfns[at] = other.pfns[at];
            }
        }
        int full = other.depotSizes[order];
        depotSizes[order] = full;
        if (full > 0) {
            if (depots[order].length < full * capacity) {
                depots[order] = new long[other.depots[order].length];
            }
            System.arraycopy(other.depots[order], 0, depots[order], 0, full * capacity);
        }
        counts[order] = other.counts[order];
    }

    private void copyMagazine(RangeCaches other, int magazine) {
        int size = other.sizes[magazine];
        sizes[magazine] = size;
        for (int at = magazine * capacity, end = at + size; at < end; at++) {
            pfns[at] = other.pfns[at];
        }
    }

    /** How many pfns an order holds, in all magazines and the depot. */
    int count(int order) {
        return counts[order];
    }

    private int loadedOf(int order, int cpu) {
        int pair = order * cpus + cpu;
        return 2 * pair + loaded[pair];
    }

    private int prevOf(int order, int cpu) {
        return loadedOf(order, cpu) ^ 1;
    }

    private void swap(int order, int cpu) {
        loaded[order * cpus + cpu] ^= 1;
    }

    /**
     * Takes a cached pfn that is at most {@code bound} (inclusive, unsigned) on this CPU; 0 if there is none. Only one magazine is
     * searched: a fitting pfn in {@code prev} or the depot stays unseen while {@code loaded} holds anything.
     * {@code __iova_rcache_get}, recorded.
     */
    long get(int order, int cpu, long bound) {
        if (sizes[loadedOf(order, cpu)] != 0) {
            branches.take(Branch.GET_FROM_LOADED);
        } else if (sizes[prevOf(order, cpu)] > 0) {
            branches.take(Branch.GET_FROM_PREV);
            swap(order, cpu);
        } else if (depotSizes[order] > 0) {
            branches.take(Branch.GET_FROM_DEPOT);
            takeFromDepot(order, loadedOf(order, cpu));
        } else {
            branches.take(Branch.GET_NOTHING);
            return 0;
        }
        change(order);
        int loadedMagazine = loadedOf(order, cpu);
        int before = sizes[loadedMagazine];
        long pfn = pop(loadedMagazine, bound);
        // Whoever has freed pfn 0 gets it back as "nothing", and it is gone from the magazine all the same.
        counts[order] -= before - sizes[loadedMagazine];
        return pfn;
    }

    private void takeFromDepot(int order, int magazine) {
        int from = --depotSizes[order] * capacity;
        System.arraycopy(depots[order], from, pfns, magazine * capacity, capacity);
        sizes[magazine] = capacity;
    }

    private long pop(int magazine, long bound) {
        int base = magazine * capacity;
        int top = base + sizes[magazine] - 1;
        int last = looksAtTopOnly ? Math.max(top, base) : base;
        for (int at = top; at >= last; at--) {
            long pfn = pfns[at];
            if (!IovaTree.below(bound, pfn)) {
                branches.take(at == top ? Branch.POP_TOP : Branch.POP_BELOW_TOP);
                pfns[at] = pfns[top];
                sizes[magazine]--;
                return pfn;
            }
        }
        branches.take(Branch.POP_NOTHING);
        return 0;
    }

    /** Stores a pfn in {@code loaded}, or in {@code prev} made {@code loaded}; false if both are full. */
    boolean push(int order, int cpu, long pfn) {
        change(order);
        if (sizes[loadedOf(order, cpu)] == capacity) {
            if (sizes[prevOf(order, cpu)] == capacity) {
                return false;
            }
            branches.take(Branch.PUT_INTO_PREV);
            swap(order, cpu);
        } else {
            branches.take(Branch.PUT_INTO_LOADED);
        }
        int magazine = loadedOf(order, cpu);
        pfns[magazine * capacity + sizes[magazine]++] = pfn;
        counts[order]++;
        return true;
    }

    /** Moves the full {@code loaded} magazine to the depot and puts an empty one in its place. */
    void loadedToDepot(int order, int cpu) {
        change(order);
        int magazine = loadedOf(order, cpu);
        int at = depotSizes[order]++ * capacity;
        if (at == depots[order].length) {
            depots[order] = Arrays.copyOf(depots[order], 2 * at);
        }
        System.arraycopy(pfns, magazine * capacity, depots[order], at, capacity);
        sizes[magazine] = 0;
    }

    // ---- all ranges ----

    /** How many ranges there are in all magazines and depots. */
    int count() {
        if (listed == UNKNOWN) {
            list();
        }
        return listed;
    }

    /** The pfn of a range. They are ordered by order; those of CPUs come first, by CPU, {@code loaded} before {@code prev}; then the depot's. */
    long pfn(int range) {
        return listedPfns[range];
    }

    /** The order of a range. */
    int order(int range) {
        return listedOrders[range];
    }

    private void list() {
        int count = 0;
        for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
            if (counts[order] > 0) {
                count = list(order, count);
            }
        }
        listed = count;
    }

    private int list(int order, int before) {
        int count = before;
        while (count + counts[order] > listedPfns.length) {
            listedPfns = Arrays.copyOf(listedPfns, 2 * listedPfns.length);
            listedOrders = Arrays.copyOf(listedOrders, listedPfns.length);
        }
        for (int cpu = 0; cpu < cpus; cpu++) {
            count = list(order, count, pfns, loadedOf(order, cpu) * capacity, sizes[loadedOf(order, cpu)]);
            count = list(order, count, pfns, prevOf(order, cpu) * capacity, sizes[prevOf(order, cpu)]);
        }
        return list(order, count, depots[order], 0, depotSizes[order] * capacity);
    }

    private int list(int order, int before, long[] from, int at, int size) {
        for (int index = 0; index < size; index++) {
            listedPfns[before + index] = from[at + index];
            listedOrders[before + index] = order;
        }
        return before + size;
    }

    /** Whether some magazine holds this very pfn. */
    boolean holds(long pfn) {
        for (int range = 0; range < count(); range++) {
            if (listedPfns[range] == pfn) {
                return true;
            }
        }
        return false;
    }

    int depotSize(int order) {
        return depotSizes[order];
    }

    /** The pfn at place {@code index} of the magazine at place {@code magazine} of a depot, the oldest being 0. */
    long depotPfn(int order, int magazine, int index) {
        return depots[order][magazine * capacity + index];
    }

    /** Forgets the magazine at place {@code magazine} of a depot, the oldest being 0. */
    void dropFromDepot(int order, int magazine) {
        change(order);
        int behind = --depotSizes[order] - magazine;
        System.arraycopy(
                depots[order], (magazine + 1) * capacity, depots[order], magazine * capacity, behind * capacity);
        counts[order] -= capacity;
    }

    int size(int order, int cpu, boolean ofLoaded) {
        return sizes[ofLoaded ? loadedOf(order, cpu) : prevOf(order, cpu)];
    }

    long pfn(int order, int cpu, boolean ofLoaded, int index) {
        return pfns[(ofLoaded ? loadedOf(order, cpu) : prevOf(order, cpu)) * capacity + index];
    }

    void dropMagazine(int order, int cpu, boolean ofLoaded) {
        change(order);
        int magazine = ofLoaded ? loadedOf(order, cpu) : prevOf(order, cpu);
        counts[order] -= sizes[magazine];
        sizes[magazine] = 0;
    }

    int capacity() {
        return capacity;
    }

    // ---- storing ----

    /**
     * Writes how many pfns each magazine of an order holds, and which: CPU by CPU in the given order, {@code loaded} before {@code prev}.
     */
    void writeMagazines(BitWriter out, int order, int[] cpuOrder, int sizeBits, int pfnBits) {
        // Magazines are small where all states are looked at: several fit into one word.
        long fields = 0;
        int taken = 0;
        for (int cpu : cpuOrder) {
            int magazine = loadedOf(order, cpu);
            for (int each = 0; each < 2; each++, magazine ^= 1) {
                int size = sizes[magazine];
                if (taken + sizeBits + size * pfnBits > Long.SIZE) {
                    out.put(fields, taken);
                    fields = 0;
                    taken = 0;
                    if (sizeBits + size * pfnBits > Long.SIZE) {
                        int from = magazine * capacity;
                        out.put(size, sizeBits);
                        out.put(pfns, from, from + size, pfnBits);
                        continue;
                    }
                }
                fields |= (long) size << taken;
                taken += sizeBits;
                for (int at = magazine * capacity, end = at + size; at < end; at++) {
                    fields |= BitWriter.fitting(pfns[at], pfnBits) << taken;
                    taken += pfnBits;
                }
            }
        }
        out.put(fields, taken);
    }

    /** Writes the pfns of a depot. */
    void writeDepot(BitWriter out, int order, int pfnBits) {
        out.put(depots[order], 0, depotSizes[order] * capacity, pfnBits);
    }

    /** Writes which ranges there are, order by order and in ascending order, but not where. */
    void writeRanges(BitWriter out, int pfnBits) {
        int all = count();
        if (sortedPfns.length < all) {
            sortedPfns = new long[listedPfns.length];
        }
        int at = 0;
        for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
            int end = at + counts[order];
            out.putOptional(end > at, end - at, COUNT_BITS);
            if (end > at) {
                sort(at, end);
                out.put(sortedPfns, at, end, pfnBits);
                at = end;
            }
        }
    }

    /** Sorts listed pfns. */
    private void sort(int from, int to) {
        if (to - from > FEW) {
            System.arraycopy(listedPfns, from, sortedPfns, from, to - from);
            Arrays.sort(sortedPfns, from, to);
            return;
        }
        for (int index = from; index < to; index++) {
            long pfn = listedPfns[index];
            int at = index;
            while (at > from && sortedPfns[at - 1] > pfn) {
                sortedPfns[at] = sortedPfns[at - 1];
                at--;
            }
            sortedPfns[at] = pfn;
        }
    }

    /** Orders two CPUs by what their magazines hold, order by order, {@code loaded} before {@code prev}; 0 if that is the same. */
    int compareCpus(int one, int other) {
        int difference = 0;
        for (int order = 0; difference == 0 && order < AllocatorConstants.ORDERS; order++) {
            if (counts[order] > 0) {
                int magazine = loadedOf(order, one);
                int otherMagazine = loadedOf(order, other);
                difference = compareMagazines(magazine, otherMagazine);
                if (difference == 0) {
                    difference = compareMagazines(magazine ^ 1, otherMagazine ^ 1);
                }
            }
        }
        return difference;
    }

    private int compareMagazines(int magazine, int otherMagazine) {
        int size = sizes[magazine];
        int difference = size - sizes[otherMagazine];
        for (int index = 0; difference == 0 && index < size; index++) {
            difference =
                    Long.compareUnsigned(pfns[magazine * capacity + index], pfns[otherMagazine * capacity + index]);
        }
        return difference;
    }

    // For reading a stored state back into cleared caches.

    void load(int order, int cpu, boolean toLoaded, long pfn) {
        change(order);
        int magazine = toLoaded ? loadedOf(order, cpu) : prevOf(order, cpu);
        pfns[magazine * capacity + sizes[magazine]++] = pfn;
        counts[order]++;
    }

    /** Appends to a depot; {@code index} counts all its pfns, oldest magazine first. */
    void loadDepot(int order, int index, long pfn) {
        change(order);
        if (index == depots[order].length) {
            depots[order] = Arrays.copyOf(depots[order], 2 * index);
        }
        depots[order][index] = pfn;
        counts[order]++;
        depotSizes[order] = index / capacity + 1;
    }
}
