package dev.iovacheck.counterexamples.links;

import dev.iovacheck.model.machine.Action;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which entries of a way took which ranges, as far as it has been gone. */
public final class Ranges {

    private final int granuleShift;
    private final Map<Integer, Taken> taken = new HashMap<>();

    /** By CPU, the entry that began the call that is in flight there. */
    private final Map<Integer, Integer> begun = new HashMap<>();

    /**
     * The range that an entry took.
     *
     * @param action as it happened
     * @param address first byte
     */
    private record Taken(Action action, long address) {}

    /** @param granuleShift log2 of the granule in bytes */
    public Ranges(int granuleShift) {
        this.granuleShift = granuleShift;
    }

    /** Of a way that begins anew. */
    public void clear() {
        taken.clear();
        begun.clear();
    }

    /** What the other knows. */
    public void copyFrom(Ranges other) {
        taken.clear();
        begun.clear();
        taken.putAll(other.taken);
        begun.putAll(other.begun);
    }

    /**
     * After an entry has happened. What a step of a call takes is taken by the entry that began the call, be the call one step or many.
     *
     * @param goesOn whether the call has not ended
     * @param address what it returned; 0 if no address
     */
    public void note(int id, Action action, boolean goesOn, long address) {
        int of = action.step() == null ? id : begun.getOrDefault(action.cpu(), id);
        if (goesOn && action.step() == null) {
            begun.put(action.cpu(), id);
        }
        if (address != 0) {
            taken.put(of, new Taken(action, address));
        }
    }

    /** Says which entry took the range that an action is about, before the action happens. */
    public Entry linked(int id, Action action) {
        int origin = -1;
        if (action.address() != 0) {
            for (Map.Entry<Integer, Taken> each : taken.entrySet()) {
                if (isAbout(action, each.getValue()) && each.getKey() > origin) {
                    origin = each.getKey();
                }
            }
        }
        Taken range = taken.get(origin);
        if (range == null) {
            return new Entry(id, action, -1, 0, false);
        }
        boolean sized = range.action().size() == action.size() && range.action().buffer() == action.buffer();
        return new Entry(id, action, origin, action.address() - range.address(), sized);
    }

    private boolean isAbout(Action action, Taken range) {
        long first = range.address() >>> granuleShift;
        long last = (range.address() + Math.max(1, range.action().size()) - 1) >>> granuleShift;
        long at = action.address() >>> granuleShift;
        return Long.compareUnsigned(first, at) <= 0
                && Long.compareUnsigned(at, last) <= 0
                && range.action().device() == action.device();
    }

    /** The action of an entry as it is here; {@code null} if what it is about was not taken. */
    public @Nullable Action action(Entry entry) {
        if (entry.origin() < 0) {
            return entry.action();
        }
        Taken range = taken.get(entry.origin());
        return range == null ? null : entry.about(range.action(), range.address());
    }

    /** Address that an entry took; 0 if it took none. */
    public long address(int id) {
        Taken range = taken.get(id);
        return range == null ? 0 : range.address();
    }
}
