package dev.iovacheck.model.board;

import dev.iovacheck.model.devicetree.DeviceTreeNode;
import dev.iovacheck.model.devicetree.DeviceTreeProperty;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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
     * The name of the platform device: the address that CPUs see its first register at, then the name; without one, the name of the node
     * behind that of its parent, up to the nearest that has one. As {@code of_device_make_bus_id}, derived.
     */
    static String sysfsName(DeviceTreeNode node, BusAddresses addresses) {
        String below = "";
        Optional<DeviceTreeNode> at = Optional.of(node);
        while (at.isPresent() && at.get().parent().isPresent()) {
            String behind = below.isEmpty() ? "" : ":" + below;
            OptionalLong address = firstRegister(at.get(), addresses);
            if (address.isPresent()) {
                return Long.toHexString(address.getAsLong()) + "." + at.get().baseName() + behind;
            }
            below = at.get().name() + behind;
            at = at.get().parent();
        }
        return below.isEmpty() ? node.name() : below;
    }

    private static OptionalLong firstRegister(DeviceTreeNode node, BusAddresses addresses) {
        int cells = Cells.ofAddressOn(node.parent().orElse(node));
        Optional<DeviceTreeProperty> reg =
                node.property("reg").filter(each -> cells > 0 && cells <= Cells.MOST && each.cells() >= cells);
        return reg.isEmpty() ? OptionalLong.empty() : addresses.translate(node, Cells.number(reg.get(), 0, cells));
    }
}
