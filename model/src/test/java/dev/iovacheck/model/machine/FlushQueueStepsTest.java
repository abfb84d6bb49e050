package dev.iovacheck.model.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.FlushQueues;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.fq.FlushQueue;
import dev.iovacheck.model.iova.IovaCall;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What unmaps, the timer and a drain do with the rings of a flush queue, step by step: a ring gives up what was queued before a flush
 * that has finished was started, its lock is held over all of that, and a full ring is flushed once.
 */
class FlushQueueStepsTest {

    private final Outcome outcome = new Outcome();
    private MachineState state;
    private FlushQueueCalls calls;

    FlushQueueStepsTest() {
        state = stateOf(plan(FlushQueues.SMALLEST, null));
        calls = new FlushQueueCalls(plan(FlushQueues.SMALLEST, null), state, outcome);
    }

    private static Blueprint plan(FlushQueues queues, @Nullable Defect defect) {
        Configuration configuration = Configurations.of(
                        KernelProfile.V7_1,
                        2,
                        Mechanism.NONE,
                        new Exploration(false, false, false, false, Interleaving.STEPS),
                        List.of(Configurations.device(0, "g", 1, 15, 3, 1, 4)),
                        List.of())
                .toBuilder()
                .iommu(new Iommu(12, new Extent(0, 0xffff_ffffL), true, Iommu.Mode.LAZY, queues))
                .build();
        return new Blueprint(configuration, new int[] {0}, defect);
    }

    private static MachineState stateOf(Blueprint plan) {
        MachineState state = new MachineState(plan);
        state.domains[0].create(GroupType.DMA_FQ, 0);
        state.domains[0].iova().init(12, 1);
        state.domains[0].queue().publish();
        return state;
    }

    /** Another machine takes the place of the one with the smallest queues and no mistake. */
    private void machine(FlushQueues queues, @Nullable Defect defect) {
        Blueprint plan = plan(queues, defect);
        state = stateOf(plan);
        calls = new FlushQueueCalls(plan, state, outcome);
    }

    private DefaultDomain domain() {
        return state.domains[0];
    }

    private FlushQueue queue() {
        return domain().queue();
    }

    /** An unmap of a range of one page, or of four, whose page-table entries are cleared. */
    private CallInFlight unmap(int cpu, long pfn, int size) {
        CallInFlight call = state.calls[cpu];
        call.begin(Action.Kind.UNMAP, 0, 0);
        call.pfn = pfn;
        call.size = size;
        call.stage = CallInFlight.Stage.LOCK_RING;
        return call;
    }

    private CallInFlight timer(int cpu) {
        CallInFlight call = state.calls[cpu];
        calls.beginTimer(call, domain());
        return call;
    }

    private void flush(CallInFlight call) {
        for (int step = 0; step < 3; step++) {
            assertFalse(calls.advance(call));
        }
    }

    private boolean isStale(long pfn) {
        for (int range = 0; range < domain().stale().count(); range++) {
            if (new Extent(domain().stale().firstPfn(range), domain().stale().lastPfn(range)).contains(pfn)) {
                return true;
            }
        }
        return false;
    }

    // ---- an unmap ----

    @Test
    void anUnmapQueuesItsRangeInTheRingOfItsCpuAndArmsTheTimer() {
        CallInFlight call = unmap(1, 4, 1);
        assertFalse(calls.advance(call));
        assertEquals(CallInFlight.Stage.QUEUE_ENTRY, call.stage);
        assertEquals(1, call.ring);
        assertTrue(call.holdsRing);
        assertFalse(calls.advance(call));
        assertEquals(0, queue().size(0));
        assertEquals(1, queue().size(1));
        assertEquals(4, queue().pfn(1, 0));
        assertEquals(4, queue().pages(1, 0));
        assertTrue(isStale(4) && isStale(7));
        assertFalse(isStale(3) || isStale(8));
        assertFalse(call.holdsRing);
        assertFalse(call.holdsRange(), "the queue has it");
        assertFalse(queue().isTimerOn());
        assertTrue(outcome.isQueued());
        assertTrue(calls.advance(call), "it is done with the queue");
        assertTrue(queue().isTimerOn());
        assertTrue(state.branches.has(Branch.QUEUE_ARMS_TIMER));
        assertFalse(state.branches.has(Branch.QUEUE_LEAVES_TIMER));
        assertFalse(state.branches.has(Branch.RING_KEEPS), "it was empty");
    }

