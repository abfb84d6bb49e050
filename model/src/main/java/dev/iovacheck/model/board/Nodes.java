package dev.iovacheck.model.board;

import dev.iovacheck.model.devicetree.DeviceTreeNode;
import java.util.List;
import java.util.Optional;

/** Questions about nodes that the core of the kernel asks as well. */
final class Nodes {

    private Nodes() {}

    /** {@code of_device_is_available}: without a {@code status} a node is enabled (derived). */
    static boolean isDisabled(DeviceTreeNode node) {
        List<String> status = node.strings("status");
        return node.has("status") && !status.contains("okay") && !status.contains("ok");
    }

    /** Whether it and all above it are enabled: what is below a disabled node is not made a device. */
    static boolean isEnabled(DeviceTreeNode node) {
        Optional<DeviceTreeNode> at = Optional.of(node);
        while (at.isPresent()) {
            if (isDisabled(at.get())) {
                return false;
            }
            at = at.get().parent();
        }
        return true;
    }

    /** {@code dma-coherent} or {@code dma-noncoherent}, of the node or the nearest above it: {@code of_dma_is_coherent}, derived. */
    static boolean isCoherent(DeviceTreeNode node, BusAddresses addresses) {
        Optional<DeviceTreeNode> at = Optional.of(node);
        for (int step = 0; step < Cells.MOST * 16 && at.isPresent(); step++) {
            if (at.get().has("dma-coherent")) {
                return true;
            }
            if (at.get().has("dma-noncoherent")) {
                return false;
            }
            at = addresses.dmaParent(at.get());
        }
        return false;
    }

    /**
     * The name of the platform device: the address that CPUs see its first register at, then the name; without one, that of the node. As
     * {@code of_device_make_bus_id}, but for devices without registers.
     */
    static String sysfsName(DeviceTreeNode node, BusAddresses addresses) {
        DeviceTreeNode parent = node.parent().orElse(node);
        int cells = Cells.ofAddressOn(parent);
        return node.property("reg")
                .filter(reg -> cells > 0 && cells <= Cells.MOST && reg.cells() >= cells)
                .map(reg -> addresses.translate(node, Cells.number(reg, 0, cells)))
                .filter(address -> address.isPresent())
                .map(address -> Long.toHexString(address.getAsLong()) + "." + node.baseName())
                .orElse(node.name());
    }
}
