package dev.iovacheck.counterexamples.text;

import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.CallStep;
import dev.iovacheck.model.machine.Failure;
import dev.iovacheck.model.machine.Outcome;
import java.util.Objects;

/** The beginning of a call that others may interrupt, and its steps: which CPU, which call, what it does and what comes of it. */
final class CallStepText {

    private final Configuration configuration;
    private final StepText calls;

    CallStepText(Configuration configuration, StepText calls) {
        this.configuration = configuration;
        this.calls = calls;
    }

    /** A call that has begun and not ended. */
    String begun(ReplayedStep step) {
        Action action = step.action();
        return switch (action.kind()) {
            case MAP -> on(action) + calls.map(action) + " begins";
            case UNMAP, LINK, UNLINK, WRONG_UNMAP -> on(action) + calls.ofMapping(action) + " begins";
            case RESERVE -> on(action) + calls.reserve(action.reservation()) + " begins";
            case ADD ->
                on(action)
                        + device(action)
                        + (configuration.bugs().contains(KernelBug.B15)
                                ? " is probed, and looks whether its domain is initialised"
                                : " is probed; its driver is about to make its reservation calls");
            case BIND ->
                on(action) + "a driver is bound to " + device(action) + " and is about to make its reservation calls";
            case MSI -> on(action) + "the doorbell of " + device(action) + " is about to be mapped";
            case DEPOT_WORK -> on(action) + "the depot worker takes a full magazine out of the depot";
            case FLUSH_TIMER -> on(action) + StepText.flushTimer();
            case CHANGE_TYPE -> on(action) + calls.changeType(action) + "; its rings are allocated";
            case CPU_OFFLINE -> "cpu " + action.cpu() + " goes offline";
            default -> throw new IllegalArgumentException("no call: " + action.kind());
        };
    }

    /** A step of a call. */
    String wentOn(ReplayedStep step) {
        Action action = step.action();
        String text = on(action) + call(action) + ": " + what(step);
        Failure failure = action.failure();
        return (failure == Failure.NONE ? text : text + " (" + failure.words() + ")") + StepText.result(step);
    }

    private static String on(Action action) {
        return "cpu " + action.cpu() + ": ";
    }

    private String device(Action action) {
        return configuration.devices().get(action.device()).name();
    }

    private String call(Action action) {
        if (action.reservation() >= 0) {
            return calls.reserve(action.reservation());
        }
        if (action.size() != 0) {
            boolean unmaps =
                    switch (Objects.requireNonNull(action.step())) {
                        case CLEAR_PTES,
                                SYNC_IOTLB,
                                CACHE_INSERT,
                                FREE_MAGAZINE,
                                TREE_FREE,
                                TREE_ERASE,
                                LOCK_RING,
                                START_FLUSH,
                                FLUSH_IOTLB,
                                FINISH_FLUSH,
                                FREE_RING,
                                CACHE_QUEUED,
                                FREE_QUEUED,
                                QUEUE_ENTRY,
                                ARM_TIMER -> true;
                        default -> false;
                    };
            String bytes = device(action) + ", " + ByteSize.of(action.size());
            return unmaps ? "unmap(" + bytes + ")" : calls.map(action);
        }
        if (action.step() == CallStep.SET_UP) {
            return "probe of " + device(action);
        }
        if (action.device() >= 0) {
            return "reservation call of " + device(action);
        }
        return switch (Objects.requireNonNull(action.step())) {
            case DEPOT_FREE -> "the depot worker";
            case PUBLISH_QUEUE, STORE_TYPE -> "the change of type";
            case EMPTY_MAGAZINE -> "going offline";
            default -> "the timer of the flush queue";
        };
    }

    private static String what(ReplayedStep step) {
        boolean took = step.outcome() == Outcome.Kind.GOES_ON && step.address() != 0;
        String range = took ? " -> " + Hex.of(step.address()) : "";
        boolean goesOn = step.outcome() == Outcome.Kind.GOES_ON;
        return switch (Objects.requireNonNull(step.action().step())) {
            case PROBE_CALLS -> goesOn ? "begins" : "ends at once";
            case CACHE_GET -> took ? "rcache hit" + range : "rcache miss";
            case TREE_ALLOC -> took ? "alloc from the tree" + range : "nothing fits in the tree";
            case EMPTY_MAGAZINE -> "a CPU's magazines are emptied into the tree";
            case EMPTY_DEPOT -> "the depot is emptied into the tree";
            case GIVE_UP_32BIT -> "from now on not below 4 GiB first";
            case NEXT_SEGMENT -> "comes to segment " + (step.action().order() + 1) + " of the list";
            case WRITE_PTES -> "page table written";
            case CLEAR_PTES -> "page table cleared";
            case SYNC_IOTLB -> "IOTLB flushed";
            case CACHE_INSERT ->
                step.action().noMemory()
                        ? "no magazine to put it into"
                        : goesOn ? "into a magazine; the depot has no room for the full one" : "into a magazine";
            case FREE_MAGAZINE -> "the ranges of the full magazine go back to the tree";
            case TREE_FREE -> goesOn ? "finds its node in the tree" : "back to the tree";
            case TREE_ERASE -> "erases the node it has found";
            case SET_UP -> "initialises the domain, if it has seen that nobody had";
            case RESERVE -> "reserve_iova";
            case DEPOT_FREE -> "the ranges of the magazine go back to the tree";
            case LOCK_RING -> "takes the lock of the ring, and frees what it may";
            case START_FLUSH -> "a flush of the IOTLB is counted as started";
            case FLUSH_IOTLB -> "IOTLB flushed";
            case FINISH_FLUSH -> "the flush is counted as finished";
            case FREE_RING -> "frees what the ring may give up";
            case CACHE_QUEUED ->
                step.action().noMemory()
                        ? "no magazine for a range of the ring"
                        : "a range of the ring goes into a magazine";
            case FREE_QUEUED -> "a range of the ring goes back to the tree";
            case QUEUE_ENTRY -> "into the ring";
            case ARM_TIMER -> "the timer is armed";
            case PUBLISH_QUEUE -> "the flush queue becomes visible";
            case STORE_TYPE -> "the type becomes DMA-FQ";
        };
    }
}
