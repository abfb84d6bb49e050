package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.fq.FlushQueue;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.machine.DefaultDomain;

/**
 * The ranges in the flush queue of a domain, one after the other: a cursor that starts before the first. A true range is what the
 * allocator set aside, rounded up to a power of two below 32 granules. There are none without a flush queue.
 */
final class QueuedRanges {

    /** The place before the first range. */
    static final int START = -1;

    /** The place after the last range. */
    static final int END = Integer.MAX_VALUE;

    private static final int INDEX_BITS = 16;

    private QueuedRanges() {}

    /** The place of the next range, or {@link #END}. */
    static int next(DefaultDomain domain, int place) {
        FlushQueue queue = domain.queue();
        if (!queue.isActive()) {
            return END;
        }
        int ring = place == START ? 0 : place >>> INDEX_BITS;
        int index = place == START ? 0 : (place & (1 << INDEX_BITS) - 1) + 1;
        while (ring < queue.rings()) {
            if (index < queue.size(ring)) {
                return ring << INDEX_BITS | index;
            }
            ring++;
            index = 0;
        }
        return END;
    }

    /** How many there are. */
    static int count(DefaultDomain domain) {
        FlushQueue queue = domain.queue();
        int count = 0;
        for (int ring = 0; queue.isActive() && ring < queue.rings(); ring++) {
            count += queue.size(ring);
        }
        return count;
    }

    static long firstPfn(DefaultDomain domain, int place) {
        return domain.queue().pfn(place >>> INDEX_BITS, place & (1 << INDEX_BITS) - 1);
    }

    static long lastPfn(DefaultDomain domain, int place) {
        long pages = domain.queue().pages(place >>> INDEX_BITS, place & (1 << INDEX_BITS) - 1);
        return firstPfn(domain, place) + taken(pages) - 1;
    }

    /** How many granules the allocator set aside for a range of so many. */
    static long taken(long pages) {
        int order = IovaDomain.order(pages);
        return order < AllocatorConstants.ORDERS ? 1L << order : pages;
    }

    /** Whether some queued range has exactly this true range. */
    static boolean holds(DefaultDomain domain, long first, long last) {
        for (int at = next(domain, START); at != END; at = next(domain, at)) {
            if (firstPfn(domain, at) == first && lastPfn(domain, at) == last) {
                return true;
            }
        }
        return false;
    }

    /** Whether a queued range starts inside {@code first..last} (inclusive): freeing it takes the node with this range away. */
    static boolean startIn(DefaultDomain domain, long first, long last) {
        for (int at = next(domain, START); at != END; at = next(domain, at)) {
            long pfn = firstPfn(domain, at);
            if (!Pfns.below(pfn, first) && !Pfns.below(last, pfn)) {
                return true;
            }
        }
        return false;
    }

    /** The first queued range, from the one behind {@code place} on, that intersects {@code first..last} (inclusive); or {@link #END}. */
    static int intersecting(DefaultDomain domain, int place, long first, long last) {
        int at = next(domain, place);
        while (at != END && !Pfns.intersect(firstPfn(domain, at), lastPfn(domain, at), first, last)) {
            at = next(domain, at);
        }
        return at;
    }

    /** As {@code the queued range [0x7000, 0x7fff]}, in bytes. */
    static String name(DefaultDomain domain, int place) {
        int shift = domain.granuleShift();
        return "the queued range "
                + new Extent(firstPfn(domain, place) << shift, ((lastPfn(domain, place) + 1) << shift) - 1);
    }
}
