package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;

/** How invariants speak about live mappings. */
final class Mappings {

    private Mappings() {}

    /** The bytes a mapping occupies: whole granules, inclusive. */
    static Extent bytes(Machine machine, DefaultDomain domain, int mapping) {
        long first = domain.live().firstPfn(mapping);
        long pfns = machine.setup(domain.live().device(mapping))
                .mapPfns(domain.live().size(mapping));
        return new Extent(first << domain.granuleShift(), ((first + pfns) << domain.granuleShift()) - 1);
    }

    /** As {@code the mapping [0x20000000, 0x3fffffff] of block0}. */
    static String name(Machine machine, DefaultDomain domain, int mapping) {
        String device = machine.setup(domain.live().device(mapping)).device().name();
        return "the mapping " + bytes(machine, domain, mapping) + " of " + device;
    }

    /** One of the ranges that a step has mapped or taken, as {@link #name} would call it. */
    static String made(Step step, int range) {
        Machine machine = step.before();
        int shift = machine.configuration().iommu().granuleShift();
        long first = step.rangePfn(range);
        long pfns = machine.setup(step.device()).mapPfns(step.rangeSize(range));
        Extent bytes = new Extent(first << shift, ((first + pfns) << shift) - 1);
        return "the mapping " + bytes + " of "
                + machine.setup(step.device()).device().name();
    }
}
