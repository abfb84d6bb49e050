package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.Fault;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.config.NearNames;
import dev.iovacheck.model.devicetree.DeviceTree;
import dev.iovacheck.model.devicetree.DeviceTreeException;
import dev.iovacheck.model.devicetree.DeviceTreeNode;
import dev.iovacheck.model.devicetree.DeviceTreeReader;
import dev.iovacheck.model.devicetree.SourcePlaces;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes configurations of a flattened device tree. Nothing is assumed about the input: the only exception that leaves here is {@link
 * ConfigurationException}, with all errors, each with node and property.
 */
public final class BoardReader {

    /** Bytes in the largest tree that is read; kernels take 2 MiB. */
    public static final int LARGEST = 16 << 20;

    /** As many devices as a configuration takes. */
    static final int MOST_DEVICES = 16;

    static final int MOST_RESERVATIONS = 64;

    private final BoardOptions options;

    public BoardReader(BoardOptions options) {
        this.options = options;
    }

    /**
     * A tree without sources.
     *
     * @param source what messages call the tree
     * @param blob the tree
     * @throws ConfigurationException with all errors; also if there is nothing behind an IOMMU
     */
    public Board read(String source, byte[] blob) throws ConfigurationException {
        return read(source, blob, SourcePlaces.NONE);
    }

    /**
     * A tree that was made of sources.
     *
     * @param source what messages call the tree where they do not know the line
     * @param blob the tree
     * @param places where nodes and properties stand in the sources
     * @throws ConfigurationException with all errors; also if there is nothing behind an IOMMU
     */
    public Board read(String source, byte[] blob, SourcePlaces places) throws ConfigurationException {
        Findings findings = new Findings(source, places);
        BoardTree board = tree(blob, findings);
        List<Master> masters = board.masters();
        if (masters.isEmpty() && !findings.hasErrors()) {
            boolean isNarrowed =
                    !options.nodes().isEmpty() || !options.compatibles().isEmpty();
            findings.error(
                    "no enabled node" + (isNarrowed ? " of those asked for" : "") + " is behind an IOMMU",
                    "a node with iommus or iommu-map is, if it and the IOMMU are enabled");
        }
        checkNames(masters, options.masks(), "--mask", findings);
        checkNames(masters, options.windows(), "--window", findings);
        findings.throwIfAny();
        BoardConfiguration maker = new BoardConfiguration(source, board.tree(), board.addresses(), options, findings);
        List<LocatedConfiguration> configurations = new ArrayList<>();
        List<List<List<Master>>> parts = split(masters, findings);
        for (List<List<Master>> groups : parts) {
            String part = parts.size() == 1 ? "" : " (" + (configurations.size() + 1) + " of " + parts.size() + ")";
            configurations.add(maker.of(source + part, groups));
        }
        findings.throwIfAny();
        return new Board(configurations, findings.all());
    }

    /**
     * Reads a tree and finds its devices; what is wrong with them goes to {@code findings}.
     *
     * @throws ConfigurationException if it is no tree
     */
    BoardTree tree(byte[] blob, Findings findings) throws ConfigurationException {
        DeviceTree tree;
        try {
            tree = DeviceTreeReader.read(blob);
        } catch (DeviceTreeException e) {
            throw new ConfigurationException(
                    List.of(new Fault(findings.place(e.path(), e.property()), 0, 0, e.problem(), e.remedy())));
        }
        BusAddresses addresses = new BusAddresses(tree);
        List<DeviceTreeNode> wanted = wanted(tree, findings);
        Masters finder = new Masters(tree, addresses, options.kernel(), findings);
        List<Master> masters = new ArrayList<>();
        for (DeviceTreeNode node : tree.nodes()) {
            if (wanted.contains(node) && (node.has("iommus") || node.has("iommu-map")) && Nodes.isEnabled(node)) {
                masters.addAll(finder.of(node));
            }
        }
        return new BoardTree(tree, addresses, finder, masters);
    }

