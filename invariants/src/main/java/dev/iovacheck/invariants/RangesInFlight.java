package dev.iovacheck.invariants;

import dev.iovacheck.model.machine.CallInFlight;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;

/**
 * The ranges that calls in flight hold: those of mappings that are being made or undone, which are neither live nor cached nor queued,
 * those that have left a flush queue, and those of magazines that were taken out of the caches and are not yet back in the tree. There are none where calls are not interrupted.
 */
final class RangesInFlight {

    private RangesInFlight() {}

    /** Whether a mapping of the domain is being made, its range being taken, or undone, its range not being given back. */
    static boolean holdMapping(Machine machine, DefaultDomain domain) {
        for (int cpu = 0; cpu < machine.callCount(); cpu++) {
            CallInFlight call = machine.call(cpu);
            if (call.domain() == domain.index() && call.holdsRange()) {
                return true;
            }
        }
        return false;
    }

    /** Whether exactly this range (inclusive) has left a flush queue and is on its way into a cache or back to the tree. */
    static boolean holdReleased(Machine machine, DefaultDomain domain, long first, long last) {
        for (int cpu = 0; cpu < machine.callCount(); cpu++) {
            CallInFlight call = machine.call(cpu);
            if (call.domain() == domain.index()
                    && call.holdsReleased()
                    && call.releasedPfn() == first
                    && lastReleased(call) == last) {
                return true;
            }
        }
        return false;
    }

    /** Whether exactly this range (inclusive) is one of a magazine on its way back to the tree. */
    static boolean holdCached(Machine machine, DefaultDomain domain, long first, long last) {
        for (int cpu = 0; cpu < machine.callCount(); cpu++) {
            CallInFlight call = machine.call(cpu);
            for (int index = 0; call.domain() == domain.index() && index < call.heldCount(); index++) {
                if (call.heldPfn(index) == first && first + (1L << call.heldOrder()) - 1 == last) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A CPU whose call holds a range that intersects {@code first..last} (inclusive); -1 if there is none. */
    static int intersect(Machine machine, DefaultDomain domain, long first, long last) {
        for (int cpu = 0; cpu < machine.callCount(); cpu++) {
            CallInFlight call = machine.call(cpu);
            if (call.domain() != domain.index()) {
                continue;
            }
            if (call.holdsRange() && Pfns.intersect(call.firstPfn(), lastTaken(machine, call), first, last)) {
                return cpu;
            }
            if (call.holdsReleased() && Pfns.intersect(call.releasedPfn(), lastReleased(call), first, last)) {
                return cpu;
            }
            for (int index = 0; index < call.heldCount(); index++) {
                long held = call.heldPfn(index);
                if (Pfns.intersect(held, held + (1L << call.heldOrder()) - 1, first, last)) {
                    return cpu;
                }
            }
        }
        return -1;
    }

    /** The lowest first pfn of a range held by a call that intersects {@code first..last} (inclusive); -1 if there is none. */
    static long lowest(Machine machine, DefaultDomain domain, long first, long last) {
        long lowest = -1;
        for (int cpu = 0; cpu < machine.callCount(); cpu++) {
            CallInFlight call = machine.call(cpu);
            if (call.domain() != domain.index()) {
                continue;
            }
            if (call.holdsRange() && Pfns.intersect(call.firstPfn(), lastTaken(machine, call), first, last)) {
                lowest = Pfns.min(lowest, call.firstPfn());
            }
            if (call.holdsReleased() && Pfns.intersect(call.releasedPfn(), lastReleased(call), first, last)) {
                lowest = Pfns.min(lowest, call.releasedPfn());
            }
            for (int index = 0; index < call.heldCount(); index++) {
                long held = call.heldPfn(index);
                if (Pfns.intersect(held, held + (1L << call.heldOrder()) - 1, first, last)) {
                    lowest = Pfns.min(lowest, held);
                }
            }
        }
        return lowest;
    }

    /** How many ranges calls hold in a domain. */
    static int count(Machine machine, DefaultDomain domain) {
        int count = 0;
        for (int cpu = 0; cpu < machine.callCount(); cpu++) {
            CallInFlight call = machine.call(cpu);
            count += call.domain() == domain.index() ? count(call) : 0;
        }
        return count;
    }

    private static int count(CallInFlight call) {
        return (call.holdsRange() ? 1 : 0) + (call.holdsReleased() ? 1 : 0) + call.heldCount();
    }

    /** The first pfn of a range, by its number. */
    static long firstPfn(Machine machine, DefaultDomain domain, int number) {
        return end(machine, domain, number, false);
    }

    /** The last pfn of a range (inclusive), by its number. */
    static long lastPfn(Machine machine, DefaultDomain domain, int number) {
        return end(machine, domain, number, true);
    }

    private static long end(Machine machine, DefaultDomain domain, int number, boolean isLast) {
        int left = number;
        for (int cpu = 0; cpu < machine.callCount(); cpu++) {
            CallInFlight call = machine.call(cpu);
            if (call.domain() != domain.index()) {
                continue;
            }
            if (left < count(call)) {
                return end(machine, call, left, isLast);
            }
            left -= count(call);
        }
        throw new IndexOutOfBoundsException(number);
    }

    private static long end(Machine machine, CallInFlight call, int number, boolean isLast) {
        int left = number;
        if (call.holdsRange() && left-- == 0) {
            return isLast ? lastTaken(machine, call) : call.firstPfn();
        }
        if (call.holdsReleased() && left-- == 0) {
            return isLast ? lastReleased(call) : call.releasedPfn();
        }
        long held = call.heldPfn(left);
        return isLast ? held + (1L << call.heldOrder()) - 1 : held;
    }

    private static long lastReleased(CallInFlight call) {
        return call.releasedPfn() + QueuedRanges.taken(call.releasedPages()) - 1;
    }

    /** The last granule that the allocator set aside, as {@link Pfns#lastTaken}. */
    private static long lastTaken(Machine machine, CallInFlight call) {
        return call.firstPfn() + machine.setup(call.device()).nodePfns(call.size()) - 1;
    }
}