    /** Where page tables are followed: an unmap may be told of more than there was, or find nothing. */
    @Test
    void theIotlbHoldsOnlyWhatWasThereToBeCleared() {
        machine(new FlushQueues(4, false), Defect.PTES_NOT_CLEARED);
        CallInFlight call = unmap(0, 4, 1);
        call.pages = 4;
        call.cleared = 2;
        calls.advance(call);
        calls.advance(call);
        assertEquals(4, queue().pages(0, 0));
        assertEquals(1, domain().stale().count());
        assertTrue(isStale(4) && isStale(5));
        assertFalse(isStale(6));
        assertEquals(0, call.cleared);
        calls.advance(call);
        call = unmap(0, 9, 0);
        call.pages = 1;
        calls.advance(call);
        calls.advance(call);
        assertEquals(2, queue().size(0));
        assertEquals(1, domain().stale().count(), "nothing was there");
    }

    @Test
    void aTimerThatIsArmedIsLeftAlone() {
        queue().armTimer();
        CallInFlight call = unmap(0, 4, 0);
        calls.advance(call);
        calls.advance(call);
        calls.advance(call);
        assertTrue(state.branches.has(Branch.QUEUE_LEAVES_TIMER));
        assertFalse(state.branches.has(Branch.QUEUE_ARMS_TIMER));
    }

    /** The one entry that a ring of two has room for is there, and no flush was made since. */
    @Test
    void aFullRingIsFlushedOnceUnderItsLock() {
        queue().add(0, 9, 1);
        domain().stale().add(9, 1);
        CallInFlight call = unmap(0, 4, 0);
        assertFalse(calls.advance(call));
        assertTrue(state.branches.has(Branch.RING_KEEPS));
        assertTrue(state.branches.has(Branch.QUEUE_IS_FULL));
        assertEquals(CallInFlight.Stage.START_FLUSH, call.stage);
        assertTrue(call.holdsRing);
        assertFalse(calls.advance(call));
        assertEquals(1, queue().flushesInFlight());
        assertTrue(isStale(9), "started is not made");
        assertFalse(calls.advance(call));
        assertFalse(isStale(9));
        assertEquals(1, queue().flushesInFlight(), "made is not counted");
        assertFalse(calls.advance(call));
        assertEquals(0, queue().flushesInFlight());
        assertTrue(call.flushed);
        assertTrue(call.holdsRing);
        assertFalse(calls.advance(call));
        assertTrue(state.branches.has(Branch.RING_FREES));
        assertEquals(CallInFlight.Stage.ALLOCATOR, call.stage);
        assertEquals(9, call.releasedPfn());
        assertEquals(1, call.releasedPages());
        assertEquals(0, queue().size(0));
        assertFalse(calls.freed(call));
        assertFalse(call.holdsReleased());
        assertEquals(0, call.releasedPages());
        assertEquals(CallInFlight.Stage.QUEUE_ENTRY, call.stage);
        assertTrue(call.holdsRing);
        assertTrue(state.branches.has(Branch.QUEUE_HAS_ROOM));
    }

    /** Whether the flush has made room is not asked again: all entries are lost if it has not. */
    @Test
    void aRingThatIsStillFullAfterTheFlushLosesItsEntries() {
        queue().flushStarts(); // the timer of another CPU, which began before the entry was queued
        queue().add(0, 9, 1);
        queue().flushStarts(); // and another one
        CallInFlight call = unmap(0, 4, 0);
        calls.advance(call);
        flush(call);
        assertFalse(calls.advance(call));
        assertEquals(CallInFlight.Stage.QUEUE_ENTRY, call.stage);
        assertFalse(calls.advance(call));
        assertEquals(2, outcome.lostEntries());
        assertEquals(0, queue().size(0), "head and tail meet");
    }

