package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.DomainType;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.iova.IovaCall;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.KernelBug;
import org.jspecify.annotations.Nullable;

/**
 * Begins calls and takes them on, one atomic step at a time. This is the only form in which the machine knows them: where calls are not
 * interrupted, their steps are made one after the other.
 */
final class Calls {

    /** The page of a doorbell is in none of its device's buffers. */
    static final int NO_SLOT = -1;

    private final Blueprint plan;
    private final MachineState state;
    private final Outcome outcome;
    private final boolean listsTakeZero;
    private final Outcome ofProbeCall = new Outcome();
    private final KeptPromises kept;
    private final DmaCalls dma;
    private final FlushQueueCalls queueCalls;
    private final SegmentLists lists;

    /** @param outcome where the results go */
    Calls(Blueprint plan, MachineState state, KeptPromises kept, Outcome outcome) {
        this.plan = plan;
        this.state = state;
        this.kept = kept;
        this.outcome = outcome;
        listsTakeZero = plan.configuration.bugs().contains(KernelBug.B09);
        dma = new DmaCalls(plan, state, outcome);
        queueCalls = new FlushQueueCalls(plan, state, outcome);
        lists = new SegmentLists(plan);
    }

    /** Begins a call: all that it does before it takes its first lock. It may have ended with that. */
    CallInFlight begin(int code) {
        int subject = ActionCode.subject(code);
        int detail = ActionCode.detail(code);
        CallInFlight call = state.calls[ActionCode.cpu(code)];
        Action.Kind kind = ActionCode.kind(code);
        switch (kind) {
            case ADD -> {
                call.begin(kind, subject, plan.domainOf[subject]);
                beginAdd(call, MissingMemory.values()[detail]);
            }
            case BIND -> {
                call.begin(kind, subject, plan.domainOf[subject]);
                bind(call);
            }
            case MSI -> {
                call.begin(kind, subject, plan.domainOf[subject]);
                call.size = plan.setups[subject].doorbellSize();
                beginMsi(call);
            }
            case RESERVE -> {
                int device = plan.configuration.reservations().get(subject).device();
                call.begin(kind, device, plan.domainOf[device]);
                call.reservation = subject;
                beginReserve(call, outcome);
            }
            case MAP -> {
                call.begin(kind, subject, plan.domainOf[subject]);
                call.size = ActionCode.size(code);
                call.slot = ActionCode.slot(code);
                beginMap(call);
            }
            case UNMAP -> beginUnmap(call, state.domains[subject], detail);
            case LINK -> {
                takeMapping(call, kind, state.domains[subject], detail);
                dma.beginLink(call);
            }
            case SYNC -> {
                takeMapping(call, kind, state.domains[subject], detail);
                dma.sync(call);
            }
            case UNLINK -> {
                takeMapping(call, kind, state.domains[subject], detail);
                call.stage = CallInFlight.Stage.CLEAR_PTES;
            }
            case WRONG_UNMAP -> {
                WrongUnmap way = EnabledActions.wayOf(detail);
                dma.beginWrongUnmap(call, state.domains[subject], way, EnabledActions.mappingOf(detail));
                call.lazy = queues(call);
            }
            case CPU_OFFLINE -> {
                call.begin(kind, -1, 0);
                state.setOnline(state.online & ~(1 << call.cpu()));
                emptyCachesFrom(call, 0);
            }
            case DEPOT_WORK -> {
                call.begin(kind, -1, subject);
                call.stage = CallInFlight.Stage.ALLOCATOR;
                call.iova.beginDepotWork(detail);
                advance(call);
            }
            case FLUSH_TIMER -> queueCalls.beginTimer(call, state.domains[subject]);
            case CHANGE_TYPE -> {
                call.begin(kind, -1, subject);
                beginTypeChange(call);
            }
            default -> throw new IllegalArgumentException("no call: " + kind);
        }
        return call;
    }

