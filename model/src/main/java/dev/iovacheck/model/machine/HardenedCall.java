package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.fq.FlushQueue;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Errno;
import org.jspecify.annotations.Nullable;

/**
 * Our own repaired variant of the proposed call, the yardstick: it refuses nonsense, works in lazy mode, empties the caches
 * first, refuses if a node is in the way, grows nobody else's node, and is undone when its device goes. No kernel has it.
 *
 * <p>In the way is each node but those of reservations, which the domain keeps a list of ({@link KeptPromises}). A node that nobody will
 * ever free, because a driver has made a mistake, is in the way for good.
 */
final class HardenedCall {

    private HardenedCall() {}

    /**
     * What it asks before it takes a lock.
     *
     * @param domain the default domain of the device's group; {@code null} for a device without a group
     * @param usesDmaIommu {@code use_dma_iommu(dev)}
     * @param defect a mistake planted into it, or {@code null}
     * @return false if it ends with that; otherwise the caches are to be emptied next
     */
    static boolean admits(
            @Nullable DefaultDomain domain,
            boolean usesDmaIommu,
            long start,
            long length,
            @Nullable Defect defect,
            Outcome outcome) {
        boolean governsDma = usesDmaIommu || defect == Defect.DMA_OPS_NOT_ASKED;
        if (domain == null
                || !governsDma
                || !domain.iova().isInitialised()
                || domain.attachment() != Attachment.DEFAULT) {
            outcome.error(Errno.ENODEV);
        } else if (domain.isLazy() && defect == Defect.LAZY_REFUSED) {
            outcome.error(Errno.ENODEV);
        } else if (length == 0) {
            outcome.error(Errno.EINVAL);
        } else if (Long.compareUnsigned(start + (length - 1), start) < 0) {
            outcome.error(Errno.EOVERFLOW);
        } else {
            return true;
        }
        return false;
    }

    /**
     * Looks for clashes and reserves, under one hold of the lock of the tree.
     *
     * @param calls what CPUs are in the middle of
     * @param kept what was reserved before
     */
    static void reserve(
            DefaultDomain domain,
            CallInFlight[] calls,
            KeptPromises kept,
            long start,
            long length,
            @Nullable Defect defect,
            Outcome outcome) {
        IovaDomain iova = domain.iova();
        int shift = domain.granuleShift();
        Extent pfns = new Extent(start >>> shift, (start + (length - 1)) >>> shift);
        if (defect == Defect.CLASH_FOUND_TOO_LATE) {
            fillGaps(iova, pfns);
        }
        boolean asksCaches = defect != Defect.CACHES_NOT_EMPTIED;
        if (isUsed(domain, calls, kept, pfns, asksCaches) && defect != Defect.CLASH_NOT_REFUSED) {
            outcome.error(Errno.EBUSY);
        } else if (fillGaps(iova, pfns)) {
            outcome.success();
        } else {
            outcome.error(Errno.ENOMEM);
        }
    }

    /**
     * Whether a node is in the way. The tree knows no owners, and it is the tree that is asked: a mapping without a node, which takes a
     * driver's mistake, is not seen, and one that has taken less than its node is in the way with all of it.
     */
    private static boolean isUsed(
            DefaultDomain domain, CallInFlight[] calls, KeptPromises kept, Extent pfns, boolean asksCaches) {
        IovaDomain iova = domain.iova();
        for (int at = iova.firstNode(); iova.isNode(at); at = iova.nextNode(at)) {
            boolean inOrder = Long.compareUnsigned(iova.nodeLo(at), iova.nodeHi(at)) <= 0;
            if (inOrder && pfns.intersects(new Extent(iova.nodeLo(at), iova.nodeHi(at)))) {
                Extent node = new Extent(iova.nodeLo(at), iova.nodeHi(at));
                boolean ofCache = isCached(iova, node);
                boolean isForgotten = !asksCaches && ofCache;
                if (isOfOthers(domain, calls, node)
                        || (asksCaches && ofCache)
                        || (!isForgotten && !kept.cover(domain, node.first(), node.last()))) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Whether the node goes when somebody frees a range: that of a mapping, one that a call on another CPU holds, or one that was queued
     * after the queue was drained, or that another flush under way kept in it. A mapping whose domain
     * is gone has no node here, whatever undoing it will free.
     */
    private static boolean isOfOthers(DefaultDomain domain, CallInFlight[] calls, Extent node) {
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            if (!live.isLost(mapping) && node.contains(live.firstPfn(mapping))) {
                return true;
            }
        }
        FlushQueue queue = domain.queue();
        for (int ring = 0; queue.isActive() && ring < queue.rings(); ring++) {
            for (int index = 0; index < queue.size(ring); index++) {
                if (node.contains(queue.pfn(ring, index))) {
                    return true;
                }
            }
        }
        return isInFlight(domain, calls, node);
    }

    private static boolean isInFlight(DefaultDomain domain, CallInFlight[] calls, Extent node) {
        for (CallInFlight call : calls) {
            if (call.domain() != domain.index()) {
                continue;
            }
            boolean held = call.holdsRange() && node.contains(call.firstPfn());
            boolean released = call.holdsReleased() && node.contains(call.releasedPfn());
            if (held || released) {
                return true;
            }
            for (int index = 0; index < call.heldCount(); index++) {
                if (node.contains(call.heldPfn(index))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a range was cached after the caches were emptied. */
    private static boolean isCached(IovaDomain iova, Extent node) {
        for (int range = 0; range < iova.cachedCount(); range++) {
            if (node.contains(iova.cachedPfn(range))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Adds a node for each part that no node covers yet.
     *
     * @return false if there is no memory. It is missing for the whole step or not at all ({@link IovaDomain#setMemoryFails}), so that
     *     nothing was added then and nothing is to be taken back
     */
    static boolean fillGaps(IovaDomain iova, Extent pfns) {
        long from = pfns.first();
        int node = iova.firstNode();
        while (true) {
            while (iova.isNode(node) && Long.compareUnsigned(iova.nodeHi(node), from) < 0) {
                node = iova.nextNode(node);
            }
            boolean covered = iova.isNode(node) && Long.compareUnsigned(iova.nodeLo(node), from) <= 0;
            if (covered) {
                if (Long.compareUnsigned(iova.nodeHi(node), pfns.last()) >= 0) {
                    return true;
                }
                from = iova.nodeHi(node) + 1;
                continue;
            }
            boolean gapEndsInside = iova.isNode(node) && Long.compareUnsigned(iova.nodeLo(node), pfns.last()) <= 0;
            long to = gapEndsInside ? iova.nodeLo(node) - 1 : pfns.last();
            if (!iova.insertReserved(from, to)) {
                return false;
            }
            if (!gapEndsInside) {
                return true;
            }
            from = to + 1;
            node = iova.firstNode(); // handles do not survive an insertion
        }
    }

    /** Takes a reservation back: removes its nodes. The caller restores what other reservations still need. */
    static void release(IovaDomain iova, Extent pfns) {
        int node = iova.firstNode();
        while (iova.isNode(node)) {
            long lo = iova.nodeLo(node);
            if (pfns.intersects(new Extent(lo, iova.nodeHi(node)))) {
                iova.freeIova(lo);
                node = iova.firstNode();
            } else {
                node = iova.nextNode(node);
            }
        }
    }
}
