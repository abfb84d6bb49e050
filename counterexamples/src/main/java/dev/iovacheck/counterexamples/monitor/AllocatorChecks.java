package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.counterexamples.monitor.AllocatorTrack.Allocation;
import dev.iovacheck.counterexamples.monitor.ThreadTrack.Call;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks what the allocator is asked and answers: against what it handed out and reserved before, and, in lock step, against the model. A
 * range out of a cache is compared where {@code alloc_iova_fast} returns, a search where {@code alloc_iova} does.
 */
final class AllocatorChecks {

    /** Probes show when calls begin and end, and not in which order two CPUs had the lock: calls so close are not told apart. */
    private static final int CLOSE = 8;

    private final Scene scene;
    private final ReleaseChecks releases;

    AllocatorChecks(Scene scene) {
        this.scene = scene;
        releases = new ReleaseChecks(scene);
    }

    /** The next event of a thread is not that what it gave back goes to the tree. */
    void settleFreed(ThreadTrack thread) {
        releases.settleFreed(thread);
    }

    void accept(ThreadTrack thread, Event event) {
        switch (event.kind) {
            case RESV -> reserve(event);
            case FAST -> fast(thread, event);
            case SLOW -> slow(thread, event);
            case SLOW_RETURN -> slowReturn(thread, event);
            case FAST_RETURN -> fastReturn(thread, event);
            case FREE_FAST -> releases.freeFast(thread, event);
            case FREE -> releases.free(thread, event);
            case CPU_FREE -> emptyCpu(thread, event);
            default -> emptyMagazine(thread, event);
        }
    }

    // ---- reservations ----

    private void reserve(Event event) {
        AllocatorTrack allocator = scene.allocatorOf(event);
        if (allocator == null) {
            return;
        }
        long lo = event.get(Field.LO);
        long hi = event.get(Field.HI);
        if (Long.compareUnsigned(lo, hi) <= 0) {
            Ranges.Entry<Allocation> taken = allocator.live.intersecting(lo, hi);
            if (taken != null) {
                scene.report(new Finding(
                        "reservation-effective",
                        event.line,
                        allocator.bytes(lo, hi) + " is reserved in " + allocator.name() + " while "
                                + allocator.bytes(taken.first(), taken.last()) + " is allocated",
                        List.of(new Finding.Related(taken.what().line(), "allocated"))));
            }
            long from = lo;
            long to = hi;
            for (Ranges.Entry<Long> each : allocator.reserved.removeIntersecting(lo, hi)) {
                from = Long.compareUnsigned(each.first(), from) < 0 ? each.first() : from;
                to = Long.compareUnsigned(each.last(), to) > 0 ? each.last() : to;
            }
            allocator.reserved.put(from, to, event.line);
        }
        allocator.model.reserve(lo, hi);
    }

    // ---- allocating ----

    private void fast(ThreadTrack thread, Event event) {
        scene.counts.seesFast = true;
        AllocatorTrack allocator = scene.allocatorOf(event);
        if (allocator == null) {
            return;
        }
        Call call = new Call(
                allocator, event.get(Field.SIZE), event.get(Field.LIMIT), event.get(Field.FLUSH) != 0, event.line);
        call.domain = thread.wantedIn;
        call.device = thread.wantedBy;
        scene.link(allocator, thread.wantedIn);
        scene.concerns(allocator.domain);
        allocator.inFlight++;
        ThreadTrack.push(thread.calls, call);
    }

    private void slow(ThreadTrack thread, Event event) {
        scene.counts.seesSlow = true;
        AllocatorTrack allocator = scene.allocatorOf(event);
        if (allocator == null) {
            return;
        }
        Call call = thread.calls.peek();
        if (call == null || call.allocator != allocator || call.isAlone) {
            call = new Call(allocator, event.get(Field.SIZE), event.get(Field.LIMIT), false, event.line);
            call.isAlone = true;
            allocator.inFlight++;
            ThreadTrack.push(thread.calls, call);
        }
        call.aligned = event.get(Field.ALIGNED) != 0;
        call.searches++;
        if (call.isAlone || call.isSettled || call.searches > 1) {
            return;
        }
        LockStep model = allocator.model;
        if (!model.isFollowed()) {
            model.learnMiss(event.cpu, call.size, call.limit);
            return;
        }
        long cached = model.lookIntoCaches(call.model, event.cpu, call.size, call.limit, call.flush);
        if (cached != 0) {
            differs(call, event, "nothing from the caches", bytesOf(call, cached));
        }
    }

    private void slowReturn(ThreadTrack thread, Event event) {
        Call call = thread.calls.peek();
        if (call == null || call.searches == 0) {
            return; // it began before the recording
        }
        AllocatorTrack allocator = call.allocator;
        scene.concerns(allocator);
        allocator.touch(event);
        long lo = event.get(Field.IOVA) == 0 ? 0 : event.get(Field.LO);
        long hi = event.get(Field.IOVA) == 0 ? 0 : event.get(Field.HI);
        if (event.get(Field.IOVA) != 0 && (!event.has(Field.LO) || !event.has(Field.HI))) {
            call.isSettled = true; // what was found could not be read
            allocator.model.loseTrack();
            return;
        }
        call.foundLo = lo;
        call.isFound = true;
        if (!call.isSettled) {
            compareSearch(call, event, lo, hi);
        }
        if (call.isAlone) {
            end(thread, call);
            if (lo != 0) {
                allocated(thread, call, event, lo, hi);
            }
        }
    }

