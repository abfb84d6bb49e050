package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.devicetree.DeviceTree;
import dev.iovacheck.model.devicetree.DeviceTreeNode;
import dev.iovacheck.model.devicetree.DeviceTreeProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code memory-region} and {@code iommu-addresses} reserve for a device, as the kernel reads it: {@code
 * of_iommu_get_resv_regions}, since 6.3; derived. What it would misread is found as well.
 */
final class ReservedMemory {

    private static final String PROPERTY = "iommu-addresses";

    private final DeviceTree tree;
    private final BusAddresses addresses;
    private final Findings findings;

    ReservedMemory(DeviceTree tree, BusAddresses addresses, Findings findings) {
        this.tree = tree;
        this.addresses = addresses;
        this.findings = findings;
    }

    /** In the order of {@code memory-region}; that of a disabled node counts as well. */
    List<ReservedRange> of(DeviceTreeNode device) {
        List<ReservedRange> ranges = new ArrayList<>();
        Optional<DeviceTreeProperty> references = device.property("memory-region");
        if (references.isEmpty()) {
            return ranges;
        }
        for (int cell = 0; cell < references.get().cells(); cell++) {
            long phandle = references.get().cell(cell);
            Optional<DeviceTreeNode> region = tree.byPhandle(phandle);
            if (region.isEmpty()) {
                // The kernel's iterator ends with an error: the regions behind it are not seen.
                findings.error(
                        device,
                        "memory-region",
                        Hex.of(phandle) + " is the phandle of no node",
                        "refer to a child of /reserved-memory");
                return ranges;
            }
            region.get().property(PROPERTY).ifPresent(property -> readRegion(device, region.get(), property, ranges));
        }
        return ranges;
    }

    private void readRegion(
            DeviceTreeNode device, DeviceTreeNode region, DeviceTreeProperty property, List<ReservedRange> ranges) {
        Optional<Optional<Extent>> memory = memory(region);
        if (memory.isEmpty() || !isWellFormed(region, property)) {
            return;
        }
        if (Nodes.isDisabled(region)) {
            findings.warning(
                    region,
                    "status",
                    "the node is disabled, and its " + PROPERTY + " are reserved all the same",
                    "take it out of the memory-region of " + device.path() + " as well");
        }
        int strict = ranges.size();
        for (int at : entries(property, device)) {
            add(device, region, property, at, memory.get(), ranges);
        }
        warnOfFalseHeaders(device, region, property);
        if (ranges.size() == strict && entries(property, device).isEmpty()) {
            findings.warning(
                    region,
                    PROPERTY,
                    "no entry is for " + device.path() + ", which refers to the node",
                    "nothing is reserved for it: name it in an entry");
        }
    }

    /** The first {@code reg} of a region, empty for none; empty as a whole if the kernel skips the node over it. */
    private Optional<Optional<Extent>> memory(DeviceTreeNode region) {
        Optional<DeviceTreeProperty> reg = region.property("reg");
        if (reg.isEmpty()) {
            return Optional.of(Optional.empty());
        }
        DeviceTreeNode parent = region.parent().orElse(region);
        int addressCells = Cells.ofAddressOn(parent);
        int sizeCells = Cells.ofSizeOn(parent);
        if (!Cells.areReadable(addressCells, sizeCells) || reg.get().cells() < addressCells + sizeCells) {
            findings.error(
                    region,
                    "reg",
                    reg.get().length() + " bytes are no address and size",
                    "they have " + addressCells + " and " + sizeCells + " cells here");
            return Optional.empty();
        }
        OptionalLong start = addresses.translate(region, Cells.number(reg.get(), 0, addressCells));
        if (start.isEmpty()) {
            findings.warning(
                    region,
                    "reg",
                    "the kernel cannot translate it and skips the node",
                    "write ranges; in " + parent.path());
            return Optional.empty();
        }
        return Optional.of(DmaRanges.extent(start.getAsLong(), Cells.number(reg.get(), addressCells, sizeCells)));
    }

    /** Whether all entries, each read with the cells of the bus of its device, follow one another up to the end. */
    private boolean isWellFormed(DeviceTreeNode region, DeviceTreeProperty property) {
        int at = 0;
        while (at < property.cells()) {
            Optional<DeviceTreeNode> owner = tree.byPhandle(property.cell(at));
            if (owner.isEmpty()) {
                findings.error(
                        region,
                        PROPERTY,
                        "cell " + at + ", " + Hex.of(property.cell(at)) + ", is the phandle of no node"
                                + afterWhat(property, at),
                        "an entry is <phandle address size> with the cells of the bus of the device it names");
                return false;
            }
            int entry = 1 + addressCells(owner.get()) + sizeCells(owner.get());
            if (!Cells.areReadable(addressCells(owner.get()), sizeCells(owner.get()))
                    || at + entry > property.cells()) {
                findings.error(
                        region,
                        PROPERTY,
                        "the entry at cell " + at + " for " + owner.get().path() + " has " + (property.cells() - at - 1)
                                + " cells behind its phandle",
                        cells(owner.get()));
                return false;
            }
            at += entry;
        }
        if (!property.isCells()) {
            findings.error(region, PROPERTY, property.length() + " bytes are no whole cells", "a cell has 4 bytes");
            return false;
        }
        return true;
    }

