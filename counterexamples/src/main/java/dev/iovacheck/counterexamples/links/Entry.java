package dev.iovacheck.counterexamples.links;

import dev.iovacheck.model.machine.Action;

/**
 * An action of a way that may be changed. What undoes or links a mapping refers to the action that made it and not to an address, which
 * changes when actions before it are left out.
 *
 * @param id stays the same while other actions come and go
 * @param action as it last happened
 * @param origin id of the entry that took the range that this one is about; -1 if it is about none
 * @param offset what lies between the address that the origin took and that of the action
 * @param sized whether the action names the size and buffer of the origin
 */
public record Entry(int id, Action action, int origin, long offset, boolean sized) {

    /** The same with another action. */
    public Entry with(Action other) {
        return new Entry(id, other, origin, offset, sized);
    }

    /** The same about what the origin has come to. */
    Action about(Action made, long address) {
        return new Action(
                action.kind(),
                action.cpu(),
                action.noMemory(),
                made.device(),
                action.reservation(),
                made.group(),
                sized ? made.size() : action.size(),
                address + offset,
                action.order(),
                action.step(),
                sized ? made.buffer() : action.buffer(),
                action.failure());
    }

    /** The action on another CPU. */
    public static Action onCpu(Action action, int cpu) {
        return new Action(
                action.kind(),
                cpu,
                action.noMemory(),
                action.device(),
                action.reservation(),
                action.group(),
                action.size(),
                action.address(),
                action.order(),
                action.step(),
                action.buffer(),
                action.failure());
    }
}