    /** Makes the next step of a call. */
    void advance(CallInFlight call) {
        switch (call.stage) {
            case IDLE -> throw new IllegalStateException("no call on cpu " + call.cpu());
            case PROBE_CALLS -> {
                ofProbeCall.clear();
                beginReserve(call, ofProbeCall);
                if (!call.isInFlight()) {
                    outcome.set(ofProbeCall); // the driver's probe fails
                }
            }
            case SET_UP -> finishAdd(call, MissingMemory.NONE, false);
            case ALLOCATOR -> advanceInAllocator(call);
            case GIVE_UP_32BIT -> {
                state.tries32Bit.set(call.device, false);
                allocate(call, false);
            }
            case NEXT_SEGMENT -> beginSegment(call);
            case WRITE_PTES -> {
                if (call.kind == Action.Kind.LINK) {
                    dma.finishLink(call);
                } else {
                    finishMap(call);
                }
            }
            case CLEAR_PTES -> {
                if (dma.crashesInUnlink(call)) {
                    call.end();
                    outcome.oops();
                } else {
                    clearPtes(call);
                }
            }
            case SYNC_IOTLB -> {
                domainOf(call).stale().flushed(clearedPfn(call), clearedPages(call));
                call.cleared = 0;
                if (call.kind == Action.Kind.UNLINK) {
                    dma.finishUnlink(call);
                } else {
                    free(call);
                }
            }
            case RESERVE -> reserve(call);
            case LOCK_RING, START_FLUSH, FLUSH_IOTLB, FINISH_FLUSH, FREE_RING, QUEUE_ENTRY, ARM_TIMER -> {
                if (queueCalls.advance(call)) {
                    leaveQueue(call);
                }
            }
            case PUBLISH_QUEUE -> {
                domainOf(call).queue().publish();
                call.stage = CallInFlight.Stage.STORE_TYPE;
            }
            case STORE_TYPE -> {
                domainOf(call).becomeLazy();
                call.end();
                outcome.success();
            }
        }
    }

    private void advanceInAllocator(CallInFlight call) {
        DefaultDomain domain = domainOf(call);
        domain.iova().advance(call.iova);
        outcome.warnings(domain.iova().warnings());
        if (domain.iova().crashed()) {
            call.end();
            return;
        }
        boolean ended = call.iova.step() == IovaCall.Step.NONE;
        if (call.holdsRing) {
            if (call.iova.step() == IovaCall.Step.FREE_MAGAZINE) {
                call.released = 0; // it is in a magazine
            } else if (ended && queueCalls.freed(call)) {
                leaveQueue(call);
            }
            return;
        }
        switch (call.kind) {
            case MAP, MSI -> {
                if (call.cause != Cause.NONE) {
                    if (ended) {
                        fail(call, call.cause);
                    } else if (call.iova.step() == IovaCall.Step.FREE_MAGAZINE) {
                        call.pfn = 0; // it is in a magazine
                    }
                } else if (ended) {
                    allocated(call, domain);
                }
                checkForm(domain);
            }
            case UNMAP, WRONG_UNMAP -> {
                if (ended) {
                    endUndo(call);
                } else if (call.iova.step() == IovaCall.Step.FREE_MAGAZINE) {
                    call.pfn = 0; // it is in a magazine
                }
            }
            case ADD, BIND, RESERVE -> {
                if (ended) {
                    call.stage = CallInFlight.Stage.RESERVE;
                }
            }
            case CPU_OFFLINE -> {
                if (ended) {
                    emptyCachesFrom(call, call.domain + 1);
                }
            }
            default -> {
                if (ended) {
                    call.end();
                }
            }
        }
    }

    /** The range of the call is queued, or all rings of the queue have been freed. */
    private void leaveQueue(CallInFlight call) {
        switch (call.kind) {
            case MAP, UNMAP, WRONG_UNMAP -> endUndo(call);
            case FLUSH_TIMER -> call.end();
            default -> emptyCaches(call, domainOf(call));
        }
    }

    /** Whether the next step needs the lock of a ring that the other call holds. */
    boolean waitsForRing(CallInFlight call, CallInFlight other) {
        return queueCalls.waitsFor(call, other);
    }

    /** The domain that the call works on. */
    DefaultDomain domainOf(CallInFlight call) {
        return state.domains[call.domain];
    }

    private @Nullable DefaultDomain domainOrNull(CallInFlight call) {
        return call.domain < 0 ? null : state.domains[call.domain];
    }

