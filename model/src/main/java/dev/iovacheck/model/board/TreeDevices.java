package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.address.Intervals;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.DmaProperties;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.devicetree.DeviceTree;
import dev.iovacheck.model.devicetree.DeviceTreeNode;
import dev.iovacheck.model.devicetree.DeviceTreeProperty;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes devices of configurations of what a tree says about them. */
final class TreeDevices {

    static final Extent SOFTWARE_MSI = new Extent(0x800_0000L, 0x80f_ffffL);

    /** {@code PCIE_APPLE_MSI_DOORBELL_ADDR}, in pages of 16 KiB. */
    private static final Extent APPLE_DOORBELL = new Extent(0xffff_c000L, 0xffff_ffffL);

    private final String source;
    private final DeviceTree tree;
    private final BusAddresses addresses;
    private final BoardOptions options;
    private final Findings findings;

    TreeDevices(String source, DeviceTree tree, BusAddresses addresses, BoardOptions options, Findings findings) {
        this.source = source;
        this.tree = tree;
        this.addresses = addresses;
        this.options = options;
        this.findings = findings;
    }

    /**
     * Where a device stands in its configuration.
     *
     * @param index its position
     * @param group what its group is called
     * @param iommu that of the configuration
     * @param ambiguous numbers of streams that mean streams of different IOMMUs
     * @param mapping how many devices of its group map, itself among them; 0 if it does not
     * @param bits its {@code dma_mask_bits}, as sysfs has it; empty if nobody looked
     * @param observer what says the bits, and which regions the kernel really has; empty if nobody looked
     */
    record Seat(
            int index,
            String group,
            Iommu iommu,
            Set<Integer> ambiguous,
            int mapping,
            OptionalInt bits,
            String observer) {

        Seat {
            ambiguous = Set.copyOf(ambiguous);
        }
    }

    MadeDevice of(Master master, Seat seat) {
        Iommu iommu = seat.iommu();
        Map<LocatedConfiguration.Key, String> places = new EnumMap<>(LocatedConfiguration.Key.class);
        places.put(LocatedConfiguration.Key.APERTURE, findings.place(master.iommu(), "compatible"));
        places.put(LocatedConfiguration.Key.DEVICE, findings.place(master.node(), master.property()));
        places.put(LocatedConfiguration.Key.GROUP, findings.place(master.node(), master.property()));
        places.put(LocatedConfiguration.Key.WORKLOAD, source);
        long mask = mask(master, seat, places);
        List<Extent> dmaRanges = master.dma().extents();
        DeviceTreeNode bus = master.dma().bus();
        if (bus != null) {
            places.put(LocatedConfiguration.Key.DMA_RANGES, findings.place(bus, "dma-ranges"));
        }
        List<Extent> iommuRanges = hasNode(master) ? iommuRanges(master, places) : List.of();
        long limit = limit(mask, dmaRanges, iommu);
        Extent window = window(master, dmaRanges, iommuRanges, limit, iommu, places);
        List<FirmwareRegion> regions = new ArrayList<>();
        List<String> regionPlaces = new ArrayList<>();
        if (master.kind().hasSoftwareMsi()) {
            regions.add(new FirmwareRegion(SOFTWARE_MSI, FirmwareRegion.Type.SW_MSI));
            regionPlaces.add(findings.place(master.iommu(), "compatible") + " ("
                    + master.kind().driver() + ")");
        }
        if (master.kind() == IommuKind.APPLE_DART && master.role() == Master.Role.PCI_FUNCTION) {
            regions.add(new FirmwareRegion(APPLE_DOORBELL, FirmwareRegion.Type.MSI));
            regionPlaces.add(findings.place(master.iommu(), "compatible") + " ("
                    + master.kind().driver() + ")");
        }
        addRegion(master, regions, regionPlaces);
        List<ReservedRange> reserved = new ArrayList<>();
        for (ReservedRange range : hasNode(master) ? reserved(master, seat) : List.<ReservedRange>of()) {
            if (range.type() == FirmwareRegion.Type.DIRECT) {
                regions.add(new FirmwareRegion(range.extent(), range.type()));
                regionPlaces.add(findings.place(range.region(), "iommu-addresses"));
            } else {
                reserved.add(range);
            }
        }
        boolean pci = master.role() == Master.Role.PCI_FUNCTION;
        List<Extent> bridgeWindows = pci ? bridgeWindows(master, places) : List.of();
        DmaProperties dma = DmaProperties.of(mask).withCoherent(Nodes.isCoherent(master.node(), addresses));
        Device.Builder device = Device.builder(seat.index(), master.name())
                .group(seat.group())
                .node(node(master))
                .bus(pci ? Device.Bus.PCI : Device.Bus.PLATFORM)
                .streamId(streamId(master, seat.ambiguous()))
                .mask(mask)
                .window(window)
                .dmaRanges(dmaRanges)
                .dmaRangesCpu(pci ? cpuAddresses(master) : List.of())
                .iommuRanges(iommuRanges)
                .regions(regions)
                .bridgeWindows(bridgeWindows)
                .bound(master.role() != Master.Role.CHILD)
                .dma(dma)
                // As a configuration has it that says nothing.
                .live(2);
        if (seat.mapping() > 0) {
            DefaultWorkload workload = DefaultWorkload.of(limit, window, iommu, seat.mapping());
            device.mapSizes(List.of(workload.size())).live(workload.live());
        }
        return new MadeDevice(device.build(), places, regionPlaces, reserved);
    }

