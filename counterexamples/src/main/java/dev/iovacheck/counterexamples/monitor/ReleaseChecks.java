package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.counterexamples.monitor.AllocatorTrack.Allocation;
import dev.iovacheck.counterexamples.monitor.ThreadTrack.Freed;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import java.util.List;
import java.util.function.Supplier;

/**
 * Checks what is given back to an allocator: against what was handed out, what is still mapped and what was not flushed, and, in lock step,
 * whether it goes to a cache or to the tree.
 */
final class ReleaseChecks {

    private final Scene scene;

    ReleaseChecks(Scene scene) {
        this.scene = scene;
    }

    void freeFast(ThreadTrack thread, Event event) {
        scene.counts.seesFree = true;
        AllocatorTrack allocator = scene.allocatorOf(event);
        if (allocator == null) {
            return;
        }
        scene.counts.releases++;
        long pfn = event.get(Field.PFN);
        long size = event.get(Field.SIZE);
        boolean isKnown = release(allocator, event, pfn, size);
        Freed freed = new Freed(
                allocator, event.cpu, pfn, size, event.line, isKnown && allocator.model.needsMagazine(event.cpu, size));
        if (isKnown && !freed.waits()) {
            allocator.model.freeFast(event.cpu, pfn, size, true);
        }
        thread.freed = freed;
    }

    /** A range that had to wait is cached, since the next event of its thread is not that it goes back to the tree. */
    void settleFreed(ThreadTrack thread) {
        Freed freed = thread.freed;
        if (freed != null) {
            if (freed.waits()) {
                freed.allocator().model.freeFast(freed.cpu(), freed.pfn(), freed.size(), true);
            }
            thread.freed = null;
        }
    }

    void free(ThreadTrack thread, Event event) {
        AllocatorTrack allocator = scene.allocatorOf(event);
        if (allocator == null) {
            thread.freed = null;
            return;
        }
        long pfn = event.get(Field.PFN);
        Freed freed = thread.freed;
        thread.freed = null;
        if (freed != null && freed.allocator() == allocator && freed.pfn() == pfn) {
            boolean isCachedSize = IovaDomain.order(freed.size()) < AllocatorConstants.ORDERS;
            if (freed.waits()) {
                allocator.model.freeFast(freed.cpu(), pfn, freed.size(), false);
            } else if (isCachedSize && allocator.model.isFollowed()) {
                allocator.model.loseTrack();
                if (!allocator.isReported) {
                    allocator.isReported = true;
                    scene.report(new Finding(
                            Finding.LOCK_STEP,
                            event.line,
                            "free_iova_fast of " + freed.size() + " pages at " + Hex.of(pfn << allocator.shift) + " in "
                                    + allocator.name() + ": the kernel gives them to the tree, the model to a cache",
                            List.of(new Finding.Related(freed.line(), "called"))));
                }
            }
            return;
        }
        if (freed != null && freed.waits()) {
            freed.allocator().model.freeFast(freed.cpu(), freed.pfn(), freed.size(), true);
        }
        if (release(allocator, event, pfn, -1)) {
            allocator.model.free(pfn);
        }
    }

    /**
     * Checks that a range may be given back, and forgets that it is allocated.
     *
     * @param size pages, or -1 for whatever it has
     * @return whether it is one that was handed out, as far as is known
     */
    private boolean release(AllocatorTrack allocator, Event event, long pfn, long size) {
        Ranges.Entry<Allocation> allocation = allocator.live.remove(pfn);
        DomainTrack domain = allocator.domain;
        long pages = allocation == null ? Math.max(1, size) : allocation.last() - allocation.first() + 1;
        long first = pfn << allocator.shift;
        long last = allocator.last(pfn + pages - 1);
        boolean isForgiven = domain != null && domain.isForgiven(first, last);
        Supplier<String> what =
                () -> allocator.bytes(pfn, pfn + Math.max(1, size) - 1) + " is given back in " + allocator.name();
        if (allocation == null && allocator.isFromBeginning && !isForgiven) {
            Ranges.Entry<Allocation> near = allocator.live.intersecting(pfn, pfn + pages - 1);
            scene.report(new Finding(
                    "driver-contract",
                    event.line,
                    what.get() + " and is not allocated"
                            + (near == null ? "" : "; " + allocator.bytes(near.first(), near.last()) + " is"),
                    near == null
                            ? List.of()
                            : List.of(new Finding.Related(near.what().line(), "allocated"))));
            if (domain != null && near != null) {
                domain.forgive(near.first() << allocator.shift, allocator.last(near.last()), event.line);
            }
            allocator.model.loseTrack();
            return false;
        }
        if (allocation != null && size >= 0 && allocation.what().size() != size && !isForgiven) {
            scene.report(new Finding(
                    "driver-contract",
                    event.line,
                    what.get() + ", " + size + " pages of " + allocation.what().size() + " that were asked for",
                    List.of(new Finding.Related(allocation.what().line(), "allocated"))));
        }
        if (domain != null) {
            releaseMappings(domain, event, first, last, what);
        }
        return true;
    }

    private void releaseMappings(DomainTrack domain, Event event, long first, long last, Supplier<String> what) {
        boolean isForgiven = domain.isForgiven(first, last);
        List<Ranges.Entry<Long>> mapped = domain.live.removeIntersecting(first, last);
        if (!mapped.isEmpty() && scene.counts.seesUnmap && !isForgiven) {
            Ranges.Entry<Long> one = mapped.get(0);
            scene.report(new Finding(
                    "pte-subset",
                    event.line,
                    what.get() + " while " + one.extent() + " is mapped",
                    List.of(new Finding.Related(one.what(), "mapped"))));
        }
        for (Ranges.Entry<Long> waiting : domain.waiting.removeIntersecting(first, last)) {
            scene.counts.queueReleases++;
            if (waiting.what() > domain.lastFlush && scene.counts.seesFlush && domain.cookie != 0 && !isForgiven) {
                scene.report(new Finding(
                        "flush-before-reuse",
                        event.line,
                        what.get() + " and its IOTLB was not flushed since it was unmapped",
                        List.of(new Finding.Related(waiting.what(), "unmapped"))));
                break;
            }
        }
        domain.forgiven.removeIntersecting(first, last);
    }
}