    /** Goes on with a stored call inside the allocator; where it is there, is read afterwards. */
    void resumeInAllocator(CallInFlight call) {
        IovaDomain iova = domainOf(call).iova();
        if (call.holdsRing) {
            queueCalls.resume(call);
            return;
        }
        switch (call.kind) {
            case MAP, MSI -> {
                if (call.cause == Cause.NONE) {
                    allocate(call, call.low);
                } else {
                    free(call);
                }
            }
            case UNMAP, WRONG_UNMAP -> free(call);
            case CPU_OFFLINE -> call.iova.beginEmptyCpu(iova, call.cpu());
            case DEPOT_WORK -> call.iova.beginDepotWork(0);
            default -> call.iova.beginEmptyAll(iova);
        }
    }

    // ---- map and unmap ----

    /** {@code iommu_dma_alloc_iova} up to its first lock (derived). */
    private void beginMap(CallInFlight call) {
        if (call.domain < 0) {
            throw new IllegalStateException("map by a device without a domain");
        }
        if (!plan.hasDmaDetails || call.kind != Action.Kind.MAP || dma.admits(call)) {
            beginRange(call);
        }
    }

    /** A list that is mapped segment by segment goes on with one that is not its first. */
    private void beginSegment(CallInFlight call) {
        Cause cause = dma.admitsPage(call);
        if (cause == Cause.NONE) {
            beginRange(call);
        } else {
            fail(call, cause);
        }
    }

    /** A range is asked for, below 4 GiB first or anywhere. */
    private void beginRange(CallInFlight call) {
        boolean below4G = state.tries32Bit.has(call.device)
                && DmaMapping.reachesAbove4G(plan.setups[call.device], call.size)
                && plan.defect != Defect.WHOLE_RANGE_FIRST;
        if (!below4G) {
            state.branches.take(Branch.DMA_WHOLE_RANGE);
        }
        allocate(call, below4G);
    }

    private void allocate(CallInFlight call, boolean below4G) {
        DeviceSetup setup = plan.setups[call.device];
        int shift = domainOf(call).iova().granuleShift();
        call.low = below4G;
        call.stage = CallInFlight.Stage.ALLOCATOR;
        // The attempt below 4 GiB does not empty caches.
        boolean flush = !below4G && plan.defect != Defect.CACHES_KEPT_ON_FAILURE;
        call.iova.beginAlloc(
                call.cpu(),
                setup.buffer(call.size).takenPages(),
                DmaMapping.limit(setup, call.size, below4G) >>> shift,
                flush);
        if (domainOf(call).missing() == MissingMemory.CACHES) {
            // Every request looks into the caches sooner or later: the cached sizes at once, the others before they
            // fail.
            call.end();
            outcome.oops();
        }
    }

    private void allocated(CallInFlight call, DefaultDomain domain) {
        if (call.low) {
            state.branches.take(call.iova.pfn() == 0 ? Branch.DMA_NOT_BELOW_4G : Branch.DMA_BELOW_4G);
        }
        if (call.iova.pfn() == 0 && call.low) {
            if (DmaMapping.givesUp32Bit(plan.configuration.kernel())) {
                call.stage = CallInFlight.Stage.GIVE_UP_32BIT;
            } else {
                allocate(call, false);
            }
        } else if (call.iova.pfn() == 0 && !takesZero(call)) {
            fail(call, Cause.NO_ADDRESS);
        } else {
            call.pfn = call.iova.pfn();
            call.low = false;
            if (plan.setups[call.device].buffer(call.size).call() == Buffer.Call.IOVA) {
                hold(call, domain);
            } else {
                call.stage = CallInFlight.Stage.WRITE_PTES;
                outcome.took(addressOf(call, domain));
            }
        }
    }

    /** Whether a 0 of the allocator, which means that there is nothing, is taken for an address. */
    private boolean takesZero(CallInFlight call) {
        BufferSetup buffer = plan.setups[call.device].buffer(call.size);
        boolean isList = buffer.call() == Buffer.Call.SG && !buffer.isListOfPages();
        return plan.defect == Defect.ZERO_IS_AN_ADDRESS || (listsTakeZero && isList);
    }

    private long addressOf(CallInFlight call, DefaultDomain domain) {
        return addressOf(call, domain, call.size, call.pfn);
    }

    private long addressOf(CallInFlight call, DefaultDomain domain, int size, long pfn) {
        return (pfn << domain.granuleShift())
                + plan.setups[call.device].buffer(size).offset();
    }