    @Test
    void aFullRingThatIsNotFlushedIsThePlantedMistake() {
        machine(FlushQueues.SMALLEST, Defect.QUEUE_NOT_FLUSHED_WHEN_FULL);
        queue().add(0, 9, 1);
        CallInFlight call = unmap(0, 4, 0);
        calls.advance(call);
        assertEquals(CallInFlight.Stage.QUEUE_ENTRY, call.stage);
    }

    @Test
    void aTimerThatIsNotArmedIsThePlantedMistake() {
        machine(FlushQueues.SMALLEST, Defect.TIMER_NOT_ARMED);
        CallInFlight call = unmap(0, 4, 0);
        calls.advance(call);
        calls.advance(call);
        assertTrue(calls.advance(call), "it is done with the queue");
        assertFalse(queue().isTimerOn());
    }

    @Test
    void theRangeGoesBackOnTheCpuThatFreesTheRing() {
        machine(new FlushQueues(4, true), null);
        queue().add(0, 9, 3);
        queue().flushStarts();
        queue().flushFinishes();
        CallInFlight call = unmap(1, 4, 0);
        calls.advance(call);
        assertEquals(0, call.ring, "all CPUs share one");
        assertEquals(9, call.releasedPfn());
        assertEquals(3, call.releasedPages());
        assertEquals(IovaCall.Step.CACHE_INSERT, call.iova.step());
        domain().iova().advance(call.iova);
        assertEquals(1, domain().iova().magazineSize(2, 1, true));
        assertEquals(0, domain().iova().magazineSize(2, 0, true));
    }

    @Test
    void onlyWhatWasQueuedBeforeTheFlushIsFreed() {
        machine(new FlushQueues(8, false), null);
        queue().add(0, 9, 1);
        queue().add(0, 10, 1);
        queue().flushStarts();
        queue().add(0, 11, 1);
        queue().flushFinishes();
        CallInFlight call = unmap(0, 4, 0);
        assertFalse(calls.advance(call));
        assertEquals(9, call.releasedPfn());
        assertEquals(1, call.toFree, "what may go was counted under the lock");
        assertFalse(state.branches.has(Branch.RING_KEEPS));
        assertFalse(calls.freed(call));
        assertEquals(10, call.releasedPfn());
        assertFalse(calls.freed(call));
        assertFalse(call.holdsReleased());
        assertTrue(state.branches.has(Branch.RING_KEEPS));
        assertEquals(1, queue().size(0));
        assertEquals(11, queue().pfn(0, 0));
        assertEquals(CallInFlight.Stage.QUEUE_ENTRY, call.stage);
    }

    @Test
    void whatIsDueAtOnceIsFreedByThePlantedMistakeOnly() {
        queue().add(0, 9, 1);
        CallInFlight call = unmap(0, 4, 0);
        calls.advance(call);
        assertFalse(call.holdsReleased());
        machine(FlushQueues.SMALLEST, Defect.QUEUE_FREES_AT_ONCE);
        queue().add(0, 9, 1);
        call = unmap(0, 4, 0);
        calls.advance(call);
        assertEquals(9, call.releasedPfn());
    }

    /** Only with the bug that makes an unmap in a lazy machine queue blindly. */
    @Test
    void aQueueThatIsNotThereCannotBeLocked() {
        assertTrue(calls.queues(domain()));
        queue().clear();
        assertFalse(calls.queues(domain()));
        CallInFlight call = unmap(0, 4, 0);
        assertFalse(calls.advance(call));
        assertFalse(call.isInFlight());
        assertFalse(outcome.returned());
        assertEquals(0, queue().size(0));
    }

    // ---- the timer ----

