package dev.iovacheck.model.board;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the files of a copy of {@code /sys/kernel/iommu_groups}, and of what may have been copied with it. */
final class SysfsFiles {

    private static final int MOST_GROUPS = 4096;
    private static final int LARGEST = 1 << 20;

    /** What comes before the path of a node where a link or the file system leads to the tree. */
    private static final String TREE = "devicetree/base/";

    private SysfsFiles() {}

    /** The groups of a folder or a snapshot, in the order of their numbers; those of a snapshot as they stand there. */
    static List<SysfsGroup> groups(Path path, Findings findings) {
        if (Files.isRegularFile(path)) {
            Optional<String> snapshot = text(path);
            if (snapshot.isEmpty()) {
                findings.error("it cannot be read", "check its permissions");
            }
            return SysfsGroup.ofSnapshot(path.toString(), snapshot.orElse(""));
        }
        List<SysfsGroup> groups = new ArrayList<>();
        for (Path folder : folders(groupsIn(path), findings)) {
            groups.add(ofFolder(folder, findings));
        }
        return groups;
    }

    /** Empty if there is none; what is too large is given as far as it goes, one byte too much. */
    static Optional<byte[]> tree(Path folder) throws IOException {
        Path file = treeIn(folder);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(BoardReader.LARGEST + 1));
        }
    }

    /** Where a copy of {@code /sys} has the device tree. */
    static Path treeIn(Path folder) {
        return folder.resolve("firmware/fdt");
    }

    private static Path groupsIn(Path folder) {
        for (String below : List.of("kernel/iommu_groups", "iommu_groups")) {
            if (Files.isDirectory(folder.resolve(below))) {
                return folder.resolve(below);
            }
        }
        return folder;
    }

    /** Those with a number for a name. */
    private static List<Path> folders(Path groups, Findings findings) {
        try (Stream<Path> all = Files.list(groups)) {
            return all.filter(path -> name(path).matches("[0-9]{1,9}"))
                    .sorted(Comparator.comparingInt(path -> Integer.parseInt(name(path))))
                    .limit(MOST_GROUPS)
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            findings.error("the folder " + groups + " cannot be listed", "name a folder");
            return List.of();
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static SysfsGroup ofFolder(Path folder, Findings findings) {
        List<SysfsDevice> devices = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder.resolve("devices"))) {
            all.sorted(Comparator.comparing(SysfsFiles::name))
                    .limit(MOST_GROUPS)
                    .forEach(path -> devices.add(device(path)));
        } catch (IOException | UncheckedIOException e) {
            findings.error("group " + name(folder) + " has no folder devices", "copy it as well");
        }
        return new SysfsGroup(
                name(folder),
                text(folder.resolve("type")).orElse("").strip(),
                text(folder.resolve("reserved_regions")).orElse("").lines().toList(),
                devices,
                folder + "/reserved_regions");
    }

    /** Links of the original lead nowhere in a copy: their words count, and not what they lead to. */
    private static SysfsDevice device(Path path) {
        return new SysfsDevice(
                name(path),
                text(path.resolve("dma_mask_bits")).orElse("").strip(),
                link(path).orElse(""),
                node(path));
    }

    private static Optional<String> link(Path path) {
        try {
            return Files.isSymbolicLink(path)
                    ? Optional.of(Files.readSymbolicLink(path).toString())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The path of its node, by the link to it or by {@code OF_FULLNAME} in {@code uevent}; empty if there is neither. */
    private static String node(Path device) {
        Optional<String> ofNode = link(device.resolve("of_node"))
                .filter(target -> target.contains(TREE))
                .map(target -> target.substring(target.indexOf(TREE) + TREE.length() - 1));
        return ofNode.or(() -> text(device.resolve("uevent")).flatMap(text -> text.lines()
                        .filter(line -> line.startsWith("OF_FULLNAME="))
                        .map(line -> line.substring("OF_FULLNAME=".length()))
                        .findFirst()))
                .orElse("");
    }

    /** Empty if it cannot be read, or is no file; no more than a small file is read. */
    private static Optional<String> text(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(new String(in.readNBytes(LARGEST), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
