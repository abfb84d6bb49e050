package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.devicetree.DeviceTreeNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A device behind an IOMMU, as far as the tree tells.
 *
 * @param name as sysfs would call it, as far as that can be told
 * @param node the node that describes it; that of its parent for a child, that of the bridge for a PCI function
 * @param role what it is to the node
 * @param streams at least one
 * @param dma the ranges that bound it
 * @param region the part of what its IOMMU translates that it is in; {@code null} if that is not parted
 */
record Master(
        String name,
        DeviceTreeNode node,
        Role role,
        List<Stream> streams,
        DmaRanges dma,
        @Nullable IommuRegion region) {

    /** What a device is to the node it comes from. */
    enum Role {
        /** It is described by the node. */
        OF_NODE,
        /** It stands for the functions behind a PCI host bridge that an entry of {@code iommu-map} covers. */
        PCI_FUNCTION,
        /** A driver makes it for one of the ids of {@code iommu-map}. */
        CHILD
    }

    Master {
        streams = List.copyOf(streams);
    }

    DeviceTreeNode iommu() {
        return streams.get(0).iommu();
    }

    IommuKind kind() {
        return IommuKind.of(iommu());
    }

    /** What {@code geometry} of its domains spans. */
    Extent aperture() {
        return region == null ? kind().aperture() : region.aperture();
    }

    /** What can really be translated for it. */
    Extent translated() {
        return region == null ? kind().translated() : region.reachable();
    }

    /** {@code iommus} or {@code iommu-map}. */
    String property() {
        return role == Role.OF_NODE ? "iommus" : "iommu-map";
    }

    /** Whether a user means it by a name: its own, its node's, or its node's path. */
    boolean isCalled(String wanted) {
        return name.equals(wanted)
                || node.path().equals(wanted)
                || node.name().equals(wanted)
                || node.baseName().equals(wanted);
    }

    /** As many cells as its {@code memory-region} has: hardly more reservations come of it. */
    int references() {
        return node.property("memory-region")
                .map(references -> references.cells())
                .orElse(0);
    }

    /** The same, as sysfs calls it. */
    Master called(String sysfsName) {
        return new Master(sysfsName, node, role, streams, dma, region);
    }
}
