package dev.iovacheck.model.machine;

/**
 * Tells the ranges of scatter lists that are mapped segment by segment apart: which belong together, and whether a driver holds them or a
 * call does. A list is made from its first segment to its last and undone in the same order, so that its driver holds it exactly if
 * both are there.
 */
final class SegmentLists {

    /** There is no such range. */
    static final int NONE = -1;

    private final Blueprint plan;

    SegmentLists(Blueprint plan) {
        this.plan = plan;
    }

    /**
     * Whether an entry stands for a mapping that somebody holds: the one range of it, or the first one of a list of which all segments are
     * mapped. What else there is are further segments, and what a call that makes or undoes a list still has of it.
     */
    boolean isHeld(LiveMappings live, int mapping) {
        DeviceSetup setup = plan.setups[live.device(mapping)];
        int buffer = setup.bufferOf(live.size(mapping));
        int ranges = setup.rangeCount(buffer);
        if (ranges == 1) {
            return true;
        }
        int last = setup.range(buffer, ranges - 1);
        return setup.rangeNumber(live.size(mapping)) == 0 && find(live, mapping, last) != NONE;
    }

    /** The range of this size that belongs to the same list. */
    private static int find(LiveMappings live, int mapping, int size) {
        return find(live, live.device(mapping), size, live.slot(mapping), live.list(mapping), live.isLost(mapping));
    }

    private static int find(LiveMappings live, int device, int size, int slot, long list, boolean isLost) {
        for (int mapping = 0; mapping < live.count(); mapping++) {
            if (live.device(mapping) == device
                    && live.size(mapping) == size
                    && live.slot(mapping) == slot
                    && live.list(mapping) == list
                    && live.isLost(mapping) == isLost) {
                return mapping;
            }
        }
        return NONE;
    }

    /** The first of the segments that are left of the list that a call makes or undoes; {@link #NONE} if there is none. */
    int next(LiveMappings live, CallInFlight call) {
        DeviceSetup setup = plan.setups[call.device];
        int buffer = setup.bufferOf(call.size);
        int ranges = setup.rangeCount(buffer);
        for (int number = 0; ranges > 1 && number < ranges; number++) {
            int mapping = find(live, call.device, setup.range(buffer, number), call.slot, call.list, call.ofLostDomain);
            if (mapping != NONE) {
                return mapping;
            }
        }
        return NONE;
    }

    /** Whether an entry is a range of the list that a call makes or undoes. */
    boolean isOf(CallInFlight call, DefaultDomain domain, int mapping) {
        LiveMappings live = domain.live();
        DeviceSetup setup = plan.setups[live.device(mapping)];
        return call.domain == domain.index()
                && call.isMapping()
                && call.device == live.device(mapping)
                && setup.bufferOf(call.size) == setup.bufferOf(live.size(mapping))
                && call.slot == live.slot(mapping)
                && call.list == live.list(mapping)
                && call.ofLostDomain == live.isLost(mapping);
    }

    /**
     * A range of the mapping that was made at {@code first} in a domain that is there: the range of this number of this buffer.
     *
     * @return its entry, {@link #NONE} if there is none
     */
    int range(LiveMappings live, int device, int buffer, long first, int number) {
        int size = plan.setups[device].range(buffer, number);
        for (int mapping = 0; mapping < live.count(); mapping++) {
            if (live.device(mapping) == device
                    && live.size(mapping) == size
                    && live.list(mapping) == first
                    && !live.isLost(mapping)) {
                return mapping;
            }
        }
        return NONE;
    }
}
