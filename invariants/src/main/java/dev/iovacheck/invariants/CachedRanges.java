package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.machine.DefaultDomain;

/**
 * The ranges in the magazines and depots of a domain, numbered from 0 until the next call to the allocator. A true range is
 * {@code [pfn, pfn + 2^order - 1]}, whatever the tree says.
 */
final class CachedRanges {

    /** No range. */
    static final int NONE = -1;

    private CachedRanges() {}

    static int count(IovaDomain iova) {
        return iova.cachedCount();
    }

    static long firstPfn(IovaDomain iova, int range) {
        return iova.cachedPfn(range);
    }

    static long lastPfn(IovaDomain iova, int range) {
        return iova.cachedPfn(range) + (1L << iova.cachedOrder(range)) - 1;
    }

    /** Whether some cached range has exactly this true range. */
    static boolean holds(IovaDomain iova, long first, long last) {
        for (int range = 0, end = count(iova); range < end; range++) {
            if (firstPfn(iova, range) == first && lastPfn(iova, range) == last) {
                return true;
            }
        }
        return false;
    }

    /** Whether a cached range starts inside {@code first..last} (inclusive): freeing it takes the node with this range away. */
    static boolean startIn(IovaDomain iova, long first, long last) {
        for (int range = 0; range < count(iova); range++) {
            long pfn = firstPfn(iova, range);
            if (!Pfns.below(pfn, first) && !Pfns.below(last, pfn)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the true range of some cached range intersects {@code first..last} (inclusive). */
    static boolean intersect(IovaDomain iova, long first, long last) {
        return intersecting(iova, 0, first, last) != NONE;
    }

    /** The first cached range from number {@code from} on whose true range intersects {@code first..last} (inclusive). */
    static int intersecting(IovaDomain iova, int from, long first, long last) {
        for (int range = from; range < count(iova); range++) {
            if (Pfns.intersect(firstPfn(iova, range), lastPfn(iova, range), first, last)) {
                return range;
            }
        }
        return NONE;
    }

    /** As {@code the cached range [0x7000, 0x7fff]}, in bytes. */
    static String name(DefaultDomain domain, int range) {
        int shift = domain.granuleShift();
        long first = firstPfn(domain.iova(), range);
        long last = lastPfn(domain.iova(), range);
        return "the cached range " + new Extent(first << shift, ((last + 1) << shift) - 1);
    }
}
