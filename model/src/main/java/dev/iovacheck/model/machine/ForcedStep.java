package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaCall;
import dev.iovacheck.model.iova.IovaDomain;

/**
 * Which call, if any, may be taken on before anybody else does anything, without a violation being missed: the partial-order reduction
 * of {@code interleaving: steps}.
 *
 * <p>Most steps are left alone. A CPU's magazines look local to it and are not: any other CPU whose allocation fails empties them. What
 * remains are the ends of a call.
 *
 * <ul>
 *   <li><b>After.</b> {@code WRITE_PTES}, {@code CLEAR_PTES} and {@code SYNC_IOTLB} touch no tree, cache or hint, and nobody is kept from
 *       anything by them: a range counts as its driver's from the step that takes it to the step that gives it back, in flight or live.
 *       They commute with every step of every other CPU. A violation that others reach without such a step they also reach after it: each
 *       invariant that speaks of live mappings stays violated when there is one more, and counts ranges in flight as owned.
 *   <li><b>Before.</b> Beginning a call only keeps others from things (the CPU is busy, the driver is not idle), and reads only what cannot
 *       change while it is in flight. So whatever others do between the beginning and the first step with a lock, they can also do before
 *       the beginning, with the same result. It is enough to see calls begin as late as possible: the first step follows at once.
 * </ul>
 *
 * <p>What the IOTLB may hold, which nobody asks but an invariant, keeps to the same two rules. A range that is cleared sooner, after its
 * unmap began as late as possible, is cleared when the unmap begins; a flush that others start between the two could have been started
 * before both, and then counts for less. {@code LOCK_RING} is the first step with a lock of an unmap that queues. All this rests on a range
 * being its owner's alone. Once a tree is out of order others may be given it too, between the clearing and the flush, and no step of an
 * unmap is forced any more.
 *
 * <p>No cycle is explored in a reduced form only: forced steps take a call towards its end, of which no call is infinitely far, and a call
 * begins only in states where everything is listed.
 */
final class ForcedStep {

    private final Blueprint plan;
    private final MachineState state;

    private final boolean typeMayChange;

    ForcedStep(Blueprint plan, MachineState state) {
        this.plan = plan;
        typeMayChange = plan.configuration.exploration().has(Exploration.Option.LAZY_SWITCH);
        this.state = state;
    }

    /** Whether it is enough to look at the next step of the call, which can happen now. */
    boolean isForced(CallInFlight call) {
        return switch (call.stage) {
            // Where page-table entries are followed, a map meets those that others have not cleared yet. A doorbell is
            // in
            // use from then on, which keeps others of the group from mapping theirs.
            case WRITE_PTES -> !plan.tracksPtes && call.kind != Action.Kind.MSI;
            case CLEAR_PTES -> !plan.tracksPtes && isOwned(call);
            case SYNC_IOTLB, LOCK_RING -> isOwned(call);
            case ALLOCATOR -> isFirst(call);
            // An initialised domain keeps its granule. The repaired call has emptied caches before and is no longer at
            // its beginning.
            case RESERVE ->
                plan.configuration.mechanism() == Mechanism.POSTED_API
                        && call.domain >= 0
                        && state.domains[call.domain].iova().isInitialised()
                        && !typeMayChange;
            case IDLE,
                    PROBE_CALLS,
                    SET_UP,
                    GIVE_UP_32BIT,
                    NEXT_SEGMENT,
                    START_FLUSH,
                    FLUSH_IOTLB,
                    FINISH_FLUSH,
                    FREE_RING,
                    QUEUE_ENTRY,
                    ARM_TIMER,
                    PUBLISH_QUEUE,
                    STORE_TYPE -> false;
        };
    }

    /** Whether nobody else can take a range that the call holds: a tree that is out of order gives away what is in use. */
    private boolean isOwned(CallInFlight call) {
        return !state.domains[call.domain].iova().illFormed();
    }

    /** Whether nothing has happened yet that anybody could see. */
    private boolean isFirst(CallInFlight call) {
        if (plan.hasDmaDetails) {
            return false;
        }
        IovaCall.Step step = call.iova.step();
        return switch (call.kind) {
            // A PCI device has read whether it tries addresses below 4 GiB first, which may have changed since.
            case MAP ->
                !DmaMapping.starts32Bit(plan.setups[call.device].device())
                        && (step == IovaCall.Step.CACHE_GET || (step == IovaCall.Step.TREE_ALLOC && !isCached(call)));
            // An unmap has read whether there is a flush queue, which may have changed since; what it frees out of a
            // queue is not its first step.
            case UNMAP ->
                !typeMayChange
                        && !call.holdsRing
                        && (step == IovaCall.Step.CACHE_INSERT || (step == IovaCall.Step.TREE_FREE && !isCached(call)));
            default -> false;
        };
    }

    private boolean isCached(CallInFlight call) {
        return IovaDomain.order(plan.setups[call.device].mapPfns(call.size)) < AllocatorConstants.ORDERS;
    }
}
