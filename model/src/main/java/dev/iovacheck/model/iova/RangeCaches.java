package dev.iovacheck.model.iova;

import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.TakenBranches;
import java.util.Arrays;

/**
 * The caches in front of the tree: for every size class and CPU two magazines ({@code loaded} and {@code prev}), and for every size
 * class a depot of full magazines. A magazine is a stack of pfns; only the lowest pfn of a range is stored.
 *
 * <p>Nothing here knows the tree: a cached range keeps its node there.
 */
final class RangeCaches {

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

    private final TakenBranches branches;

    RangeCaches(AllocatorConstants constants, TakenBranches branches) {
        this.branches = branches;
        cpus = constants.cpus();
        capacity = constants.magazineSize();
        int pairs = AllocatorConstants.ORDERS * cpus;
        pfns = new long[2 * pairs * capacity];
        sizes = new int[2 * pairs];
        loaded = new int[pairs];
        depots = new long[AllocatorConstants.ORDERS][2 * capacity];
        depotSizes = new int[AllocatorConstants.ORDERS];
        counts = new int[AllocatorConstants.ORDERS];
    }

    void clear() {
        for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
            if (counts[order] > 0) {
                clear(order);
            }
        }
    }

    private void clear(int order) {
        int pairs = order * cpus;
        Arrays.fill(sizes, 2 * pairs, 2 * (pairs + cpus), 0);
        depotSizes[order] = 0;
        counts[order] = 0;
    }

    /** Becomes equal to other caches of the same constants. */
    void copyFrom(RangeCaches other) {
        for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
            if (other.counts[order] > 0) {
                copyFrom(other, order);
            } else if (counts[order] > 0) {
                clear(order);
            }
        }
    }

    private void copyFrom(RangeCaches other, int order) {
        for (int pair = order * cpus; pair < (order + 1) * cpus; pair++) {
            loaded[pair] = other.loaded[pair];
            for (int magazine = 2 * pair; magazine < 2 * pair + 2; magazine++) {
                int size = other.sizes[magazine];
                sizes[magazine] = size;
                for (int at = magazine * capacity, end = at + size; at < end; at++) {
                    pfns[at] = other.pfns[at];
                }
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
        long pfn = pop(loadedOf(order, cpu), bound);
        if (pfn != 0) {
            counts[order]--;
        }
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
        for (int at = top; at >= base; at--) {
            long pfn = pfns[at];
            if (Long.compareUnsigned(pfn, bound) <= 0) {
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
        int magazine = loadedOf(order, cpu);
        int at = depotSizes[order]++ * capacity;
        if (at == depots[order].length) {
            depots[order] = Arrays.copyOf(depots[order], 2 * at);
        }
        System.arraycopy(pfns, magazine * capacity, depots[order], at, capacity);
        sizes[magazine] = 0;
    }

    /** Whether some magazine holds this very pfn. */
    boolean holds(long pfn) {
        for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
            if (counts[order] > 0 && (isInMagazine(order, pfn) || isInDepot(order, pfn))) {
                return true;
            }
        }
        return false;
    }

    private boolean isInMagazine(int order, long pfn) {
        int from = 2 * order * cpus;
        for (int magazine = from; magazine < from + 2 * cpus; magazine++) {
            for (int index = 0; index < sizes[magazine]; index++) {
                if (pfns[magazine * capacity + index] == pfn) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isInDepot(int order, long pfn) {
        for (int index = 0; index < depotSizes[order] * capacity; index++) {
            if (depots[order][index] == pfn) {
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
        int magazine = ofLoaded ? loadedOf(order, cpu) : prevOf(order, cpu);
        counts[order] -= sizes[magazine];
        sizes[magazine] = 0;
    }

    int capacity() {
        return capacity;
    }

    // For reading a stored state back into cleared caches.

    void load(int order, int cpu, boolean toLoaded, long pfn) {
        int magazine = toLoaded ? loadedOf(order, cpu) : prevOf(order, cpu);
        pfns[magazine * capacity + sizes[magazine]++] = pfn;
        counts[order]++;
    }

    /** Appends to a depot; {@code index} counts all its pfns, oldest magazine first. */
    void loadDepot(int order, int index, long pfn) {
        if (index == depots[order].length) {
            depots[order] = Arrays.copyOf(depots[order], 2 * index);
        }
        depots[order][index] = pfn;
        counts[order]++;
        depotSizes[order] = index / capacity + 1;
    }
}