    private void compareSearch(Call call, Event event, long lo, long hi) {
        LockStep model = call.allocator.model;
        long size = call.isAlone ? call.size : LockStep.rounded(call.size);
        if (!model.isFollowed() || call.isAlone) {
            boolean alike = model.learnSearch(lo, hi, size, call.limit, call.aligned);
            if (!model.isFollowed()) {
                learned(alike);
            } else if (alike) {
                scene.counts.searches++;
            } else {
                report(call, event, range(call, lo, hi), "another range");
            }
            return;
        }
        boolean found = model.search(call.model);
        if (found && lo != 0 && model.foundLo() == lo && model.foundHi() == hi) {
            scene.counts.searches++;
        } else if (!found && lo == 0) {
            scene.counts.searches++;
        } else if (found && lo == 0) {
            // The model finds a range where the kernel has none: memory for its node may have been missing.
            model.free(model.foundLo());
            if (scene.counts.withoutMemory++ == 0) {
                scene.counts.firstWithoutMemory = event.line;
            }
            call.isSettled = true;
            model.loseTrack();
        } else {
            String got = found ? range(call, model.foundLo(), model.foundHi()) : "nothing";
            if (found) {
                model.free(model.foundLo());
            }
            differs(call, event, range(call, lo, hi), got);
            model.learnSearch(lo, hi, size, call.limit, true);
        }
    }

    private void fastReturn(ThreadTrack thread, Event event) {
        Call call = thread.calls.peek();
        if (call == null || call.isAlone) {
            return;
        }
        AllocatorTrack allocator = call.allocator;
        scene.concerns(allocator);
        allocator.touch(event);
        long pfn = event.get(Field.PFN);
        if (call.searches > 0 && !call.isFound) {
            allocator.model.loseTrack(); // nobody recorded what the search came to
        } else if (call.searches > 0 && call.foundLo != pfn) {
            scene.report(new Finding(
                    Finding.LOCK_STEP,
                    event.line,
                    "alloc_iova_fast returns " + Hex.of(pfn << allocator.shift) + " in " + allocator.name()
                            + ", and its search found "
                            + (call.foundLo == 0 ? "nothing" : Hex.of(call.foundLo << allocator.shift)),
                    List.of(new Finding.Related(call.line, "called"))));
            end(thread, call);
            allocator.model.loseTrack();
            forgive(thread, call, pfn);
            return;
        }
        if (call.searches == 0 && !call.isSettled) {
            compareCached(call, event, pfn);
        }
        end(thread, call);
        if (pfn != 0) {
            thread.wantedIn = null; // a failed call may be followed by another one for the same request
            allocated(thread, call, event, pfn, pfn + LockStep.rounded(call.size) - 1);
        }
    }

    private void compareCached(Call call, Event event, long pfn) {
        LockStep model = call.allocator.model;
        boolean isCachedSize = IovaDomain.order(call.size) < AllocatorConstants.ORDERS;
        if (!scene.counts.seesSlow || !isCachedSize || pfn == 0) {
            // Without the probe on alloc_iova nobody tells a cached range from a search.
            model.loseTrack();
        }
        if (!model.isFollowed()) {
            if (pfn != 0) {
                learned(model.learnCached(event.cpu, call.size, call.limit, pfn));
            }
            return;
        }
        long cached = model.lookIntoCaches(call.model, event.cpu, call.size, call.limit, call.flush);
        if (cached == pfn) {
            scene.counts.cacheHits++;
        } else {
            differs(call, event, bytesOf(call, pfn), cached == 0 ? "nothing from the caches" : bytesOf(call, cached));
            model.learnCached(event.cpu, call.size, call.limit, pfn);
        }
    }

    private void learned(boolean alike) {
        scene.counts.learned++;
        if (alike) {
            scene.counts.learnedAlike++;
        }
    }

    /** The model comes to something else. The first time in an allocator that is told; what follows may follow from it. */
    private void differs(Call call, Event event, String kernel, String model) {
        call.isSettled = true;
        call.allocator.model.loseTrack();
        if (call.allocator.isContended(event.cpu, call.line - CLOSE)) {
            if (scene.counts.unordered++ == 0) {
                scene.counts.firstUnordered = event.line;
            }
        } else {
            report(call, event, kernel, model);
        }
    }

    private void report(Call call, Event event, String kernel, String model) {
        AllocatorTrack allocator = call.allocator;
        if (allocator.isReported) {
            return;
        }
        allocator.isReported = true;
        scene.report(new Finding(
                Finding.LOCK_STEP,
                event.line,
                (call.isAlone ? "alloc_iova" : "alloc_iova_fast") + " for " + call.size
                        + (call.size == 1 ? " page" : " pages") + " up to " + Hex.of(allocator.last(call.limit))
                        + " in "
                        + allocator.name() + " on CPU " + event.cpu + ": the kernel has " + kernel + ", the model "
                        + model,
                List.of(new Finding.Related(call.line, "called"))));
    }

