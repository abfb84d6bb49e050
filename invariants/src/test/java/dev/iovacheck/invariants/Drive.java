package dev.iovacheck.invariants;

import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;

/** Drives a machine by hand: each method makes one action happen, the first that fits in the order of the machine. */
final class Drive {

    private final Machine machine;

    Drive(Question question) {
        machine = new Machine(question.build());
    }

    Machine machine() {
        return machine;
    }

    /** Something that one device does. */
    Drive does(Action.Kind kind, int device) {
        return apply(kind, device, -1, false);
    }

    /** The same, without memory. */
    Drive doesWithoutMemory(Action.Kind kind, int device) {
        return apply(kind, device, -1, true);
    }

    /** Maps this many bytes. */
    Drive maps(int device, long bytes) {
        return apply(Action.Kind.MAP, device, bytes, false);
    }

    private Drive apply(Action.Kind kind, int device, long size, boolean noMemory) {
        MutableIntList enabled = IntLists.mutable.empty();
        machine.enabled(enabled);
        for (int index = 0; index < enabled.size(); index++) {
            Action action = machine.describe(enabled.get(index));
            boolean fits = action.kind() == kind
                    && action.device() == device
                    && action.noMemory() == noMemory
                    && (size < 0 || action.size() == size);
            if (fits) {
                if (!machine.apply(enabled.get(index))) {
                    throw new AssertionError("no memory was asked for: " + action);
                }
                return this;
            }
        }
        throw new AssertionError("cannot happen: " + kind + " of device " + device);
    }

    /** What the last action returned, as the table of errors writes it. */
    String result() {
        return switch (machine.outcome().kind()) {
            case OOPS, LOCKUP -> "crash";
            default -> ErrnoContract.returned(machine.outcome());
        };
    }
}
