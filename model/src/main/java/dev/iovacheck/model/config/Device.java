package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
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
 * @param bridgeWindows PCI: windows through which CPUs reach the bus, as bus addresses; empty for a platform device
 * @param dmaRangesCpu CPU addresses at which the entries of {@code dmaRanges} begin, one for each; empty where they are the same
 * @param behind name of the PCI bridge that it sits behind, if that is a device of its own; {@code null} otherwise
 * @param doorbell the physical address that its interrupts are written to and that its domain has to map; empty without one
 * @param requiredType the type that the IOMMU driver insists on for its group, or an untrusted device gets; {@code null} for any
 * @param bound whether a driver is bound to it. A device that only carries another one's mappings has none
 * @param buffers what its driver maps, and with which calls; empty if it never maps
 * @param live how many mappings it holds at most at the same time
 * @param dma what the DMA API asks of it beyond its mask
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
        List<Extent> bridgeWindows,
        List<Long> dmaRangesCpu,
        @Nullable String behind,
        OptionalLong doorbell,
        @Nullable DomainType requiredType,
        boolean bound,
        List<Buffer> buffers,
        int live,
        DmaProperties dma) {

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
        bridgeWindows = List.copyOf(bridgeWindows);
        dmaRangesCpu = List.copyOf(dmaRangesCpu);
        buffers = List.copyOf(buffers);
    }

    /**
     * A platform device with a 32-bit mask and a group and node of its own name, which never maps.
     *
     * @param index position among the configuration's devices
     */
    public static Builder builder(int index, String name) {
        return new Builder(index, name).group(name).node(name);
    }

    /** Sizes in bytes of what its driver maps, one for each buffer. */
    public List<Long> mapSizes() {
        return buffers.stream().map(Buffer::size).toList();
    }

    /** The same device, to be changed. */
    public Builder toBuilder() {
        return new Builder(index, name)
                .group(group)
                .node(node)
                .bus(bus)
                .streamId(streamId)
                .mask(mask)
                .window(window)
                .dmaRanges(dmaRanges)
                .iommuRanges(iommuRanges)
                .regions(regions)
                .bridgeWindows(bridgeWindows)
                .dmaRangesCpu(dmaRangesCpu)
                .behind(behind)
                .doorbell(doorbell)
                .requiredType(requiredType)
                .bound(bound)
                .buffers(buffers)
                .live(live)
                .dma(dma);
    }

    /** Makes devices part by part. Each method sets the part of its name; nothing is checked. */
    public static final class Builder {

        private final int index;
        private final String name;
        private @Nullable String group;
        private @Nullable String node;
        private Bus bus = Bus.PLATFORM;
        private OptionalInt streamId = OptionalInt.empty();
        private long mask = 0xffff_ffffL;
        private Extent window = new Extent(0, 0xffff_ffffL);
        private List<Extent> dmaRanges = List.of();
        private List<Extent> iommuRanges = List.of();
        private List<FirmwareRegion> regions = List.of();
        private List<Extent> bridgeWindows = List.of();
        private List<Long> dmaRangesCpu = List.of();
        private @Nullable String behind;
        private OptionalLong doorbell = OptionalLong.empty();
        private @Nullable DomainType requiredType;
        private boolean bound = true;
        private List<Buffer> buffers = List.of();
        private int live = 1;
        private @Nullable DmaProperties dma;

        private Builder(int index, String name) {
            this.index = index;
            this.name = name;
        }

        public Device build() {
            return new Device(
                    index,
                    name,
                    group,
                    node,
                    bus,
                    streamId,
                    mask,
                    window,
                    dmaRanges,
                    iommuRanges,
                    regions,
                    bridgeWindows,
                    dmaRangesCpu,
                    behind,
                    doorbell,
                    requiredType,
                    bound,
                    buffers,
                    live,
                    dma == null ? DmaProperties.of(mask) : dma);
        }

        public Builder group(@Nullable String wanted) {
            group = wanted;
            return this;
        }

        public Builder node(@Nullable String wanted) {
            node = wanted;
            return this;
        }

        public Builder bus(Bus wanted) {
            bus = wanted;
            return this;
        }

        public Builder streamId(OptionalInt wanted) {
            streamId = wanted;
            return this;
        }

        public Builder mask(long wanted) {
            mask = wanted;
            return this;
        }

        public Builder window(Extent wanted) {
            window = wanted;
            return this;
        }

        public Builder dmaRanges(List<Extent> wanted) {
            dmaRanges = wanted;
            return this;
        }

        public Builder iommuRanges(List<Extent> wanted) {
            iommuRanges = wanted;
            return this;
        }

        public Builder regions(List<FirmwareRegion> wanted) {
            regions = wanted;
            return this;
        }

        public Builder bridgeWindows(List<Extent> wanted) {
            bridgeWindows = wanted;
            return this;
        }

        public Builder dmaRangesCpu(List<Long> wanted) {
            dmaRangesCpu = wanted;
            return this;
        }

        public Builder behind(@Nullable String wanted) {
            behind = wanted;
            return this;
        }

        public Builder doorbell(OptionalLong wanted) {
            doorbell = wanted;
            return this;
        }

        public Builder requiredType(@Nullable DomainType wanted) {
            requiredType = wanted;
            return this;
        }

        public Builder bound(boolean wanted) {
            bound = wanted;
            return this;
        }

        /** Buffers of these sizes in bytes, all for {@code dma_map_page}. */
        public Builder mapSizes(List<Long> wanted) {
            return buffers(wanted.stream().map(Buffer::page).toList());
        }

        public Builder buffers(List<Buffer> wanted) {
            buffers = wanted;
            return this;
        }

        /** By default as {@link DmaProperties#of} has it, with the mask as coherent mask. */
        public Builder dma(DmaProperties wanted) {
            dma = wanted;
            return this;
        }

        public Builder live(int wanted) {
            live = wanted;
            return this;
        }
    }
}
