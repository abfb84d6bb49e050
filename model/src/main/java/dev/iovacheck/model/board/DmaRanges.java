package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.devicetree.DeviceTreeNode;
import dev.iovacheck.model.devicetree.DeviceTreeProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The {@code dma-ranges} that bound a device.
 *
 * @param bus the node that has them; {@code null} if none does
 * @param ranges in the order of the tree, what continues another joined
 */
record DmaRanges(@Nullable DeviceTreeNode bus, List<BusRange> ranges) {

    static final DmaRanges NONE = new DmaRanges(null, List.of());

    DmaRanges {
        ranges = List.copyOf(ranges);
    }

    List<Extent> extents() {
        return ranges.stream().map(BusRange::bus).toList();
    }

    /**
     * The nearest {@code dma-ranges} that say something, going up from {@code start}; those of the buses above it do not count any more. An
     * empty property is passed, and so is the first node without one; at the second, the kernel gives up. {@code of_dma_get_range},
     * derived.
     */
    static DmaRanges nearest(DeviceTreeNode start, BusAddresses addresses, Findings findings) {
        Optional<DeviceTreeNode> at = Optional.of(start);
        boolean passedOne = false;
        for (int step = 0; step < Cells.MOST * 16 && at.isPresent(); step++) {
            DeviceTreeNode node = at.get();
            Optional<DeviceTreeProperty> property = node.property("dma-ranges");
            if (property.isPresent() && property.get().length() > 0) {
                return new DmaRanges(node, read(node, property.get(), true, addresses, findings));
            }
            if (passedOne && property.isEmpty()) {
                warnOfUnreached(node, addresses, findings);
                return NONE;
            }
            passedOne = true;
            at = addresses.dmaParent(node);
        }
        return NONE;
    }

    private static void warnOfUnreached(DeviceTreeNode stop, BusAddresses addresses, Findings findings) {
        Optional<DeviceTreeNode> at = addresses.dmaParent(stop);
        for (int step = 0; step < Cells.MOST * 16 && at.isPresent(); step++) {
            DeviceTreeNode node = at.get();
            if (node.property("dma-ranges").filter(each -> each.length() > 0).isPresent()) {
                findings.warning(
                        node,
                        "dma-ranges",
                        "the kernel does not get here from what is below " + stop.path() + ", which has none",
                        "write an empty dma-ranges; there (of_dma_get_range)");
                return;
            }
            at = addresses.dmaParent(node);
        }
    }

    /** All entries of {@code ranges} or {@code dma-ranges} of a bus. */
    static List<BusRange> read(
            DeviceTreeNode bus, DeviceTreeProperty property, boolean dma, BusAddresses addresses, Findings findings) {
        int child = Cells.ofAddressOn(bus);
        int parent = Cells.ofAddressOn(bus.parent().orElse(bus));
        int size = Cells.ofSizeOn(bus);
        if (!Cells.areReadable(child, size) || parent > Cells.MOST) {
            findings.error(
                    bus,
                    "#address-cells",
                    child + " cells for addresses and " + size + " for sizes",
                    "1 to 4 of each can be read");
            return List.of();
        }
        int entry = child + parent + size;
        if (!property.isCells() || property.cells() % entry != 0) {
            findings.error(
                    bus,
                    property.name(),
                    property.length() + " bytes are no whole number of entries",
                    "an entry has " + child + " + " + parent + " + " + size
                            + " cells: an address on this bus, one on the bus above, a size");
            return List.of();
        }
        boolean pci = isPci(bus);
        List<BusRange> ranges = new ArrayList<>();
        for (int at = 0; at < property.cells(); at += entry) {
            long start = Cells.number(property, at, child);
            long length = Cells.number(property, at + child + parent, size);
            long above = Cells.number(property, at + child, parent);
            Optional<Extent> extent = extent(start, length);
            if (extent.isEmpty()) {
                findings.error(
                        bus,
                        property.name(),
                        "the range at " + Hex.of(start) + " of " + Hex.of(length) + " bytes is none",
                        "a range has bytes, and ends below 2^64");
                continue;
            }
            OptionalLong cpu = bus.parent().isEmpty()
                    ? OptionalLong.of(above)
                    : dma ? addresses.translateDma(bus, above) : addresses.translate(bus, above);
            if (cpu.isEmpty()) {
                findings.warning(
                        bus,
                        property.name(),
                        "the kernel cannot tell where CPUs see " + extent.get() + " and leaves it out",
                        "the buses above have no range for " + Hex.of(above));
                continue;
            }
            BusRange range = new BusRange(extent.get(), cpu.getAsLong(), pci ? property.cell(at) : 0);
            int last = ranges.size() - 1;
            if (last >= 0 && ranges.get(last).isContinuedBy(range)) {
                ranges.set(last, ranges.get(last).with(range));
            } else {
                ranges.add(range);
            }
        }
        return ranges;
    }

    static boolean isPci(DeviceTreeNode node) {
        return node.strings("device_type").contains("pci");
    }

    /** Empty for no bytes, and for what goes past 2^64. */
    static Optional<Extent> extent(long start, long length) {
        long last = start + length - 1;
        return length == 0 || Long.compareUnsigned(last, start) < 0
                ? Optional.empty()
                : Optional.of(new Extent(start, last));
    }
}