    /** {@code iommu_map}, and the driver gets its address; if that fails, the range is given back at once, past any queue. */
    private void finishMap(CallInFlight call) {
        DefaultDomain domain = domainOf(call);
        Cause cause = plan.hasDmaDetails ? dma.writePtes(call) : Cause.NONE;
        if (cause != Cause.NONE) {
            call.cause = cause;
            call.pages = plan.setups[call.device].buffer(call.size).takenPages();
            free(call);
            return;
        }
        if (call.kind == Action.Kind.MSI) {
            domain.live().add(call.pfn, call.device, call.size, NO_SLOT);
            state.doorbellIn[call.device] = Attachment.DEFAULT;
            outcome.success();
            outcome.took(call.pfn << domain.granuleShift());
            call.end();
        } else if (isSegment(call)) {
            finishSegment(call, domain);
        } else {
            hold(call, domain);
        }
    }

    /** Whether the range that a map is at is one of several. */
    private boolean isSegment(CallInFlight call) {
        return plan.setups[call.device].bufferOf(call.size) != call.size;
    }

    /** A segment is mapped: the next one follows, or the map of the whole list is done. The driver finds its first address first. */
    private void finishSegment(CallInFlight call, DefaultDomain domain) {
        DeviceSetup setup = plan.setups[call.device];
        int list = setup.bufferOf(call.size);
        int number = setup.rangeNumber(call.size);
        if (number == 0) {
            call.list = call.pfn;
        }
        domain.live().add(call.pfn, call.device, call.size, call.slot, 0, false, call.list);
        if (number + 1 < setup.rangeCount(list)) {
            call.size = setup.range(list, number + 1);
            call.pfn = 0;
            call.stage = CallInFlight.Stage.NEXT_SEGMENT;
            state.nextSegment();
        } else {
            outcome.address(addressOf(call, domain, setup.range(list, 0), call.list));
            state.liveOf[call.device]++;
            call.end();
        }
    }

    /** The map is done: its driver holds what it got. */
    private void hold(CallInFlight call, DefaultDomain domain) {
        outcome.address(addressOf(call, domain));
        domain.live().add(call.pfn, call.device, call.size, call.slot);
        state.liveOf[call.device]++;
        call.end();
    }

    /** Nothing comes of a map. */
    private void fail(CallInFlight call, Cause cause) {
        if (call.kind == Action.Kind.MSI) {
            call.end();
            outcome.error(Errno.ENOMEM);
        } else {
            call.cause = cause;
            endUndo(call);
        }
    }

    /**
     * The range that a call was undoing is given back or queued, if it had one. A list goes on with the next of the segments that it has
     * left, all that it has made if it is mapped in vain; there is nothing more to do otherwise.
     */
    private void endUndo(CallInFlight call) {
        DefaultDomain domain = domainOf(call);
        int next = lists.next(domain.live(), call);
        if (next != SegmentLists.NONE) {
            takeSegment(call, domain, next);
        } else if (call.kind == Action.Kind.MAP) {
            dma.fail(call, call.cause);
        } else {
            call.end();
        }
    }

    /** The call that undoes a list comes to the next of its segments. */
    private void takeSegment(CallInFlight call, DefaultDomain domain, int mapping) {
        LiveMappings live = domain.live();
        call.size = live.size(mapping);
        call.pfn = live.firstPfn(mapping);
        call.cleared = 0;
        call.flushed = false;
        call.ring = 0;
        boolean isLost = live.isLost(mapping);
        live.remove(mapping);
        if (lists.next(live, call) == SegmentLists.NONE) {
            // It is the last one: which list it was makes no difference any more.
            call.list = 0;
            call.ofLostDomain = false;
        }
        beginUndo(call, domain, isLost);
    }

    // ---- doorbells ----

    /**
     * {@code iommu_dma_prepare_msi}: the page of the doorbell is mapped in the domain that the device is attached to, once for all
     * devices; in a default domain through the allocator, in a user's domain in the window that software chose (derived).
     */
    private void beginMsi(CallInFlight call) {
        DefaultDomain domain = domainOf(call);
        if (plan.defect == Defect.DOORBELL_NOT_MAPPED) {
            state.doorbellIn[call.device] = domain.attachment();
            call.end();
            outcome.success();
        } else if (domain.attachment() == Attachment.USER && !plan.mapsDoorbellsInDefault) {
            state.doorbellIn[call.device] = Attachment.USER;
            call.end();
            outcome.success();
        } else if (hasDoorbellPage(domain, call.device)) {
            state.doorbellIn[call.device] = Attachment.DEFAULT;
            call.end();
            outcome.success();
        } else {
            beginMap(call);
        }
    }

