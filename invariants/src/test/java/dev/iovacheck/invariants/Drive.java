package dev.iovacheck.invariants;

import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Failure;
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
        return doesWith(Failure.NONE, kind, device);
    }

    /** The same, without memory. */
    Drive doesWithoutMemory(Action.Kind kind, int device) {
        return doesWith(Failure.NO_MEMORY, kind, device);
    }

    /** Something that is done to a group, without memory. */
    Drive doesToGroupWithoutMemory(Action.Kind kind, int group) {
        MutableIntList enabled = IntLists.mutable.empty();
        machine.enabled(enabled);
        for (int index = 0; index < enabled.size(); index++) {
            Action action = machine.describe(enabled.get(index));
            if (action.kind() == kind && action.group() == group && action.noMemory()) {
                if (!machine.apply(enabled.get(index))) {
                    throw new AssertionError("nothing came of the failure: " + action);
                }
                return this;
            }
        }
        throw new AssertionError("cannot happen: " + kind + " of group " + group);
    }

    /** Something that one device does, or that is done to a group, in one of its variants ({@link Action#order}). */
    Drive does(Action.Kind kind, int subject, int variant) {
        MutableIntList enabled = IntLists.mutable.empty();
        machine.enabled(enabled);
        for (int index = 0; index < enabled.size(); index++) {
            Action action = machine.describe(enabled.get(index));
            int about = action.device() >= 0 ? action.device() : action.group();
            if (action.kind() == kind && about == subject && action.order() == variant && !action.noMemory()) {
                machine.apply(enabled.get(index));
                return this;
            }
        }
        throw new AssertionError("cannot happen: " + kind + " " + variant + " of " + subject);
    }

    /** The same, while this does not work. */
    Drive doesWith(Failure failure, Action.Kind kind, int device) {
        MutableIntList enabled = IntLists.mutable.empty();
        machine.enabled(enabled);
        for (int index = 0; index < enabled.size(); index++) {
            Action action = machine.describe(enabled.get(index));
            if (action.kind() == kind && action.device() == device && action.failure() == failure) {
                if (!machine.apply(enabled.get(index))) {
                    throw new AssertionError("nothing came of the failure: " + action);
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
