package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.devicetree.DeviceTree;
import dev.iovacheck.model.devicetree.DeviceTreeNode;
import dev.iovacheck.model.devicetree.DeviceTreeProperty;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the devices behind IOMMUs: {@code iommus} and {@code iommu-map} of enabled nodes. {@code of_iommu_configure}, derived. */
final class Masters {

    /** Of the functions behind one bridge, and the children of one device. */
    private static final int MOST_OF_MAP = 16;

    private static final int MOST_CELLS = 8;

    private final DeviceTree tree;
    private final BusAddresses addresses;
    private final KernelProfile kernel;
    private final Findings findings;
    private final Set<String> names = new HashSet<>();

    Masters(DeviceTree tree, BusAddresses addresses, KernelProfile kernel, Findings findings) {
        this.tree = tree;
        this.kernel = kernel;
        this.addresses = addresses;
        this.findings = findings;
    }

    /** The devices that a node comes to: none if it is behind no IOMMU that is enabled. */
    List<Master> of(DeviceTreeNode node) {
        List<Master> masters = new ArrayList<>();
        Optional<DeviceTreeProperty> iommus = node.property("iommus");
        if (iommus.isPresent()) {
            List<Stream> streams = streams(node, iommus.get());
            if (!streams.isEmpty() && isEnabled(node, "iommus", streams.get(0).iommu())) {
                DmaRanges dma = addresses
                        .dmaParent(node)
                        .map(bus -> DmaRanges.nearest(bus, addresses, findings))
                        .orElse(DmaRanges.NONE);
                master(Nodes.sysfsName(node, addresses), node, Master.Role.OF_NODE, streams, dma)
                        .map(master -> master.called(unique(master.name())))
                        .ifPresent(masters::add);
            }
        }
        node.property("iommu-map").ifPresent(map -> readMap(node, map, masters));
        return masters;
    }

    /** Empty, with a warning, if the driver of its IOMMU refuses it. */
    private Optional<Master> master(
            String name, DeviceTreeNode node, Master.Role role, List<Stream> streams, DmaRanges dma) {
        if (IommuKind.of(streams.get(0).iommu()) != IommuKind.MEDIATEK) {
            return Optional.of(new Master(name, node, role, streams, dma, null));
        }
        Optional<IommuRegion> region = MediatekRegions.of(streams, dma, kernel);
        if (region.isEmpty()) {
            findings.warning(
                    node,
                    role == Master.Role.OF_NODE ? "iommus" : "iommu-map",
                    "its ports lie in no region of the IOMMU that " + MediatekRegions.DRIVER
                            + " has, or in more local arbiters than one: the driver refuses the device (-EINVAL)",
                    "it is left out");
        }
        return region.map(each -> new Master(name, node, role, streams, dma, each));
    }

    private boolean isEnabled(DeviceTreeNode node, String property, DeviceTreeNode iommu) {
        if (!Nodes.isEnabled(iommu)) {
            findings.note(
                    node,
                    property,
                    "left out, because " + iommu.path()
                            + " is disabled: it does DMA without an IOMMU, and nothing bounds it here",
                    "");
            return false;
        }
        return true;
    }

    private List<Stream> streams(DeviceTreeNode node, DeviceTreeProperty iommus) {
        List<Stream> streams = new ArrayList<>();
        int at = 0;
        while (at < iommus.cells()) {
            Optional<DeviceTreeNode> iommu = tree.byPhandle(iommus.cell(at));
            if (iommu.isEmpty()) {
                findings.error(
                        node,
                        "iommus",
                        "cell " + at + ", " + Hex.of(iommus.cell(at)) + ", is the phandle of no node",
                        "an entry is <phandle>, then as many cells as #iommu-cells of that node says");
                return List.of();
            }
            int cells = iommuCells(iommu.get());
            if (cells < 0 || at + 1 + cells > iommus.cells()) {
                findings.error(
                        node,
                        "iommus",
                        "the entry at cell " + at + " has " + (iommus.cells() - at - 1) + " cells behind its phandle",
                        cells < 0
                                ? iommu.get().path() + " has no #iommu-cells that could be read"
                                : iommu.get().path() + " asks for " + cells);
                return List.of();
            }
            streams.add(stream(iommu.get(), iommus, at + 1, cells));
            at += 1 + cells;
        }
        return streams;
    }

    /** -1 if it is not said, or nonsense. */
    private static int iommuCells(DeviceTreeNode iommu) {
        return iommu.property("#iommu-cells")
                .filter(cells -> cells.length() == 4 && cells.cell(0) <= MOST_CELLS)
                .map(cells -> (int) cells.cell(0))
                .orElse(-1);
    }

    private static Stream stream(DeviceTreeNode iommu, DeviceTreeProperty property, int first, int cells) {
        if (cells == 0) {
            return new Stream(iommu, 0, 0);
        }
        boolean masks = IommuKind.of(iommu) == IommuKind.ARM_SMMU_V2;
        long ignored = !masks
                ? 0
                : cells > 1
                        ? property.cell(first + 1)
                        : iommu.property("stream-match-mask")
                                .filter(mask -> mask.length() == 4)
                                .map(mask -> mask.cell(0))
                                .orElse(0L);
        return new Stream(iommu, property.cell(first), ignored);
    }

