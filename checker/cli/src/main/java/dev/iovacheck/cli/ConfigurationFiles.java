package dev.iovacheck.cli;

import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.board.Board;
import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.board.SysfsReader;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.config.Fault;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** Finds the files a user names, one by one or as folders, and reads them as configurations. */
final class ConfigurationFiles {

    private ConfigurationFiles() {}

    /** Configurations, and what is made one. */
    static boolean isChecked(Path file) {
        return isConfiguration(file) || DeviceTreeFiles.isFlattened(file);
    }

    static boolean isConfiguration(Path file) {
        String name = file.toString();
        return name.endsWith(".yaml") || name.endsWith(".yml");
    }

    /**
     * Files as they are named; of folders, what lies in them at any depth and is not hidden, in the order of names. Each file once.
     *
     * @param wanted which files of a folder are meant
     * @param kind what they are called in messages
     * @throws ConfigurationException for a folder without such files or that cannot be listed
     */
    static List<Path> list(List<Path> named, Predicate<Path> wanted, String kind) throws ConfigurationException {
        Set<Path> files = new LinkedHashSet<>();
        for (Path path : named) {
            if (!Files.isDirectory(path)) {
                if (isOneFile(path)) {
                    files.add(path);
                } else {
                    files.addAll(matching(path, kind));
                }
                continue;
            }
            try (Stream<Path> below = Files.walk(path)) {
                List<Path> found = below.filter(Files::isRegularFile)
                        .filter(wanted)
                        .filter(file -> !isHidden(path, file))
                        .sorted()
                        .toList();
                if (found.isEmpty()) {
                    throw fault(
                            path,
                            "there is no " + kind + " in this folder",
                            "name a file, a pattern such as 'boards/**/*.dts', or another folder");
                }
                files.addAll(found);
            } catch (IOException e) {
                throw fault(path, "the folder cannot be listed", e.toString());
            }
        }
        return List.copyOf(files);
    }

    /** Whether it, or a folder on the way to it, is one of those that belong to tools, as {@code .github} and {@code .gitlab-ci.yml}. */
    private static boolean isHidden(Path folder, Path file) {
        for (Path name : folder.relativize(file)) {
            if (name.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Sources of device trees in the folders that were named, which are not taken without being named themselves: but for those beside
     * which lies what was made of them.
     *
     * @throws ConfigurationException for a folder that cannot be listed
     */
    static List<Path> sourcesAlone(List<Path> named) throws ConfigurationException {
        List<Path> sources = new ArrayList<>();
        for (Path folder : named) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (Stream<Path> below = Files.walk(folder)) {
                below.filter(Files::isRegularFile)
                        .filter(file -> DeviceTreeFiles.isSource(file) && !isHidden(folder, file))
                        .filter(file -> Stream.of(".dtb", ".yaml", ".yml")
                                .noneMatch(made -> Files.exists(DeviceTreeFiles.made(file, made))))
                        .sorted()
                        .forEach(sources::add);
            } catch (IOException | UncheckedIOException e) {
                throw fault(folder, "the folder cannot be listed", e.toString());
            }
        }
        return sources;
    }

    /** Whether it is one file that is named, and neither a folder nor a pattern. */
    static boolean isOneFile(Path path) {
        return !Files.isDirectory(path) && (Files.exists(path) || !isPattern(path));
    }

    private static boolean isPattern(Path path) {
        return path.toString().matches(".*[*?\\[{].*");
    }

    /** Files below the last folder that is named without a pattern. */
    private static List<Path> matching(Path pattern, String kind) throws ConfigurationException {
        Path folder = pattern;
        while (folder != null && isPattern(folder)) {
            folder = folder.getParent();
        }
        PathMatcher matcher;
        try {
            matcher = Glob.of(pattern.toString());
        } catch (PatternSyntaxException e) {
            throw fault(pattern, "is no pattern: " + e.getDescription(), "write it as 'boards/**/*.dts'");
        }
        try (Stream<Path> below = Files.walk(folder == null ? Path.of("") : folder)) {
            List<Path> found = below.filter(Files::isRegularFile)
                    .filter(matcher::matches)
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw fault(pattern, "no " + kind + " matches", "name a file, a folder or another pattern");
            }
            return found;
        } catch (IOException | UncheckedIOException e) {
            throw fault(pattern, "cannot be looked for", e.toString());
        }
    }

    private static ConfigurationException fault(Path path, String problem, String remedy) {
        return new ConfigurationException(List.of(new Fault(path.toString(), 0, 0, problem, remedy)));
    }

    /** The configurations that a file comes to: of a board perhaps several. What was assumed is printed as well. */
    static List<Configuration> readAll(Path file, BoardOptions options, Session session) {
        return readLocated(file, options, session).stream()
                .map(LocatedConfiguration::configuration)
                .toList();
    }

    /** The same with the places of what is read; empty if there were faults, which are printed. */
    static List<LocatedConfiguration> readLocated(Path file, BoardOptions options, Session session) {
        try {
            if (!DeviceTreeFiles.isDeviceTree(file)) {
                return List.of(new ConfigurationReader(Catalogue.ids()).readLocated(file));
            }
            Board board = DeviceTreeFiles.read(file, options);
            board.findings().forEach(session.err()::println);
            return board.configurations();
        } catch (ConfigurationException e) {
            print(e, session);
            return List.of();
        }
    }

    /** The same, also of a copy of {@code /sys/kernel/iommu_groups} and of a snapshot of it in a text file. */
    static List<LocatedConfiguration> readLocatedOrSysfs(Path path, BoardOptions options, Session session) {
        if (!Files.isDirectory(path) && (isConfiguration(path) || DeviceTreeFiles.isDeviceTree(path))) {
            return readLocated(path, options, session);
        }
        try {
            Board board = new SysfsReader(options).read(path);
            return board.configurations();
        } catch (ConfigurationException e) {
            print(e, session);
            return List.of();
        }
    }

    /** The device tree that a copy of {@code /sys} has. */
    static Optional<Path> treeIn(Path copy) {
        return Optional.of(copy.resolve("firmware/fdt")).filter(Files::isRegularFile);
    }

    static void print(ConfigurationException exception, Session session) {
        exception.faults().forEach(fault -> session.err().println(fault));
        session.err().flush();
    }
}
