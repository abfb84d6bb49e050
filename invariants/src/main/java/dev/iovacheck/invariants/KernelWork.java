package dev.iovacheck.invariants;

import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.CallInFlight;
import dev.iovacheck.model.machine.Machine;

/**
 * What the kernel does by itself, with nobody asking: the depot worker of each domain and size class, and the timer of
 * each flush queue. Calls that have begun go on as
 * well. Work is told apart by domain and size class, not by the CPU that it runs on, so that it has the same number in states that
 * differ only in who is who.
 */
public final class KernelWork {

    private static final int NONE = -1;

    private KernelWork() {}

    /** Whether an action listed in the machine's state needs no driver and no administrator. */
    public static boolean isIts(Machine machine, int action) {
        Action.Kind kind = machine.kindOf(action);
        return kind == Action.Kind.DEPOT_WORK || kind == Action.Kind.FLUSH_TIMER || kind == Action.Kind.STEP;
    }

    /** How many kinds of work there are. */
    public static int count(Machine machine) {
        return machine.domainCount() * (AllocatorConstants.ORDERS + 1);
    }

    /** Which work, below {@link #count}, an action listed in the machine's state does a part of; -1 if it is a driver's call that goes on. */
    public static int of(Machine machine, int action) {
        Action described = machine.describe(action);
        if (described.kind() == Action.Kind.DEPOT_WORK) {
            return described.group() * AllocatorConstants.ORDERS + described.order();
        }
        int timers = machine.domainCount() * AllocatorConstants.ORDERS;
        if (described.kind() == Action.Kind.FLUSH_TIMER) {
            return timers + described.group();
        }
        CallInFlight call = described.kind() == Action.Kind.STEP ? machine.call(described.cpu()) : null;
        if (call != null && call.kind() == Action.Kind.FLUSH_TIMER) {
            return timers + call.domain();
        }
        return call != null && call.kind() == Action.Kind.DEPOT_WORK
                ? call.domain() * AllocatorConstants.ORDERS + call.heldOrder()
                : NONE;
    }

    /** Whether a call is in flight that is none of this work. It ends after finitely many steps, and nothing of its kind begins by itself. */
    public static boolean isAwaited(Machine machine) {
        for (int cpu = 0; cpu < machine.callCount(); cpu++) {
            CallInFlight call = machine.call(cpu);
            if (call.isInFlight() && call.kind() != Action.Kind.DEPOT_WORK && call.kind() != Action.Kind.FLUSH_TIMER) {
                return true;
            }
        }
        return false;
    }
}
