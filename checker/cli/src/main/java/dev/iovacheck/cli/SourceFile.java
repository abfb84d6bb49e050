package dev.iovacheck.cli;

import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.board.Board;
import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a file says, read once: what is looked up in a cache by these bytes is what is checked if it is not there. Of a device tree source
 * the bytes are those of the compiled tree, so that included files are in them and lines are not.
 */
final class SourceFile {

    /** More than any reader of configurations takes; larger ones are left to it to be refused. */
    private static final int MOST = 2 << 20;

    private final Path file;
    private final byte @Nullable [] bytes;
    private final DeviceTreeFiles.@Nullable Tree tree;

    private SourceFile(Path file, byte @Nullable [] bytes, DeviceTreeFiles.@Nullable Tree tree) {
        this.file = file;
        this.bytes = bytes;
        this.tree = tree;
    }

    /**
     * What it comes to.
     *
     * @param configurations one, or of a board perhaps several
     * @param remarks what was assumed, in the order in which it was found
     */
    record Read(List<LocatedConfiguration> configurations, List<Remark> remarks) {

        Read {
            configurations = List.copyOf(configurations);
            remarks = List.copyOf(remarks);
        }
    }

    /**
     * Something that was said when the file was read.
     *
     * @param place of what it is about, without a line
     * @param said with its severity: {@code note: assumed: pages of 4 KiB}
     */
    record Remark(String place, String said) {

        /** A line of text. */
        String line(SourceLines lines) {
            return lines.in(place) + ": " + said;
        }
    }

    /** @throws ConfigurationException if it is a device tree that cannot be had */
    static SourceFile of(Path file) throws ConfigurationException {
        if (DeviceTreeFiles.isDeviceTree(file)) {
            DeviceTreeFiles.Tree tree = DeviceTreeFiles.tree(file);
            return new SourceFile(file, tree.bytes(), tree);
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST);
            return new SourceFile(file, bytes.length < MOST ? bytes : null, null);
        } catch (IOException e) {
            return new SourceFile(file, null, null); // the reader says what is wrong with it
        }
    }

    /** The bytes by which it is known; {@code null} if it cannot be read. */
    byte @Nullable [] bytes() {
        return bytes == null ? null : bytes.clone();
    }

    /** Where its nodes and properties stand, if it is the source of a device tree. */
    SourceLines lines() {
        return tree == null ? SourceLines.NONE : new SourceLines(file.toString(), tree.places());
    }

    /** @throws ConfigurationException with all that is wrong */
    Read read(BoardOptions options) throws ConfigurationException {
        if (tree != null) {
            Board board = tree.readWithoutLines(file, options);
            return new Read(
                    board.configurations(),
                    board.findings().stream()
                            .map(finding -> new Remark(finding.place(), finding.said()))
                            .toList());
        }
        ConfigurationReader reader = new ConfigurationReader(Catalogue.ids());
        return new Read(
                List.of(bytes == null ? reader.readLocated(file) : reader.readLocated(file.toString(), bytes)),
                List.of());
    }
}