    /** An entry of {@code iommu-map}: so many ids from {@code base} on become streams from {@code stream} on. */
    private record MapEntry(long base, Stream stream, long length) {}

    private void readMap(DeviceTreeNode node, DeviceTreeProperty map, List<Master> masters) {
        List<MapEntry> entries = entries(node, map);
        if (entries.isEmpty()
                || !isEnabled(node, "iommu-map", entries.get(0).stream().iommu())) {
            return;
        }
        boolean pci = DmaRanges.isPci(node);
        DmaRanges dma = DmaRanges.nearest(node, addresses, findings);
        String parent = Nodes.sysfsName(node, addresses);
        for (MapEntry entry : entries) {
            // Of a bridge's functions one is enough for each entry: nobody knows which there are.
            long ids = pci ? 1 : entry.length();
            for (long id = 0; id < ids && masters.size() < MOST_OF_MAP; id++) {
                Master.Role role = pci ? Master.Role.PCI_FUNCTION : Master.Role.CHILD;
                List<Stream> streams = List.of(entry.stream().plus(id));
                master(parent + ":" + Hex.of(entry.base() + id), node, role, streams, dma)
                        .map(master -> master.called(unique(master.name())))
                        .ifPresent(masters::add);
            }
        }
        if (pci) {
            findings.note(
                    node,
                    "iommu-map",
                    "which functions there are the tree does not say: one stands for those of each entry",
                    "");
        }
    }

    /**
     * A function behind a PCI host bridge: its {@code iommu-map}, after {@code iommu-map-mask}, tells the stream. {@code of_map_id},
     * derived.
     *
     * @param requester bus, device and function number, in 16 bits
     * @param name what sysfs calls it
     * @return empty if no entry covers it, so that it does DMA without an IOMMU
     */
    Optional<Master> function(DeviceTreeNode bridge, int requester, String name) {
        Optional<DeviceTreeProperty> map = bridge.property("iommu-map");
        if (map.isEmpty()) {
            return Optional.empty();
        }
        long mask = bridge.property("iommu-map-mask")
                .filter(cells -> cells.length() == 4)
                .map(cells -> cells.cell(0))
                .orElse(0xffff_ffffL);
        long id = requester & mask;
        return entries(bridge, map.get()).stream()
                .filter(entry -> entry.base() <= id && id - entry.base() < entry.length())
                .findFirst()
                .map(entry -> entry.stream().plus(id - entry.base()))
                .flatMap(stream -> master(
                        name,
                        bridge,
                        Master.Role.PCI_FUNCTION,
                        List.of(stream),
                        DmaRanges.nearest(bridge, addresses, findings)));
    }

    private List<MapEntry> entries(DeviceTreeNode node, DeviceTreeProperty map) {
        // Older trees give one cell for the stream whatever #iommu-cells says.
        for (int streamCells : new int[] {1, map.cells() > 1 ? cellsOfFirst(map) : 1}) {
            List<MapEntry> entries = entries(map, streamCells);
            if (!entries.isEmpty()) {
                return entries;
            }
        }
        findings.error(
                node,
                "iommu-map",
                map.length() + " bytes are no whole number of entries that refer to IOMMUs",
                "an entry is <first id, phandle, stream, number of ids>");
        return List.of();
    }

    private int cellsOfFirst(DeviceTreeProperty map) {
        return tree.byPhandle(map.cell(1)).map(Masters::iommuCells).orElse(1);
    }

    private List<MapEntry> entries(DeviceTreeProperty map, int streamCells) {
        int entry = 3 + streamCells;
        if (streamCells < 1 || !map.isCells() || map.cells() % entry != 0) {
            return List.of();
        }
        List<MapEntry> entries = new ArrayList<>();
        for (int at = 0; at < map.cells(); at += entry) {
            Optional<DeviceTreeNode> iommu = tree.byPhandle(map.cell(at + 1));
            if (iommu.isEmpty() || iommuCells(iommu.get()) < 0) {
                return List.of();
            }
            entries.add(new MapEntry(
                    map.cell(at), stream(iommu.get(), map, at + 2, streamCells), map.cell(at + entry - 1)));
        }
        return entries;
    }

    /** As configurations take names, and not used before. */
    private String unique(String wanted) {
        String clean = wanted.replaceAll("[^A-Za-z0-9_.,+@:-]", "_");
        String head = clean.length() > 50 ? clean.substring(0, 50) : clean;
        String name = Character.isLetterOrDigit(head.charAt(0)) || head.charAt(0) == '_' ? head : "_" + head;
        String free = name;
        for (int number = 2; !names.add(free); number++) {
            free = name + ":" + number;
        }
        return free;
    }
}
