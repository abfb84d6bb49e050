package dev.iovacheck.invariants;

import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.LiveMappings;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;
import dev.iovacheck.model.machine.Step;

/**
 * Whether a naturally aligned range exists that a request could be given, found without the kernel's search: the highest place below the
 * limit is tried, then the highest below whatever is in the way there, and so on. Right for trees of any form.
 *
 * <p>Sizes are granules, rounded as the allocator rounds them; limits are pfns, inclusive.
 */
final class Fits {

    /** No pfn: the highest number there is. */
    private static final long NONE = -1;

    private Fits() {}

    /** Whether one exists that no node of the tree touches. */
    static boolean inTree(IovaDomain iova, long size, long limitPfn) {
        long top = limitPfn + 1;
        while (true) {
            long first = highest(iova.startPfn(), size, top);
            if (first == NONE) {
                return false;
            }
            long blocked = lowestNode(iova, first, first + size - 1);
            if (blocked == NONE) {
                return true;
            }
            top = blocked;
        }
    }

    /**
     * Whether the magazine that a request of this step looks at holds one: {@code loaded}, or {@code prev} if that is empty, or the
     * last one of the depot if both are. Of a call that is interrupted only {@code loaded} tells: whatever it looked at is there now,
     * unless somebody emptied it meanwhile.
     */
    static boolean inMagazine(Step step, IovaDomain iova, long size, long limitPfn) {
        int order = IovaDomain.order(size);
        int cpu = step.cpu();
        if (order >= AllocatorConstants.ORDERS || Pfns.below(limitPfn + 1, size)) {
            return false;
        }
        long highest = limitPfn + 1 - size;
        boolean loaded = iova.magazineSize(order, cpu, true) > 0;
        boolean isWhole = step.before().callCount() == 0;
        if (loaded || (isWhole && iova.magazineSize(order, cpu, false) > 0)) {
            for (int index = 0; index < iova.magazineSize(order, cpu, loaded); index++) {
                if (!Pfns.below(highest, iova.magazinePfn(order, cpu, loaded, index))) {
                    return true;
                }
            }
            return false;
        }
        int magazine = iova.depotSize(order) - 1;
        for (int index = 0; isWhole && magazine >= 0 && index < iova.magazineCapacity(); index++) {
            if (!Pfns.below(highest, iova.depotPfn(order, magazine, index))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether one exists that no mapping and no reservation touches, live, queued or in the hands of a call; the tree is not asked.
     *
     * @param countsCached whether cached ranges count as in the way as well
     */
    static boolean outsideUse(Machine machine, DefaultDomain domain, long size, long limitPfn, boolean countsCached) {
        long top = limitPfn + 1;
        while (true) {
            long first = highest(domain.iova().startPfn(), size, top);
            if (first == NONE) {
                return false;
            }
            long used = lowestUse(machine, domain, first, first + size - 1, countsCached);
            if (used == NONE) {
                return true;
            }
            top = used;
        }
    }

    /** The highest aligned first pfn of a range that ends below {@code top}; {@link #NONE} if it would start below {@code low}. */
    private static long highest(long low, long size, long top) {
        if (Pfns.below(top, size)) {
            return NONE;
        }
        long mask = size <= 1 ? -1L : -1L << (64 - Long.numberOfLeadingZeros(size - 1));
        long first = (top - size) & mask;
        return Pfns.below(first, low) ? NONE : first;
    }

    /** The lowest first pfn of a node that touches {@code first..last}; {@link #NONE} if there is none. */
    private static long lowestNode(IovaDomain iova, long first, long last) {
        long lowest = NONE;
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            long lo = iova.nodeLo(node);
            boolean proper = !Pfns.below(iova.nodeHi(node), lo);
            if (proper && Pfns.intersect(lo, iova.nodeHi(node), first, last) && Pfns.below(lo, lowest)) {
                lowest = lo;
            }
        }
        return lowest;
    }

    /** The lowest first pfn of a use that touches {@code first..last}; {@link #NONE} if there is none. */
    private static long lowestUse(Machine machine, DefaultDomain domain, long first, long last, boolean countsCached) {
        long lowest = RangesInFlight.lowest(machine, domain, first, last);
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            long lo = live.firstPfn(mapping);
            if (Pfns.intersect(lo, Pfns.lastTaken(machine, domain, mapping), first, last)) {
                lowest = Pfns.min(lowest, lo);
            }
        }
        for (int index = 0; index < machine.promises().size(); index++) {
            Promise promise = machine.promises().get(index);
            if (promise.domain() == domain.index()
                    && Pfns.intersect(first, last, promise.bytes(), domain.granuleShift())
                    && machine.isKept(promise)) {
                lowest = Pfns.min(lowest, promise.bytes().first() >>> domain.granuleShift());
            }
        }
        for (int at = QueuedRanges.intersecting(domain, QueuedRanges.START, first, last);
                at != QueuedRanges.END;
                at = QueuedRanges.intersecting(domain, at, first, last)) {
            lowest = Pfns.min(lowest, QueuedRanges.firstPfn(domain, at));
        }
        return countsCached ? Pfns.min(lowest, lowestCached(domain, first, last)) : lowest;
    }

    private static long lowestCached(DefaultDomain domain, long first, long last) {
        IovaDomain iova = domain.iova();
        long lowest = NONE;
        for (int range = 0; range < CachedRanges.count(iova); range++) {
            long lo = CachedRanges.firstPfn(iova, range);
            if (Pfns.intersect(lo, CachedRanges.lastPfn(iova, range), first, last)) {
                lowest = Pfns.min(lowest, lo);
            }
        }
        return lowest;
    }
}
