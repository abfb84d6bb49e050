package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.LiveMappings;
import dev.iovacheck.model.machine.Machine;

/** Comparisons of unsigned granule and byte numbers, and the last numbers of mappings. */
final class Pfns {

    private Pfns() {}

    /** Unsigned. Said so because {@link Long#compareUnsigned} has three answers and takes longer. */
    static boolean below(long a, long b) {
        return a + Long.MIN_VALUE < b + Long.MIN_VALUE;
    }

    static long max(long a, long b) {
        return below(a, b) ? b : a;
    }

    static long min(long a, long b) {
        return below(a, b) ? a : b;
    }

    /** Whether two inclusive ranges have a number in common. */
    static boolean intersect(long first, long last, long otherFirst, long otherLast) {
        return !below(last, otherFirst) && !below(otherLast, first);
    }

    /** Whether an inclusive range of granules has a byte in common with a range of bytes, which is rounded outward. */
    static boolean intersect(long first, long last, Extent bytes, int granuleShift) {
        return intersect(first, last, bytes.first() >>> granuleShift, bytes.last() >>> granuleShift);
    }

    /** The last granule that the driver asked for. */
    static long lastMapped(Machine machine, DefaultDomain domain, int mapping) {
        LiveMappings live = domain.live();
        return live.firstPfn(mapping) + machine.setup(live.device(mapping)).mapPfns(live.size(mapping)) - 1;
    }

    /** The last granule that the allocator set aside: the true range, rounded up to a power of two if below 32. */
    static long lastTaken(Machine machine, DefaultDomain domain, int mapping) {
        LiveMappings live = domain.live();
        return live.firstPfn(mapping) + machine.setup(live.device(mapping)).nodePfns(live.size(mapping)) - 1;
    }
}
