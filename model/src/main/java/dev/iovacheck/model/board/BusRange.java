package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;

/**
 * An entry of {@code ranges} or {@code dma-ranges}.
 *
 * @param bus what it covers, as addresses on the bus
 * @param cpu where that begins for CPUs
 * @param flags the flag cell of a PCI bus; 0 on others
 */
record BusRange(Extent bus, long cpu, long flags) {

    /** What follows it on the bus and for CPUs is one with it: {@code of_pci_range_parser_one}, derived. */
    boolean isContinuedBy(BusRange next) {
        long size = bus.size();
        return flags == next.flags && next.bus.first() == bus.first() + size && next.cpu == cpu + size;
    }

    BusRange with(BusRange next) {
        return new BusRange(new Extent(bus.first(), next.bus.last()), cpu, flags);
    }

    /** Whether a PCI range is memory, and not configuration or I/O space. */
    boolean isPciMemory() {
        return (flags >>> 25 & 1) != 0;
    }
}