    private List<DeviceTreeNode> wanted(DeviceTree tree, Findings findings) {
        List<DeviceTreeNode> roots = new ArrayList<>();
        for (String path : options.nodes()) {
            Optional<DeviceTreeNode> node = tree.byPath(path);
            node.ifPresent(roots::add);
            if (node.isEmpty()) {
                List<String> paths =
                        tree.nodes().stream().map(DeviceTreeNode::path).toList();
                findings.error(
                        "--node: there is no node " + path,
                        NearNames.nearest(path, paths)
                                .map(near -> "did you mean " + near + "?")
                                .orElse("name it by its path, such as /soc@0/video-codec@aa00000"));
            }
        }
        List<Pattern> patterns =
                options.compatibles().stream().map(BoardReader::pattern).toList();
        return tree.nodes().stream()
                .filter(node -> options.nodes().isEmpty() || isBelow(node, roots))
                .filter(node -> patterns.isEmpty()
                        || patterns.stream().anyMatch(pattern -> node.strings("compatible").stream()
                                .anyMatch(each -> pattern.matcher(each).matches())))
                .toList();
    }

    private static boolean isBelow(DeviceTreeNode node, List<DeviceTreeNode> roots) {
        Optional<DeviceTreeNode> at = Optional.of(node);
        while (at.isPresent()) {
            if (roots.contains(at.get())) {
                return true;
            }
            at = at.get().parent();
        }
        return false;
    }

    private static Pattern pattern(String glob) {
        String pattern = glob.chars()
                .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
                .collect(Collectors.joining());
        return Pattern.compile(pattern);
    }

    private static void checkNames(List<Master> masters, Map<String, ?> said, String option, Findings findings) {
        for (String name : said.keySet()) {
            if (masters.stream().noneMatch(master -> master.isCalled(name)) && !findings.hasErrors()) {
                List<String> names = masters.stream().map(Master::name).toList();
                findings.error(
                        option + ": no device is called " + name,
                        NearNames.nearest(name, names)
                                .map(near -> "did you mean " + near + "?")
                                .orElseGet(() -> "there are: " + String.join(", ", names)));
            }
        }
    }

    /** Pages and aperture are those of a configuration. */
    private record Geometry(int granuleShift, Extent aperture) {}

    /** Groups by geometry, and no more of them together than a configuration takes. */
    private List<List<List<Master>>> split(List<Master> masters, Findings findings) {
        Map<Geometry, List<List<List<Master>>>> parts = new LinkedHashMap<>();
        for (List<Master> group : Grouping.of(masters)) {
            Master first = group.get(0);
            if (group.size() > MOST_DEVICES) {
                findings.error(
                        first.node(),
                        first.property(),
                        "its group has " + group.size() + " devices",
                        "at most " + MOST_DEVICES + " are supported: choose some with --node or --compatible");
                continue;
            }
            Geometry geometry = new Geometry(
                    options.granuleShift().orElse(first.kind().granuleShift()),
                    options.aperture().orElse(first.aperture()));
            List<List<List<Master>>> chunks = parts.computeIfAbsent(geometry, key -> new ArrayList<>());
            if (chunks.isEmpty()
                    || size(chunks.get(chunks.size() - 1)) + group.size() > MOST_DEVICES
                    || references(chunks.get(chunks.size() - 1)) + references(List.of(group)) > MOST_RESERVATIONS) {
                chunks.add(new ArrayList<>());
            }
            chunks.get(chunks.size() - 1).add(group);
        }
        return parts.values().stream().flatMap(List::stream).toList();
    }

    private static int size(List<List<Master>> groups) {
        return groups.stream().mapToInt(List::size).sum();
    }

    private static int references(List<List<Master>> groups) {
        return groups.stream()
                .flatMap(List::stream)
                .mapToInt(Master::references)
                .sum();
    }
}