    private void addRegion(Master master, List<FirmwareRegion> regions, List<String> regionPlaces) {
        IommuRegion region = master.region();
        if (region == null || options.aperture().isPresent()) {
            return;
        }
        findings.note(
                master.node(),
                master.property(),
                master.name() + " is in region " + region.number() + " of its IOMMU, " + region.aperture() + ", "
                        + region.why(),
                "--aperture says otherwise");
        for (Extent carved : region.carvedOut()) {
            regions.add(new FirmwareRegion(carved, FirmwareRegion.Type.RESERVED));
            regionPlaces.add(findings.place(master.iommu(), "compatible") + " (" + MediatekRegions.DRIVER + ")");
        }
    }

    /** Whether the kernel's parsers look at the node for this device. */
    private boolean hasNode(Master master) {
        return master.role() == Master.Role.OF_NODE
                || (master.role() == Master.Role.CHILD && options.childrenHaveNode());
    }

    private @Nullable String node(Master master) {
        if (master.role() != Master.Role.CHILD) {
            return master.name();
        }
        findings.note(
                master.node(),
                "iommu-map",
                options.childrenHaveNode()
                        ? "its children have its node, and so all that is reserved for it"
                        : "children that a driver makes for these ids have no node of their own: nothing that the tree reserves reaches them",
                options.childrenHaveNode() ? "" : "--children-have-node if they reuse that of their parent");
        return options.childrenHaveNode() ? nameOfParent(master) : null;
    }

    private static String nameOfParent(Master child) {
        return child.name().substring(0, child.name().lastIndexOf(':'));
    }

    private long mask(Master master, Seat seat, Map<LocatedConfiguration.Key, String> places) {
        Optional<Long> said = said(options.masks(), master);
        if (said.isPresent()) {
            places.put(LocatedConfiguration.Key.MASK, "--mask");
            return said.get();
        }
        Optional<DriverMasks.Known> known = DriverMasks.of(master.node());
        if (seat.bits().isPresent()) {
            int bits = seat.bits().getAsInt();
            if (known.isEmpty() || bits(known.get().mask()) != bits) {
                known.ifPresent(each -> findings.note(
                        master.node(),
                        "compatible",
                        "DMA mask " + Hex.of(each.mask()) + " in " + each.driver() + ", and sysfs has a mask of " + bits
                                + " bits for " + master.name(),
                        "that of sysfs is taken"));
                places.put(LocatedConfiguration.Key.MASK, seat.observer());
                return -1L >>> (Long.SIZE - bits);
            }
            // sysfs tells how many bits there are, and not which of them are 0: the table knows more.
        }
        if (known.isPresent()) {
            places.put(LocatedConfiguration.Key.MASK, known.get().driver());
            findings.note(
                    master.node(),
                    "compatible",
                    "DMA mask " + Hex.of(known.get().mask()) + ", as "
                            + known.get().driver() + " sets it",
                    "");
            return known.get().mask();
        }
        if (master.region() != null && master.region().number() > 0) {
            places.put(LocatedConfiguration.Key.MASK, MediatekRegions.DRIVER);
            findings.note(
                    master.node(),
                    "",
                    "DMA mask of " + master.name() + ": " + MediatekRegions.MASK_BITS + " bits, "
                            + (options.kernel().tellsRegionsByPort()
                                    ? "as " + MediatekRegions.DRIVER + " sets it for all regions but the first"
                                    : "assumed: drivers of such devices set it before 6.4"),
                    "--mask " + master.name() + "=BITS says otherwise");
            return -1L >>> (Long.SIZE - MediatekRegions.MASK_BITS);
        }
        places.put(LocatedConfiguration.Key.MASK, "the kernel's default");
        findings.note(
                master.node(),
                "",
                "DMA mask of " + master.name() + " assumed: 32 bits, as the kernel has it before a driver sets another",
                "--mask " + master.name() + "=BITS says otherwise");
        return DriverMasks.DEFAULT;
    }

