package dev.iovacheck.invariants;

import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;

/** The bytes that a device could be given if nothing were reserved: its window cut to {@code start_pfn} and its DMA limit. */
final class UsableSpace {

    private UsableSpace() {}

    static long first(Machine machine, int device) {
        DefaultDomain domain = machine.domainOf(device);
        long start = domain == null ? 0 : domain.iova().startPfn() << domain.granuleShift();
        return Pfns.max(machine.setup(device).device().window().first(), start);
    }

    /** Inclusive; below {@link #first} if there is nothing. */
    static long last(Machine machine, int device) {
        return Pfns.min(
                machine.setup(device).device().window().last(),
                machine.setup(device).dmaLimit());
    }
}
