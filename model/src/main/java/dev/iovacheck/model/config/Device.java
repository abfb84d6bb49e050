package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A device that may do DMA.
 *
 * @param index position among the configuration's devices
 * @param name as the user calls it
 * @param group name of its IOMMU group; {@code null} for a device without an IOMMU
 * @param node the device-tree node it has ({@code dev->of_node}): its own name, another device's or a bus node's if it reuses that,
 *     or {@code null} for a child without one
 * @param bus what kind of bus it sits on
 * @param streamId the IOMMU's name for it, if the user gave one
 * @param mask its DMA mask in bytes, inclusive: the highest address it can put on the bus
 * @param window hardware truth: the bytes that the hardware block can really use, inclusive. Invariants compare against it; the
 *     kernel does not know it
 * @param dmaRanges what the {@code dma-ranges} of its bus allow, as bus addresses in the order of the tree; empty if there are none
 * @param iommuRanges what {@code iommu-ranges} on its node lists as usable; empty if the property is absent
 * @param regions what firmware reserves for it, in the order the kernel lists them
 * @param mapSizes sizes in bytes that its driver maps, each at least 1; empty if it never maps
 * @param live how many mappings it holds at most at the same time
 */
public record Device(
        int index,
        String name,
        @Nullable String group,
        @Nullable String node,
        Bus bus,
        OptionalInt streamId,
        long mask,
        Extent window,
        List<Extent> dmaRanges,
        List<Extent> iommuRanges,
        List<FirmwareRegion> regions,
        List<Long> mapSizes,
        int live) {

    /** Buses that the IOMMU core treats differently. */
    public enum Bus {
        PLATFORM,
        /** First tries an address below 4 GiB. */
        PCI
    }

    public Device {
        dmaRanges = List.copyOf(dmaRanges);
        iommuRanges = List.copyOf(iommuRanges);
        regions = List.copyOf(regions);
        mapSizes = List.copyOf(mapSizes);
    }
}
