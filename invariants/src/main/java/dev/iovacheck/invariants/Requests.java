package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;

/** The requests that a driver may make of the allocator of its domain, as the DMA layer would pass them on. */
final class Requests {

    private static final long LAST_BELOW_4G = 0xffffffffL;

    private Requests() {}

    /** Whether the driver of a device can make any in the current state, sooner or later. */
    static boolean areMadeBy(Machine machine, int device) {
        DefaultDomain domain = machine.domainOf(device);
        return domain != null
                && domain.iova().isInitialised()
                && machine.isPresent(device)
                && machine.usesDmaIommu(device);
    }

    /** How many granules the allocator is asked for one of its buffers: rounded up, unless the kernel forgets that (B12). */
    static long pfns(Machine machine, int device, int size) {
        boolean rounds = !machine.configuration().bugs().contains(KernelBug.B12);
        return rounds
                ? machine.setup(device).nodePfns(size)
                : machine.setup(device).buffer(size).takenPages();
    }

    /** The highest pfn that a device may be given for one of its buffers, inclusive. */
    static long limitPfn(Machine machine, int device, int size) {
        return machine.setup(device).limit(size)
                >>> machine.configuration().iommu().granuleShift();
    }

    /** The highest pfn below 4 GiB. */
    static long limitPfnBelow4G(Machine machine) {
        return LAST_BELOW_4G >>> machine.configuration().iommu().granuleShift();
    }
}