    /** Most often the cells of the reserved-memory node were used, and not those of the device's bus. */
    private String afterWhat(DeviceTreeProperty property, int at) {
        return at == 0
                ? ""
                : tree.byPhandle(property.cell(0))
                        .map(owner -> " (" + cells(owner) + ")")
                        .orElse("");
    }

    private String cells(DeviceTreeNode device) {
        return "entries for " + device.path() + " have " + addressCells(device) + " + " + sizeCells(device)
                + " cells, as its bus "
                + addresses.dmaParent(device).map(DeviceTreeNode::path).orElse("/") + " has";
    }

    private int addressCells(DeviceTreeNode device) {
        return Cells.ofAddressOn(addresses.dmaParent(device).orElse(device));
    }

    private int sizeCells(DeviceTreeNode device) {
        return Cells.ofSizeOn(addresses.dmaParent(device).orElse(device));
    }

    /** Where the entries for a device begin, if all are read with their own cells. */
    private List<Integer> entries(DeviceTreeProperty property, DeviceTreeNode device) {
        List<Integer> found = new ArrayList<>();
        int at = 0;
        while (at < property.cells()) {
            DeviceTreeNode owner = tree.byPhandle(property.cell(at)).orElseThrow();
            if (owner == device) {
                found.add(at);
            }
            at += 1 + addressCells(owner) + sizeCells(owner);
        }
        return found;
    }

    /**
     * The kernel goes on by one cell after an entry for somebody else: a number in it that is also the phandle of the device is taken for
     * another entry.
     */
    private void warnOfFalseHeaders(DeviceTreeNode device, DeviceTreeNode region, DeviceTreeProperty property) {
        List<Integer> real = entries(property, device);
        int own = 1 + addressCells(device) + sizeCells(device);
        int at = 0;
        while (at < property.cells()) {
            if (tree.byPhandle(property.cell(at))
                    .filter(owner -> owner == device)
                    .isEmpty()) {
                at++;
                continue;
            }
            if (!real.contains(at)) {
                findings.warning(
                        region,
                        PROPERTY,
                        "cell " + at + ", " + Hex.of(property.cell(at))
                                + ", is a number in the entry of another device, and the kernel takes it"
                                + " for the phandle of " + device.path(),
                        "put the entries of each device into a node of their own; what the kernel reserves then is not modelled");
                return;
            }
            at += own;
        }
    }

    private void add(
            DeviceTreeNode device,
            DeviceTreeNode region,
            DeviceTreeProperty property,
            int at,
            Optional<Extent> memory,
            List<ReservedRange> ranges) {
        long address = Cells.number(property, at + 1, addressCells(device));
        long length = Cells.number(property, at + 1 + addressCells(device), sizeCells(device));
        OptionalLong start = addresses.translateDma(device, address);
        if (start.isEmpty()) {
            findings.error(
                    region,
                    PROPERTY,
                    "the dma-ranges above " + device.path() + " have no " + Hex.of(address),
                    "the kernel translates the address through them, and goes on with nothing if it cannot");
            return;
        }
        if (length == 0) {
            findings.warning(
                    region,
                    PROPERTY,
                    "the entry for " + device.path() + " at " + Hex.of(address) + " has length 0",
                    "it reserves nothing; kernels before 6.7 did not look (boot loaders fill in such entries)");
            return;
        }
        Optional<Extent> extent = DmaRanges.extent(start.getAsLong(), length);
        if (extent.isEmpty()) {
            findings.error(
                    region,
                    PROPERTY,
                    Hex.of(start.getAsLong()) + " and " + Hex.of(length) + " bytes end past 2^64",
                    "write what fits");
            return;
        }
        if (start.getAsLong() != address) {
            findings.warning(
                    region,
                    PROPERTY,
                    "dma-ranges move " + Hex.of(address) + " to " + Hex.of(start.getAsLong())
                            + ", and the kernel reserves that",
                    "as an IOVA it is not what was written");
        }
        ranges.add(new ReservedRange(extent.get(), type(device, region, memory, extent.get()), region));
    }

    private FirmwareRegion.Type type(
            DeviceTreeNode device, DeviceTreeNode region, Optional<Extent> memory, Extent extent) {
        if (memory.isEmpty() || memory.get().first() == memory.get().last()) {
            return FirmwareRegion.Type.RESERVED;
        }
        if (memory.get().equals(extent)) {
            return FirmwareRegion.Type.DIRECT;
        }
        findings.warning(
                region,
                PROPERTY,
                "for " + device.path() + " " + extent + " is reserved and not mapped, because reg is " + memory.get(),
                "a direct mapping has the same first and last byte as reg; without reg it is plainly a reservation");
        return FirmwareRegion.Type.RESERVED;
    }
}
