package dev.iovacheck.model.board;

import dev.iovacheck.model.devicetree.DeviceTreeNode;
import dev.iovacheck.model.devicetree.DeviceTreeProperty;
import java.util.Optional;

/** How many cells addresses and sizes have, and the numbers that cells make. */
final class Cells {

    /** {@code OF_MAX_ADDR_CELLS}. */
    static final int MOST = 4;

    private Cells() {}

    /** Cells of an address on the bus that a node is, or lies on: {@code of_bus_n_addr_cells}, derived. */
    static int ofAddressOn(DeviceTreeNode bus) {
        return of(bus, "#address-cells");
    }

    /** Cells of a size on that bus: {@code of_bus_n_size_cells}, derived. */
    static int ofSizeOn(DeviceTreeNode bus) {
        return of(bus, "#size-cells");
    }

    /** The nearest that says it, going up; 1 if nobody does. */
    private static int of(DeviceTreeNode bus, String name) {
        Optional<DeviceTreeNode> at = Optional.of(bus);
        while (at.isPresent()) {
            Optional<DeviceTreeProperty> said = at.get().property(name);
            if (said.isPresent() && said.get().length() == 4) {
                // More than any address has; the callers refuse it.
                return (int) Math.min(said.get().cell(0), MOST + 1);
            }
            at = at.get().parent();
        }
        return 1;
    }

    /** Whether an address and a size of so many cells can be read: {@code OF_CHECK_COUNTS}, derived. */
    static boolean areReadable(int address, int size) {
        return address > 0 && address <= MOST && size > 0 && size <= MOST;
    }

    /** The lowest 64 bits of the number that {@code count} cells from {@code first} on make; 0 of none. {@code of_read_number}, derived. */
    static long number(DeviceTreeProperty property, int first, int count) {
        long number = 0;
        for (int cell = first; cell < first + count; cell++) {
            number = number << 32 | property.cell(cell);
        }
        return number;
    }
}
