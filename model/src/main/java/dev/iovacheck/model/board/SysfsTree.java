package dev.iovacheck.model.board;

import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.devicetree.DeviceTreeNode;
import dev.iovacheck.model.devicetree.SourcePlaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The device tree that lies beside the groups in a copy of {@code /sys}, and which of its nodes the devices of the groups have. */
final class SysfsTree {

    private static final Pattern PCI = Pattern.compile("([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})\\.([0-7])");

    private final String source;
    private final BoardTree board;
    private final BoardOptions options;
    private final Findings findings;

    private SysfsTree(String source, BoardTree board, BoardOptions options, Findings findings) {
        this.source = source;
        this.board = board;
        this.options = options;
        this.findings = findings;
    }

    /**
     * The tree of a copy; empty if it has none, or one that may not be read, which is noted.
     *
     * @param findings what is said of the copy
     * @throws ConfigurationException if what is there is no device tree
     */
    static Optional<SysfsTree> in(Path folder, BoardOptions options, Findings findings) throws ConfigurationException {
        String source = SysfsFiles.treeIn(folder).toString();
        try {
            Optional<byte[]> blob = SysfsFiles.tree(folder);
            if (blob.isEmpty()) {
                return Optional.empty();
            }
            Findings ofTree = new Findings(source, SourcePlaces.NONE);
            if (blob.get().length > BoardReader.LARGEST) {
                ofTree.error("is larger than " + (BoardReader.LARGEST >> 20) + " MiB", "kernels take 2 MiB");
            }
            ofTree.throwIfAny();
            return Optional.of(
                    new SysfsTree(source, new BoardReader(options).tree(blob.get(), ofTree), options, ofTree));
        } catch (IOException e) {
            findings.note(
                    "there is a device tree, " + source + ", and it cannot be read: only the groups are", "be root");
            return Optional.empty();
        }
    }

    /** Whether sysfs would call a device of this name a PCI function. */
    static boolean isPci(String name) {
        return PCI.matcher(name).matches();
    }

    BoardTree board() {
        return board;
    }

    /** What is said of the tree. */
    Findings findings() {
        return findings;
    }

    BoardConfiguration configuration() {
        return new BoardConfiguration(source, board.tree(), board.addresses(), options, findings);
    }

    TreeDevices devices() {
        return new TreeDevices(source, board.tree(), board.addresses(), options, findings);
    }

    /**
     * What the tree has for a device of sysfs, under the name that sysfs has: by its node, where the copy has {@code of_node} or
     * {@code uevent}, by its name, or, for a PCI function, by the host bridge it is behind.
     */
    Optional<Master> master(SysfsDevice device) {
        return own(device).or(() -> function(device)).map(master -> master.called(device.name()));
    }

    /** The device that the tree has a node for. */
    private Optional<Master> own(SysfsDevice device) {
        return board.masters().stream()
                .filter(master -> master.role() == Master.Role.OF_NODE)
                .filter(master -> device.node().isEmpty()
                        ? master.name().equals(device.name())
                        : master.node().path().equals(device.node()))
                .findFirst();
    }

    /** What the tree alone would call a device of sysfs; its own name if the tree has no node for it. */
    String nameOf(SysfsDevice device) {
        return own(device).map(Master::name).orElse(device.name());
    }

    private Optional<Master> function(SysfsDevice device) {
        Matcher name = PCI.matcher(device.name());
        if (!name.matches()) {
            return Optional.empty();
        }
        int requester = Integer.parseInt(name.group(2), 16) << 8
                | Integer.parseInt(name.group(3), 16) << 3
                | Integer.parseInt(name.group(4), 16);
        return bridge(device, Long.parseLong(name.group(1), 16))
                .flatMap(bridge -> board.finder().function(bridge, requester, device.name()));
    }

    private Optional<DeviceTreeNode> bridge(SysfsDevice device, long domain) {
        List<DeviceTreeNode> bridges = board.masters().stream()
                .filter(master -> master.role() == Master.Role.PCI_FUNCTION)
                .map(Master::node)
                .distinct()
                .toList();
        if (device.hasPath()) {
            return bridges.stream()
                    .filter(bridge -> device.isBehind(Nodes.sysfsName(bridge, board.addresses())))
                    .findFirst();
        }
        Optional<DeviceTreeNode> said = bridges.stream()
                .filter(bridge -> bridge.property("linux,pci-domain")
                        .filter(cells -> cells.length() == 4 && cells.cell(0) == domain)
                        .isPresent())
                .findFirst();
        // Without a path or a number nobody knows which of several it is.
        return said.or(() -> bridges.size() == 1 && !bridges.get(0).has("linux,pci-domain")
                ? Optional.of(bridges.get(0))
                : Optional.empty());
    }
}
