package dev.iovacheck.model.machine;

/**
 * What the kernel itself has taken into allocators: calls that returned 0, and regions of the device that initialised the domain. It is
 * also the list of reservations that the repaired call keeps for each domain.
 */
final class KeptPromises {

    private final Blueprint plan;
    private final MachineState state;

    KeptPromises(Blueprint plan, MachineState state) {
        this.plan = plan;
        this.state = state;
    }

    /** Whether it is one of them, be its device still there or not. */
    boolean has(Promise promise) {
        return promise.isCall()
                ? state.promised.has(promise.reservation())
                : promise.domain() >= 0
                        && state.domains[promise.domain()].initialiser() == promise.device()
                        && promise.isReservedAtProbe()
                        && promise.region()
                                < plan.setups[promise.device()].reached(state.domains[promise.domain()].missing());
    }

    /** Whether every granule of {@code first..last} (inclusive) is touched by one of those of a domain. */
    boolean cover(DefaultDomain domain, long first, long last) {
        int shift = domain.granuleShift();
        long from = first;
        while (true) {
            int promise = at(domain, from);
            if (promise < 0) {
                return false;
            }
            long end = plan.promises.get(promise).bytes().last() >>> shift;
            if (Long.compareUnsigned(end, last) >= 0) {
                return true;
            }
            from = end + 1;
        }
    }

    /** Index of one of them that touches a granule; -1 if there is none. */
    private int at(DefaultDomain domain, long pfn) {
        int shift = domain.granuleShift();
        for (int index = 0; index < plan.promises.size(); index++) {
            Promise promise = plan.promises.get(index);
            if (promise.domain() == domain.index()
                    && Long.compareUnsigned(promise.bytes().first() >>> shift, pfn) <= 0
                    && Long.compareUnsigned(promise.bytes().last() >>> shift, pfn) >= 0
                    && has(promise)) {
                return index;
            }
        }
        return -1;
    }
}