    private void end(ThreadTrack thread, Call call) {
        thread.calls.pop();
        call.allocator.inFlight = Math.max(0, call.allocator.inFlight - 1);
    }

    /** A range was handed out. */
    private void allocated(ThreadTrack thread, Call call, Event event, long lo, long hi) {
        AllocatorTrack allocator = call.allocator;
        scene.counts.allocations++;
        thread.lastFirst = lo << allocator.shift;
        thread.lastLast = allocator.last(hi);
        checkAllocated(call, event, lo, hi);
        allocator.live.removeIntersecting(lo, hi);
        allocator.live.put(lo, hi, new Allocation(call.size, event.line, call.device));
        DomainTrack domain = allocator.domain;
        if (domain != null) {
            domain.forgiven.removeIntersecting(thread.lastFirst, thread.lastLast);
        }
    }

    private void checkAllocated(Call call, Event event, long lo, long hi) {
        AllocatorTrack allocator = call.allocator;
        Ranges.Entry<Allocation> taken = allocator.live.intersecting(lo, hi);
        Ranges.Entry<Long> reserved = allocator.reserved.intersecting(lo, hi);
        List<Finding.Related> related = new ArrayList<>();
        String id = null;
        String why = "";
        if (taken != null) {
            id = "no-alias-in-domain";
            why = ", and " + allocator.bytes(taken.first(), taken.last()) + " is allocated already";
            related.add(new Finding.Related(taken.what().line(), "allocated"));
        } else if (reserved != null) {
            id = "no-reserved-overlap";
            why = ", and " + allocator.bytes(reserved.first(), reserved.last()) + " is reserved";
            related.add(new Finding.Related(reserved.what(), "reserved"));
        } else if (Long.compareUnsigned(hi, call.limit) > 0) {
            id = "upper-bound";
            why = ", above the limit " + Hex.of(allocator.last(call.limit));
        } else if (allocator.isFromBeginning && Long.compareUnsigned(lo, allocator.startPfn) < 0) {
            id = "lower-bound";
            why = ", below its start " + Hex.of(allocator.startPfn << allocator.shift);
        }
        if (id != null) {
            related.add(new Finding.Related(call.line, "called"));
            String what = allocator.bytes(lo, hi) + " is handed out in " + allocator.name();
            scene.report(new Finding(id, event.line, what + why, related));
            DomainTrack domain = allocator.domain;
            if (domain != null) {
                domain.forgive(lo << allocator.shift, allocator.last(hi), event.line);
            }
        }
    }

    private static void forgive(ThreadTrack thread, Call call, long pfn) {
        AllocatorTrack allocator = call.allocator;
        DomainTrack domain = allocator.domain;
        for (long lo : new long[] {pfn, call.foundLo}) {
            if (lo != 0) {
                thread.lastFirst = lo << allocator.shift;
                thread.lastLast = allocator.last(lo + LockStep.rounded(call.size) - 1);
                if (domain != null) {
                    domain.forgive(thread.lastFirst, thread.lastLast, call.line);
                }
            }
        }
        long lo = call.foundLo == 0 ? pfn : call.foundLo;
        if (lo != 0) {
            allocator.live.put(
                    lo, lo + LockStep.rounded(call.size) - 1, new Allocation(call.size, call.line, call.device));
        }
    }

    // ---- caches ----

    private void emptyCpu(ThreadTrack thread, Event event) {
        thread.isEmptying = true;
        AllocatorTrack allocator = scene.allocator(event.get(Field.IOVAD), event.cpu);
        Call call = thread.calls.peek();
        if (allocator == null || (call != null && call.allocator == allocator)) {
            return; // the call empties all caches, and so does that of the model
        }
        scene.concerns(allocator);
        long cpu = event.get(Field.CPU);
        if (cpu >= 0 && cpu < LockStep.MOST_CPUS) {
            allocator.model.cpuDead((int) cpu);
        }
    }

    /** Of the magazines that are emptied, only those that the depot worker empties are not part of another call. */
    private void emptyMagazine(ThreadTrack thread, Event event) {
        if (!event.has(Field.IOVAD) || thread.isEmptying || thread.calls.peek() != null) {
            return;
        }
        AllocatorTrack allocator = scene.allocatorOf(event);
        if (allocator != null && !allocator.model.depotWork()) {
            // An overflowing depot of 6.1 is emptied by the model as well.
            if (allocator.model.isDepotUnbounded()) {
                allocator.model.loseTrack();
            }
        }
    }

    // ---- words ----

    private static String range(Call call, long lo, long hi) {
        return lo == 0 ? "nothing" : call.allocator.bytes(lo, hi);
    }

    private static String bytesOf(Call call, long pfn) {
        return range(call, pfn, pfn + LockStep.rounded(call.size) - 1);
    }
}
