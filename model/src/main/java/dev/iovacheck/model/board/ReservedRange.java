package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.devicetree.DeviceTreeNode;

/**
 * What an entry of {@code iommu-addresses} reserves for a device.
 *
 * @param extent bytes, inclusive
 * @param type direct, or never to be mapped
 * @param region the reserved-memory node that has the entry
 */
record ReservedRange(Extent extent, FirmwareRegion.Type type, DeviceTreeNode region) {}
