package dev.iovacheck.model.board;

import dev.iovacheck.model.devicetree.DeviceTree;
import dev.iovacheck.model.devicetree.DeviceTreeNode;
import dev.iovacheck.model.devicetree.DeviceTreeProperty;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Addresses on one bus as addresses on the buses above: {@code __of_translate_address}, derived. */
final class BusAddresses {

    /** More buses than are nested; detours through {@code dma-mem} can go in a circle. */
    private static final int MOST_STEPS = 100;

    private final DeviceTree tree;

    BusAddresses(DeviceTree tree) {
        this.tree = tree;
    }

    /**
     * The node that a device does DMA through: that of its {@code dma-mem} interconnect, otherwise its parent. {@code __of_get_dma_parent},
     * derived.
     */
    Optional<DeviceTreeNode> dmaParent(DeviceTreeNode node) {
        List<String> names = node.strings("interconnect-names");
        int index = names.indexOf("dma-mem");
        Optional<DeviceTreeProperty> property = node.property("interconnects");
        if (index < 0 || property.isEmpty()) {
            return node.parent();
        }
        DeviceTreeProperty cells = property.get();
        int at = 0;
        for (int entry = 0; at < cells.cells(); entry++) {
            Optional<DeviceTreeNode> target = tree.byPhandle(cells.cell(at));
            Optional<DeviceTreeProperty> count = target.flatMap(each -> each.property("#interconnect-cells"));
            if (count.isEmpty() || count.get().length() != 4 || count.get().cell(0) > Cells.MOST) {
                return node.parent();
            }
            if (entry == index) {
                return target;
            }
            at += 1 + (int) count.get().cell(0);
        }
        return node.parent();
    }

    /** What a CPU calls the {@code address} that a node's {@code reg} gives; empty if the way up is closed. */
    OptionalLong translate(DeviceTreeNode node, long address) {
        return translate(node, address, false);
    }

    /** The same for an address that the node uses for DMA, through {@code dma-ranges}; a bus without them changes nothing. */
    OptionalLong translateDma(DeviceTreeNode node, long address) {
        return translate(node, address, true);
    }

    private Optional<DeviceTreeNode> up(DeviceTreeNode node, boolean dma) {
        return dma ? dmaParent(node) : node.parent();
    }

    private OptionalLong translate(DeviceTreeNode from, long address, boolean dma) {
        long at = address;
        Optional<DeviceTreeNode> bus = up(from, dma);
        for (int step = 0; step < MOST_STEPS && bus.isPresent(); step++) {
            DeviceTreeNode node = bus.get();
            int addressCells = Cells.ofAddressOn(node);
            int sizeCells = Cells.ofSizeOn(node);
            if (!Cells.areReadable(addressCells, sizeCells)) {
                return OptionalLong.empty();
            }
            Optional<DeviceTreeNode> above = up(node, dma);
            if (above.isEmpty()) {
                return OptionalLong.of(at);
            }
            Optional<DeviceTreeProperty> ranges = node.property(dma ? "dma-ranges" : "ranges");
            if (ranges.isEmpty() && !dma) {
                return OptionalLong.empty();
            }
            if (ranges.isPresent() && ranges.get().length() > 0) {
                OptionalLong translated = through(node, ranges.get(), at);
                if (translated.isEmpty()) {
                    return translated;
                }
                at = translated.getAsLong();
            }
            bus = above;
        }
        return OptionalLong.empty();
    }

    private static OptionalLong through(DeviceTreeNode bus, DeviceTreeProperty ranges, long address) {
        int child = Cells.ofAddressOn(bus);
        int parent = Cells.ofAddressOn(bus.parent().orElse(bus));
        int size = Cells.ofSizeOn(bus);
        if (parent > Cells.MOST) {
            return OptionalLong.empty();
        }
        int entry = child + parent + size;
        for (int at = 0; at + entry <= ranges.cells(); at += entry) {
            long start = Cells.number(ranges, at, child);
            long length = Cells.number(ranges, at + child + parent, size);
            if (Long.compareUnsigned(start, address) <= 0 && Long.compareUnsigned(address - start, length) < 0) {
                return OptionalLong.of(Cells.number(ranges, at + child, parent) + (address - start));
            }
        }
        return OptionalLong.empty();
    }
}