    /** Whether the page of the device's doorbell is mapped in the domain, for whichever device. */
    boolean hasDoorbellPage(DefaultDomain domain, int device) {
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            if (isDoorbell(live, mapping) && doorbellPage(live.device(mapping)) == doorbellPage(device)) {
                return true;
            }
        }
        return false;
    }

    private boolean isDoorbell(LiveMappings live, int mapping) {
        return live.size(mapping) == plan.setups[live.device(mapping)].doorbellSize();
    }

    private long doorbellPage(int device) {
        return plan.setups[device].device().doorbell().orElseThrow()
                >>> plan.configuration.iommu().granuleShift();
    }

    /** The pages of doorbells went with their domain. */
    void dropDoorbells(DefaultDomain domain) {
        LiveMappings live = domain.live();
        for (int mapping = live.count() - 1; mapping >= 0; mapping--) {
            if (isDoorbell(live, mapping)) {
                live.remove(mapping);
            }
        }
    }

    // ---- unmap ----

    /** The driver gives a mapping into a call; until that ends it is the call that holds the range. */
    private void takeMapping(CallInFlight call, Action.Kind kind, DefaultDomain domain, int mapping) {
        LiveMappings live = domain.live();
        call.begin(kind, live.device(mapping), domain.index());
        call.size = live.size(mapping);
        call.slot = live.slot(mapping);
        call.pfn = live.firstPfn(mapping);
        call.linked = live.linked(mapping);
        call.list = live.list(mapping);
        boolean givesItBack = kind != Action.Kind.UNMAP && kind != Action.Kind.WRONG_UNMAP;
        call.ofLostDomain = live.isLost(mapping) && (call.list != 0 || givesItBack);
        live.remove(mapping);
        state.liveOf[call.device]--;
    }

    private boolean isMapped(DefaultDomain domain, long pfn) {
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            long past = pfn - live.firstPfn(mapping);
            long pages = plan.setups[live.device(mapping)].mapPfns(live.size(mapping));
            if (!live.isLost(mapping) && Long.compareUnsigned(past, pages) < 0) {
                return true;
            }
        }
        return false;
    }

    /** The driver gives its mapping up; from here on it is the call that holds the range. */
    private void beginUnmap(CallInFlight call, DefaultDomain domain, int mapping) {
        boolean isLost = domain.live().isLost(mapping);
        takeMapping(call, Action.Kind.UNMAP, domain, mapping);
        int size = call.size;
        long pfn = call.pfn;
        boolean found = beginUndo(call, domain, isLost);
        if (found
                && plan.remembersUnmap
                && !state.mistaken
                && plan.setups[call.device].buffer(size).call() != Buffer.Call.IOVA
                && plan.mayBeMistaken(call.device, size)) {
            state.rememberUndone(domain.index(), call.device, size, pfn);
        }
    }

    /**
     * A call begins to undo the range that it has taken over.
     *
     * @param isLost whether it was mapped in a domain that is gone
     * @return false if nothing was found there, and the call has gone on to what comes after it
     */
    private boolean beginUndo(CallInFlight call, DefaultDomain domain, boolean isLost) {
        BufferSetup buffer = plan.setups[call.device].buffer(call.size);
        if (isLost && !isMapped(domain, call.pfn)) {
            // The domain that took the place of the mapping's own translates nothing there: a warning. Only a page is
            // looked up first and not given back; all else is freed in the new domain, where it was never taken.
            boolean isGivenBack = domain.type() == DomainType.DMA && !buffer.isMappedAsPage();
            if (!isGivenBack) {
                outcome.warnings(domain.type() == DomainType.DMA ? 1 : 0);
                endUndo(call);
                return false;
            }
            boolean clears = buffer.call() != Buffer.Call.IOVA || call.linked > 0;
            outcome.warnings(clears && !plan.tracksPtes ? 1 : 0);
        }
        call.pages = buffer.pages();
        call.lazy = queues(call);
        call.stage = CallInFlight.Stage.CLEAR_PTES;
        if (buffer.call() == Buffer.Call.IOVA) {
            beginDestroy(call, buffer);
        }
        return true;
    }

    /** Whether an unmap that begins now will queue its range: where nothing was mapped, there is nothing to wait for. */
    private boolean queues(CallInFlight call) {
        boolean isMapped = plan.setups[call.device].buffer(call.size).call() != Buffer.Call.IOVA || call.linked > 0;
        return isMapped && queueCalls.queues(domainOf(call));
    }

    /** The page table is cleared; the IOTLB may hold the range until it is flushed, now or, where the range is queued, later. */
    private void clearPtes(CallInFlight call) {
        if (dma.clearPtes(call)) {
            noteStale(call);
            state.branches.take(call.lazy ? Branch.UNMAP_QUEUES : Branch.UNMAP_SYNCS);
            call.stage = call.lazy ? CallInFlight.Stage.LOCK_RING : CallInFlight.Stage.SYNC_IOTLB;
        } else {
            endUndo(call);
        }
    }

    /**
     * A call that has cleared its page-table entries has not flushed the IOTLB yet, which may hold what was there to be cleared: what a
     * driver undoes once more was flushed, or waits for it, since it was undone the first time.
     */
    void noteStale(CallInFlight call) {
        if (clearedPages(call) > 0) {
            domainOf(call).stale().add(clearedPfn(call), clearedPages(call));
        }
    }

    private long clearedPfn(CallInFlight call) {
        return call.kind == Action.Kind.UNLINK ? call.pfn + lastLinked(call).firstPage() : call.pfn;
    }

    private long clearedPages(CallInFlight call) {
        return plan.tracksPtes ? call.cleared : pages(call);
    }

    /** The part that an unlink is about. */
    private BufferSetup.Part lastLinked(CallInFlight call) {
        BufferSetup buffer = plan.setups[call.device].buffer(call.size);
        return buffer.parts().get(DmaCalls.linkedParts(call, buffer) - 1);
    }

    /**
     * {@code dma_iova_destroy}: what is linked is unlinked, and the range freed, through the queue if there is one, as if it were as large as
     * that. If nothing is linked it is {@code dma_iova_free}: freed as it was taken, page tables and queues left alone (derived).
     */
    private void beginDestroy(CallInFlight call, BufferSetup buffer) {
        int linked = DmaCalls.linkedParts(call, buffer);
        if (linked == 0) {
            free(call);
        } else {
            call.pages = buffer.linkedPages(linked);
        }
    }

    /** Strict mode: the IOTLB is flushed before the address goes back to the allocator (derived). */
    private void free(CallInFlight call) {
        call.stage = CallInFlight.Stage.ALLOCATOR;
        call.iova.beginFree(call.cpu(), call.pfn, pages(call));
    }

    /** How many granules a call gives back. */
    private long pages(CallInFlight call) {
        return plan.hasDmaDetails ? call.pages : plan.setups[call.device].mapPfns(call.size);
    }

    // ---- reservations ----

    /** What a reservation call reads without a lock; it may end with that, with its result in {@code result}. */
    private void beginReserve(CallInFlight call, Outcome result) {
        Reservation made = plan.configuration.reservations().get(call.reservation);
        DefaultDomain domain = domainOrNull(call);
        boolean admitted;
        call.stage = CallInFlight.Stage.RESERVE;
        if (plan.configuration.mechanism() == Mechanism.HARDENED) {
            admitted = HardenedCall.admits(
                    domain, state.usesDmaIommu.has(call.device), made.start(), made.length(), plan.defect, result);
            if (admitted && domain != null) {
                if (domain.queue().isActive()) {
                    queueCalls.beginDrain(call);
                } else {
                    emptyCaches(call, domain);
                }
            }
        } else {
            admitted = PostedCall.admits(domain, result);
            call.readNoGranule = admitted && domain != null && domain.iova().granuleShift() == 0;
        }
        if (!admitted) {
            call.end();
        }
    }

    /** The repaired call empties all caches before it looks at the tree. */
    private void emptyCaches(CallInFlight call, DefaultDomain domain) {
        call.stage = CallInFlight.Stage.RESERVE;
        if (plan.defect != Defect.CACHES_NOT_EMPTIED) {
            call.iova.beginEmptyAll(domain.iova());
            if (call.iova.step() != IovaCall.Step.NONE) {
                call.stage = CallInFlight.Stage.ALLOCATOR;
            }
        }
    }

    /** The one step that changes the tree. */
    private void reserve(CallInFlight call) {
        Reservation made = plan.configuration.reservations().get(call.reservation);
        DefaultDomain domain = domainOf(call);
        boolean inProbe = call.kind != Action.Kind.RESERVE;
        Outcome result = inProbe ? ofProbeCall : outcome;
        result.clear();
        if (plan.configuration.mechanism() == Mechanism.HARDENED) {
            HardenedCall.reserve(domain, state.calls, kept, made.start(), made.length(), plan.defect, result);
        } else {
            int shift = call.readNoGranule ? 0 : domain.granuleShift();
            PostedCall.reserve(domain, shift, made.start(), made.length(), result);
        }
        boolean success = result.kind() == Outcome.Kind.SUCCESS;
        if (success) {
            state.called.set(made.index(), true);
            state.promised.set(made.index(), true);
        }
        checkForm(domain);
        if (!inProbe) {
            call.end();
        } else if (success) {
            nextProbeCall(call, made.index() + 1);
        } else {
            call.end();
            outcome.set(ofProbeCall); // the driver's probe fails
        }
    }

    // ---- devices and CPUs ----

    /**
     * {@code DMA-FQ} is written to the {@code type} of a group whose domain is strict, which needs no driver to be unbound. 6.1 does it
     * for groups of one device only, and looks first, as for any other type, at who has the group and what its IOMMU driver insists on.
     * The rings are allocated before anybody sees them (derived).
     */
    private void beginTypeChange(CallInFlight call) {
        DefaultDomain domain = domainOf(call);
        Errno error = plan.configuration.kernel().countsOwners() ? null : refusalOfLinux61(domain);
        if (error != null) {
            call.end();
            outcome.error(error);
        } else if (!domain.allocateQueue()) {
            call.end();
            outcome.error(Errno.ENOMEM);
        } else {
            call.stage = CallInFlight.Stage.PUBLISH_QUEUE;
        }
    }

    private @Nullable Errno refusalOfLinux61(DefaultDomain domain) {
        if (presentIn(domain) != 1) {
            return Errno.EINVAL;
        }
        if (domain.attachment() != Attachment.DEFAULT) {
            return Errno.EBUSY;
        }
        for (int device : plan.devices) {
            boolean isMember = state.present.has(device) && plan.domainOf[device] == domain.index();
            if (isMember && !GroupType.DMA_FQ.fits(plan.setups[device].device().requiredType())) {
                return Errno.EINVAL;
            }
        }
        return null;
    }

    private int presentIn(DefaultDomain domain) {
        int count = 0;
        for (int device : plan.devices) {
            if (state.present.has(device) && plan.domainOf[device] == domain.index()) {
                count++;
            }
        }
        return count;
    }

    /**
     * Probe by the IOMMU core, and the driver's own probe as far as it reserves. The core's part is one step: it holds the mutex of the
     * group, and nobody maps through a domain that is being initialised (derived).
     */
    private void beginAdd(CallInFlight call, MissingMemory missing) {
        int device = call.device;
        state.present.set(device, true);
        state.attachPending.set(device, plan.setups[device].device().dma().deferredAttach());
        DefaultDomain domain = domainOrNull(call);
        boolean isFirst = domain != null && !domain.exists();
        if (domain != null && isFirst) {
            domain.create(plan.initialType(device), device);
        }
        if (domain != null && plan.setsUpUnlocked) {
            call.sawUninitialised = !domain.iova().isInitialised();
            call.stage = CallInFlight.Stage.SET_UP;
        } else {
            finishAdd(call, missing, isFirst);
        }
    }

    private void finishAdd(CallInFlight call, MissingMemory missing, boolean isFirst) {
        int device = call.device;
        DefaultDomain domain = domainOrNull(call);
        Errno error = null;
        if (domain != null) {
            error = setUp(device, domain, call.sawUninitialised, missing, outcome);
            call.sawUninitialised = false;
            if (isFirst && plan.losesFirstDirectMaps) {
                domain.forgetDirect(device);
            }
            call.memoryWasMissing = domain.iova().memoryFailed();
        }
        if (plan.hasDriver(device)) {
            bind(call);
        } else {
            endProbe(call, error);
        }
    }

    /**
     * What a default domain is prepared with for a device: direct mappings, then {@code iommu_setup_dma_ops}. An identity domain needs
     * neither, and its devices go without the DMA ops of the IOMMU.
     *
     * @param sawUninitialised as for {@link DefaultDomain#initialise}
     * @return why the device stays without them although it should have them; {@code null} if all is well
     */
    @Nullable
    Errno setUp(int device, DefaultDomain domain, boolean sawUninitialised, MissingMemory missing, Outcome result) {
        DeviceSetup setup = plan.setups[device];
        state.tries32Bit.set(device, DmaMapping.starts32Bit(setup.device()));
        state.usesDmaIommu.set(device, false);
        if (domain.type() == DomainType.IDENTITY) {
            return null;
        }
        if (plan.followsDirectMaps && setup.hasDirect() && plan.defect != Defect.DIRECT_NOT_MAPPED) {
            domain.mapDirect(device, isInTheWay(domain, setup));
        }
        Errno error = domain.initialise(setup, sawUninitialised, missing, plan.defect, result);
        state.usesDmaIommu.set(device, error == null);
        return error;
    }

    /** Whether a mapping, made or being made, is where a direct region of the device should be. */
    private boolean isInTheWay(DefaultDomain domain, DeviceSetup setup) {
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            long pages = plan.setups[live.device(mapping)].mapPfns(live.size(mapping));
            if (!live.isLost(mapping) && setup.mapsDirect(live.firstPfn(mapping), live.firstPfn(mapping) + pages - 1)) {
                return true;
            }
        }
        return false;
    }

    /** {@code iommu_device_use_default_domain}, then the probe function of the driver as far as it reserves. */
    private void bind(CallInFlight call) {
        DefaultDomain domain = domainOrNull(call);
        if (domain != null && domain.attachment() != Attachment.DEFAULT) {
            state.branches.take(Branch.USE_OWNED);
            call.end();
            outcome.error(Errno.EBUSY); // the device is there, without a driver
            return;
        }
        state.branches.take(Branch.USE_DEFAULT);
        state.bound.set(call.device, true);
        nextProbeCall(call, 0);
    }

    private void endProbe(CallInFlight call, @Nullable Errno error) {
        call.end();
        if (error == null) {
            outcome.success();
        } else {
            outcome.error(error);
        }
    }

    private void nextProbeCall(CallInFlight call, int from) {
        int device = call.device;
        for (int index : plan.reservations) {
            Reservation made = plan.configuration.reservations().get(index);
            if (index >= from && made.device() == device && made.when() == Reservation.When.AT_PROBE) {
                call.reservation = index;
                call.readNoGranule = false;
                call.stage = CallInFlight.Stage.PROBE_CALLS;
                return;
            }
        }
        Action.Kind kind = call.kind;
        call.end();
        DefaultDomain domain = plan.domainOf[device] < 0 ? null : state.domains[plan.domainOf[device]];
        boolean lacksOps = domain != null && domain.type() == DomainType.DMA && !state.usesDmaIommu.has(device);
        if (kind == Action.Kind.ADD && domain != null && lacksOps) {
            outcome.error(errorOfSetUp(device, domain));
        } else {
            outcome.success();
        }
    }

    /** Why a device stays without IOMMU DMA ops: who could initialise the domain failed over the windows of its bridge. */
    private Errno errorOfSetUp(int device, DefaultDomain domain) {
        if (domain.initialiser() == device && domain.missing() != MissingMemory.NONE) {
            return Errno.ENOMEM;
        }
        return plan.setups[device].windowsRefused() && domain.initialiser() == device ? Errno.EINVAL : Errno.EFAULT;
    }

    /** {@code iova_cpuhp_dead}, domain by domain. */
    private void emptyCachesFrom(CallInFlight call, int firstDomain) {
        for (int index = firstDomain; index < state.domains.length; index++) {
            IovaDomain iova = state.domains[index].iova();
            if (iova.isInitialised()) {
                call.iova.beginEmptyCpu(iova, call.cpu());
                if (call.iova.step() != IovaCall.Step.NONE) {
                    call.domain = index;
                    call.stage = CallInFlight.Stage.ALLOCATOR;
                    return;
                }
            }
        }
        call.end();
    }

    private void checkForm(DefaultDomain domain) {
        if (domain.iova().illFormed() && !plan.canBecomeIllFormed) {
            throw new IllegalStateException(
                    "the tree became ill-formed, which no call of this configuration should do");
        }
    }
}