    private static int bits(long mask) {
        return Long.SIZE - Long.numberOfLeadingZeros(mask);
    }

    private static <T> Optional<T> said(Map<String, T> values, Master master) {
        return values.entrySet().stream()
                .filter(entry -> master.isCalled(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static long limit(long mask, List<Extent> dmaRanges, Iommu iommu) {
        long limit = min(mask, iommu.aperture().last());
        long bus =
                dmaRanges.stream().map(Extent::last).max(Long::compareUnsigned).orElse(limit);
        return min(limit, bus);
    }

    private static long min(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }

    /** Hardware truth, which a tree says at most in {@code dma-ranges} and {@code iommu-ranges}. */
    private Extent window(
            Master master,
            List<Extent> dmaRanges,
            List<Extent> iommuRanges,
            long limit,
            Iommu iommu,
            Map<LocatedConfiguration.Key, String> places) {
        Optional<Extent> said = said(options.windows(), master);
        long last = min(limit, options.aperture().orElseGet(master::translated).last());
        boolean hasSpace = Long.compareUnsigned(iommu.aperture().first(), last) <= 0;
        Extent within = new Extent(hasSpace ? iommu.aperture().first() : 0, last);
        Extent window = within;
        if (said.isPresent()) {
            places.put(LocatedConfiguration.Key.WINDOW, "--window");
            window = said.get();
        } else if (!iommuRanges.isEmpty()) {
            window = hull(iommuRanges);
            places.put(LocatedConfiguration.Key.WINDOW, findings.place(master.node(), "iommu-ranges"));
        } else if (!dmaRanges.isEmpty()) {
            window = hull(dmaRanges);
            places.put(
                    LocatedConfiguration.Key.WINDOW, places.getOrDefault(LocatedConfiguration.Key.DMA_RANGES, source));
        }
        IommuRegion region = master.region();
        if (region != null && said.isEmpty() && options.aperture().isEmpty() && window.intersects(region.reachable())) {
            // The bits above are those of the region, whatever the device puts on the bus.
            window = Intervals.common(List.of(window), region.reachable()).get(0);
        }
        places.putIfAbsent(LocatedConfiguration.Key.WINDOW, "assumed");
        if (!window.intersects(iommu.aperture())) {
            findings.error(
                    master.node(),
                    master.property(),
                    master.name() + " can use " + window + ", and the aperture of its IOMMU is " + iommu.aperture(),
                    "the kernel refuses a domain whose aperture has nothing in common with dma-ranges (-EFAULT);"
                            + " --aperture says otherwise");
            return within;
        }
        return window;
    }

    private static Extent hull(List<Extent> ranges) {
        Comparator<Long> unsigned = Long::compareUnsigned;
        return new Extent(
                ranges.stream().map(Extent::first).min(unsigned).orElseThrow(),
                ranges.stream().map(Extent::last).max(unsigned).orElseThrow());
    }

    private List<ReservedRange> reserved(Master master, Seat seat) {
        List<ReservedRange> ranges = new ReservedMemory(tree, addresses, findings).of(master.node());
        if (!ranges.isEmpty() && !options.kernel().readsIommuAddresses()) {
            findings.note(
                    master.node(),
                    "memory-region",
                    "kernel " + options.kernel().label() + " does not read iommu-addresses: nothing is reserved",
                    "");
            return List.of();
        }
        boolean isObserved = !seat.observer().isEmpty();
        if (!ranges.isEmpty() && !isObserved && !master.kind().reportsRegionsOfTree()) {
            findings.note(
                    master.node(),
                    "memory-region",
                    (master.kind().driver().isEmpty()
                                    ? "whether the driver of its IOMMU reports regions of the tree is not known"
                                    : master.kind().driver()
                                            + " of 6.12 reports no regions of the tree; later kernels were not"
                                            + " looked at")
                            + ": they are taken to be reserved",
                    "look for iommu_dma_get_resv_regions in the driver, or for the region in reserved_regions");
        }
        return ranges;
    }

    /** With the cells of the bus, as far as is known: the kernel side is in review (unverified). */
    private List<Extent> iommuRanges(Master master, Map<LocatedConfiguration.Key, String> places) {
        DeviceTreeNode node = master.node();
        Optional<DeviceTreeProperty> property = node.property("iommu-ranges");
        if (property.isEmpty()) {
            return List.of();
        }
        places.put(LocatedConfiguration.Key.IOMMU_RANGES, findings.place(node, "iommu-ranges"));
        DeviceTreeNode bus = addresses.dmaParent(node).orElse(node);
        int address = Cells.ofAddressOn(bus);
        int size = Cells.ofSizeOn(bus);
        int entry = address + size;
        DeviceTreeProperty cells = property.get();
        if (!Cells.areReadable(address, size) || !cells.isCells() || cells.cells() == 0 || cells.cells() % entry != 0) {
            findings.error(
                    node,
                    "iommu-ranges",
                    cells.length() + " bytes are no whole number of ranges",
                    "a range has " + address + " + " + size + " cells, as the bus " + bus.path() + " has");
            return List.of();
        }
        List<Extent> ranges = new ArrayList<>();
        for (int at = 0; at < cells.cells(); at += entry) {
            long start = Cells.number(cells, at, address);
            long length = Cells.number(cells, at + address, size);
            Optional<Extent> range = DmaRanges.extent(start, length);
            if (range.isEmpty() || ranges.stream().anyMatch(range.get()::intersects)) {
                findings.error(
                        node,
                        "iommu-ranges",
                        "the range at " + Hex.of(start) + " of " + Hex.of(length) + " bytes "
                                + (range.isEmpty() ? "is none" : "overlaps another"),
                        "list every usable byte once");
            } else {
                ranges.add(range.get());
            }
        }
        return ranges;
    }

    private List<Extent> bridgeWindows(Master master, Map<LocatedConfiguration.Key, String> places) {
        Optional<DeviceTreeProperty> ranges = master.node().property("ranges").filter(each -> each.length() > 0);
        if (ranges.isEmpty()) {
            return List.of();
        }
        places.put(LocatedConfiguration.Key.BRIDGE_WINDOWS, findings.place(master.node(), "ranges"));
        return DmaRanges.read(master.node(), ranges.get(), false, addresses, findings).stream()
                .filter(BusRange::isPciMemory)
                .map(BusRange::bus)
                .toList();
    }

    /** Where CPUs see the DMA windows; none where that is the same everywhere. */
    private static List<Long> cpuAddresses(Master master) {
        List<BusRange> ranges = master.dma().ranges();
        boolean same =
                ranges.stream().allMatch(range -> range.cpu() == range.bus().first());
        return same ? List.of() : ranges.stream().map(BusRange::cpu).toList();
    }

    private static OptionalInt streamId(Master master, Set<Integer> ambiguous) {
        long id = master.streams().get(0).id();
        boolean fits = id >= 0 && id <= Integer.MAX_VALUE;
        return !fits || ambiguous.contains((int) id) ? OptionalInt.empty() : OptionalInt.of((int) id);
    }
}
