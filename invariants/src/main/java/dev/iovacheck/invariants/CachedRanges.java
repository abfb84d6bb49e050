package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.machine.DefaultDomain;

/**
 * The ranges in the magazines and depots of a domain, one after the other: a cursor that starts before the first. Its true range is
 * {@code [pfn, pfn + 2^order - 1]}, whatever the tree says.
 *
 * <p>A range is named by a place, a {@code long} that is good until the next call to the allocator.
 */
final class CachedRanges {

    /** The place before the first range. */
    static final long START = -1;

    /** The place after the last range. */
    static final long END = Long.MAX_VALUE;

    private static final int INDEX_BITS = 8;
    private static final int MAGAZINE_BITS = 40;

    private CachedRanges() {}

    // A place is order, magazine and index. Magazines count on from the CPUs' two each into the depot's.

    private static long place(int order, int magazine, int index) {
        return (long) order << (MAGAZINE_BITS + INDEX_BITS) | (long) magazine << INDEX_BITS | index;
    }

    static int order(long place) {
        return (int) (place >>> (MAGAZINE_BITS + INDEX_BITS));
    }

    private static int magazine(long place) {
        return (int) (place >>> INDEX_BITS & ((1L << MAGAZINE_BITS) - 1));
    }

    private static int index(long place) {
        return (int) (place & ((1 << INDEX_BITS) - 1));
    }

    /** The place of the next range, or {@link #END}. */
    static long next(IovaDomain iova, int cpus, long place) {
        int order = place == START ? 0 : order(place);
        int magazine = place == START ? 0 : magazine(place);
        int index = place == START ? 0 : index(place) + 1;
        while (order < AllocatorConstants.ORDERS) {
            while (iova.cachedCount(order) > 0 && magazine < 2 * cpus + iova.depotSize(order)) {
                if (index < size(iova, cpus, order, magazine)) {
                    return place(order, magazine, index);
                }
                magazine++;
                index = 0;
            }
            order++;
            magazine = 0;
        }
        return END;
    }

    private static int size(IovaDomain iova, int cpus, int order, int magazine) {
        return magazine < 2 * cpus
                ? iova.magazineSize(order, magazine / 2, magazine % 2 == 0)
                : iova.magazineCapacity();
    }

    static long firstPfn(IovaDomain iova, int cpus, long place) {
        int magazine = magazine(place);
        return magazine < 2 * cpus
                ? iova.magazinePfn(order(place), magazine / 2, magazine % 2 == 0, index(place))
                : iova.depotPfn(order(place), magazine - 2 * cpus, index(place));
    }

    static long lastPfn(IovaDomain iova, int cpus, long place) {
        return firstPfn(iova, cpus, place) + (1L << order(place)) - 1;
    }

    /** Whether some cached range has exactly this true range. */
    static boolean holds(IovaDomain iova, int cpus, long first, long last) {
        for (long at = next(iova, cpus, START); at != END; at = next(iova, cpus, at)) {
            if (firstPfn(iova, cpus, at) == first && lastPfn(iova, cpus, at) == last) {
                return true;
            }
        }
        return false;
    }

    /** Whether a cached range starts inside {@code first..last} (inclusive): freeing it takes the node with this range away. */
    static boolean startIn(IovaDomain iova, int cpus, long first, long last) {
        for (long at = next(iova, cpus, START); at != END; at = next(iova, cpus, at)) {
            long pfn = firstPfn(iova, cpus, at);
            if (!Pfns.below(pfn, first) && !Pfns.below(last, pfn)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the true range of some cached range intersects {@code first..last} (inclusive). */
    static boolean intersect(IovaDomain iova, int cpus, long first, long last) {
        for (long at = next(iova, cpus, START); at != END; at = next(iova, cpus, at)) {
            if (Pfns.intersect(firstPfn(iova, cpus, at), lastPfn(iova, cpus, at), first, last)) {
                return true;
            }
        }
        return false;
    }

    /** As {@code the cached range [0x7000, 0x7fff]}, in bytes. */
    static String name(DefaultDomain domain, int cpus, long place) {
        int shift = domain.granuleShift();
        long first = firstPfn(domain.iova(), cpus, place);
        long last = lastPfn(domain.iova(), cpus, place);
        return "the cached range " + new Extent(first << shift, ((last + 1) << shift) - 1);
    }
}