    @Test
    void theTimerIsOffBeforeItFlushesAndFreesAllRings() {
        queue().add(0, 9, 1);
        queue().add(1, 10, 4);
        queue().armTimer();
        CallInFlight call = timer(0);
        assertFalse(queue().isTimerOn(), "whoever queues from now on arms it again");
        assertEquals(CallInFlight.Stage.START_FLUSH, call.stage);
        assertEquals(Action.Kind.FLUSH_TIMER, call.kind());
        assertEquals(0, call.domain());
        flush(call);
        assertFalse(call.holdsRing, "it flushes without a lock");
        assertFalse(calls.advance(call));
        assertTrue(call.holdsRing);
        assertEquals(9, call.releasedPfn());
        assertFalse(calls.freed(call));
        assertFalse(call.holdsRing, "between two rings");
        assertEquals(1, call.ring);
        assertEquals(CallInFlight.Stage.FREE_RING, call.stage);
        assertFalse(calls.advance(call));
        assertEquals(10, call.releasedPfn());
        assertEquals(4, call.releasedPages());
        assertTrue(calls.freed(call), "that was the last ring");
        assertFalse(call.holdsRing);
        assertEquals(0, call.ring);
        assertFalse(call.flushed);
        assertTrue(queue().isEmpty());
    }

    @Test
    void emptyRingsAreLookedAtAsWell() {
        CallInFlight call = timer(1);
        flush(call);
        assertFalse(calls.advance(call));
        assertTrue(calls.advance(call));
        assertFalse(state.branches.has(Branch.RING_FREES));
        assertFalse(state.branches.has(Branch.RING_KEEPS));
    }

    @Test
    void aDrainIsAFlushAndAllRings() {
        CallInFlight call = state.calls[0];
        call.begin(Action.Kind.RESERVE, 0, 0);
        calls.beginDrain(call);
        queue().add(1, 9, 1);
        flush(call);
        assertFalse(calls.advance(call));
        assertFalse(calls.advance(call));
        assertEquals(9, call.releasedPfn());
        assertTrue(calls.freed(call));
    }

    @Test
    void whatIsNoStepOfAQueueIsRefused() {
        CallInFlight call = state.calls[0];
        call.begin(Action.Kind.MAP, 0, 0);
        call.stage = CallInFlight.Stage.WRITE_PTES;
        assertThrows(IllegalArgumentException.class, () -> calls.advance(call));
    }

    // ---- the lock of a ring ----

    @Test
    void theLockOfARingKeepsOutWhoWantsThatRing() {
        queue().add(0, 9, 1);
        CallInFlight holder = timer(0);
        flush(holder);
        assertFalse(calls.advance(holder));
        assertTrue(holder.holdsRing);
        assertFalse(calls.waitsFor(unmap(1, 4, 0), holder), "CPU 1 has a ring of its own");
        holder.ring = 1;
        assertTrue(calls.waitsFor(unmap(1, 4, 0), holder));
        CallInFlight timer = timer(1);
        timer.stage = CallInFlight.Stage.FREE_RING;
        assertFalse(calls.waitsFor(timer, holder), "it is at ring 0");
        timer.ring = 1;
        assertTrue(calls.waitsFor(timer, holder));
        holder.holdsRing = false;
        assertFalse(calls.waitsFor(timer, holder), "nobody holds it");
    }

    @Test
    void whoHoldsTheLockOrNeedsNoneOrIsElsewhereDoesNotWait() {
        CallInFlight holder = state.calls[0];
        holder.begin(Action.Kind.UNMAP, 0, 0);
        holder.holdsRing = true;
        holder.ring = 1;
        CallInFlight other = unmap(1, 4, 0);
        assertTrue(calls.waitsFor(other, holder));
        other.stage = CallInFlight.Stage.QUEUE_ENTRY;
        assertFalse(calls.waitsFor(other, holder), "a step that takes no lock");
        other.stage = CallInFlight.Stage.FLUSH_IOTLB;
        assertFalse(calls.waitsFor(other, holder));
        other.stage = CallInFlight.Stage.LOCK_RING;
        other.holdsRing = true;
        assertFalse(calls.waitsFor(other, holder), "it has a lock already");
        other.holdsRing = false;
        holder.domain = -1;
        assertFalse(calls.waitsFor(other, holder), "the queue of another domain");
    }
}
