package dev.iovacheck.model.machine;

import dev.iovacheck.model.fq.FlushQueue;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Defect;

/**
 * What calls do with a flush queue, one atomic step at a time (derived): {@code queue_iova} at the end of an unmap, {@code
 * fq_flush_timeout}, and the drain with which the repaired reservation call begins. All of them flush the IOTLB between two counters
 * ({@code fq_flush_iotlb}) and free what a ring may give up ({@code fq_ring_free}).
 *
 * <p>The lock of a ring is held from its first look at the ring to the last, over a flush and over the frees inside. The flush itself is
 * three things that others see one by one: it is counted as started, made, and counted as finished.
 */
final class FlushQueueCalls {

    private final Blueprint plan;
    private final MachineState state;
    private final Outcome outcome;

    FlushQueueCalls(Blueprint plan, MachineState state, Outcome outcome) {
        this.plan = plan;
        this.state = state;
        this.outcome = outcome;
    }

    /** Whether an unmap that begins now will queue its range: it looks at {@code fq_domain}, not at the type of the domain. */
    boolean queues(DefaultDomain domain) {
        return domain.queue().isActive() || plan.queuesBlindly;
    }

    /** {@code fq_flush_timeout} begins: {@code fq_timer_on} is cleared before anything is flushed, so that whoever comes later arms again. */
    void beginTimer(CallInFlight call, DefaultDomain domain) {
        call.begin(Action.Kind.FLUSH_TIMER, -1, domain.index());
        domain.queue().timerFires();
        call.stage = CallInFlight.Stage.START_FLUSH;
    }

    /** A flush, and then all rings: what the timer does. */
    void beginDrain(CallInFlight call) {
        call.stage = CallInFlight.Stage.START_FLUSH;
    }

    /**
     * Makes the next step.
     *
     * @return whether the call is done with the queue: its range is queued, or it is the timer or a drain and has freed all rings
     */
    boolean advance(CallInFlight call) {
        DefaultDomain domain = state.domains[call.domain];
        FlushQueue queue = domain.queue();
        switch (call.stage) {
            case LOCK_RING -> {
                if (!queue.isActive()) {
                    call.end();
                    outcome.notThere();
                    return false;
                }
                call.ring = queue.ringOf(call.cpu());
                return beginFree(call, queue);
            }
            case FREE_RING -> {
                return beginFree(call, queue);
            }
            case START_FLUSH -> {
                queue.flushStarts();
                domain.stale().flushStarts(call.cpu());
                call.stage = CallInFlight.Stage.FLUSH_IOTLB;
            }
            case FLUSH_IOTLB -> {
                domain.stale().flushMade(call.cpu());
                call.stage = CallInFlight.Stage.FINISH_FLUSH;
            }
            case FINISH_FLUSH -> {
                queue.flushFinishes();
                call.flushed = true;
                call.stage = CallInFlight.Stage.FREE_RING;
            }
            case QUEUE_ENTRY -> {
                // Whether the flush has made room is not asked again.
                long pages = plan.hasDmaDetails ? call.pages : plan.setups[call.device].mapPfns(call.size);
                outcome.queued(queue.add(call.ring, call.pfn, pages));
                long cleared = plan.tracksPtes ? call.cleared : pages;
                if (cleared > 0) {
                    domain.stale().add(call.pfn, cleared);
                }
                call.cleared = 0;
                call.pfn = 0;
                call.holdsRing = false;
                call.stage = CallInFlight.Stage.ARM_TIMER;
            }
            case ARM_TIMER -> {
                state.branches.take(queue.isTimerOn() ? Branch.QUEUE_LEAVES_TIMER : Branch.QUEUE_ARMS_TIMER);
                if (plan.defect != Defect.TIMER_NOT_ARMED) {
                    queue.armTimer();
                }
                return true;
            }
            default -> throw new IllegalArgumentException("no step on a flush queue: " + call.stage);
        }
        return false;
    }

    private boolean beginFree(CallInFlight call, FlushQueue queue) {
        call.holdsRing = true;
        call.toFree = queue.releasable(call.ring, plan.defect == Defect.QUEUE_FREES_AT_ONCE);
        return freeNext(call, queue);
    }

    /** A range is back in the caches or in the tree; the ring goes on. As {@link #advance}. */
    boolean freed(CallInFlight call) {
        call.released = 0;
        call.releasedPages = 0;
        return freeNext(call, state.domains[call.domain].queue());
    }

    private boolean freeNext(CallInFlight call, FlushQueue queue) {
        if (call.toFree > 0) {
            state.branches.take(Branch.RING_FREES);
            call.toFree--;
            call.released = queue.pfn(call.ring, 0);
            call.releasedPages = queue.pages(call.ring, 0);
            queue.dropFirst(call.ring);
            resume(call);
            return false;
        }
        if (queue.size(call.ring) > 0) {
            state.branches.take(Branch.RING_KEEPS);
        }
        if (queuesRange(call)) {
            boolean mustFlush =
                    queue.isFull(call.ring) && !call.flushed && plan.defect != Defect.QUEUE_NOT_FLUSHED_WHEN_FULL;
            state.branches.take(mustFlush ? Branch.QUEUE_IS_FULL : Branch.QUEUE_HAS_ROOM);
            call.stage = mustFlush ? CallInFlight.Stage.START_FLUSH : CallInFlight.Stage.QUEUE_ENTRY;
            return false;
        }
        call.holdsRing = false;
        if (call.ring + 1 < queue.rings()) {
            call.ring++;
            call.stage = CallInFlight.Stage.FREE_RING;
            return false;
        }
        call.ring = 0;
        call.flushed = false;
        return true;
    }

    /** Whether the call has a range to queue, be it in an unmap or in a map that undoes what it has made of a list. */
    private static boolean queuesRange(CallInFlight call) {
        return switch (call.kind) {
            case MAP, UNMAP, WRONG_UNMAP -> true;
            default -> false;
        };
    }

    /** {@code free_iova_fast} on the CPU that frees the ring, whichever had the range before. */
    void resume(CallInFlight call) {
        call.stage = CallInFlight.Stage.ALLOCATOR;
        call.iova.beginFree(call.cpu(), call.released, call.releasedPages);
    }

    /** Whether the next step needs the lock of a ring that the other call holds. */
    boolean waitsFor(CallInFlight call, CallInFlight other) {
        if (!other.holdsRing || call.holdsRing || other.domain != call.domain) {
            return false;
        }
        return switch (call.stage) {
            case LOCK_RING -> state.domains[call.domain].queue().ringOf(call.cpu()) == other.ring;
            case FREE_RING -> call.ring == other.ring;
            default -> false;
        };
    }
}
