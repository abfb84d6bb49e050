package dev.iovacheck.cli;

import dev.iovacheck.model.board.Board;
import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.board.BoardReader;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.Fault;
import dev.iovacheck.model.devicetree.SourcePlaces;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Device trees as files: flattened ones as they are, sources through {@code dtc} where it is installed. */
final class DeviceTreeFiles {

    private static final String SOURCE = ".dts";
    private static final int MOST_SECONDS = 60;
    private static final int LARGEST_TEXT = 128 << 20;
    private static final List<Pattern> MESSAGES = List.of(
            Pattern.compile("(?:Error|ERROR): ?(.*?):(\\d{1,9})\\.(\\d{1,9})\\S* (.*)"),
            Pattern.compile("(.*?):(\\d{1,9})\\.(\\d{1,9})\\S*: ERROR \\(\\w+\\): (.*)"));

    private DeviceTreeFiles() {}

    /** By the name: {@code .dtb}, {@code .dts}, or {@code fdt} as in {@code /sys/firmware}. */
    static boolean isDeviceTree(Path file) {
        return isFlattened(file) || isSource(file);
    }

    /** Whether a folder of boards means it: sources stand beside what was made of them, and are often only a part. */
    static boolean isFlattened(Path file) {
        return file.toString().endsWith(".dtb") || file.endsWith("fdt");
    }

    static boolean isSource(Path file) {
        return file.toString().endsWith(SOURCE);
    }

    /** Whether it is a source of which other files are a part. One that cannot be read is, as far as anybody knows. */
    static boolean includesOthers(Path file) {
        if (!isSource(file)) {
            return false;
        }
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            return text.contains("/include/") || text.contains("#include") || text.contains("/incbin/");
        } catch (IOException e) {
            return true;
        }
    }

    /** What is made of a source and lies beside it, with another ending. */
    static Path made(Path source, String ending) {
        String name = source.toString();
        return Path.of(name.substring(0, name.length() - SOURCE.length()) + ending);
    }

    /** A flattened tree, and of a source the places of nodes and properties as far as {@code dtc} tells them. */
    static final class Tree {

        private final byte[] blob;
        private final String annotated;

        private Tree(byte[] blob, String annotated) {
            this.blob = blob;
            this.annotated = annotated;
        }

        /** As kernels get it: with all that is included, without lines and comments. */
        byte[] bytes() {
            return blob.clone();
        }

        /** Of a flattened tree none. */
        SourcePlaces places() {
            return SourcePlaces.of(annotated);
        }

        /**
         * With places that name nodes and properties, and no lines.
         *
         * @throws ConfigurationException with all that is wrong
         */
        Board readWithoutLines(Path file, BoardOptions options) throws ConfigurationException {
            return new BoardReader(options).read(file.toString(), blob);
        }
    }

    /** @throws ConfigurationException with all that is wrong */
    static Board read(Path file, BoardOptions options) throws ConfigurationException {
        Tree tree = tree(file);
        return new BoardReader(options).read(file.toString(), tree.blob, tree.places());
    }

    /** @throws ConfigurationException if there is none */
    static Tree tree(Path file) throws ConfigurationException {
        return isSource(file) ? new Tree(compiled(file), annotated(file)) : new Tree(bytes(file), "");
    }

    private static byte[] bytes(Path file) throws ConfigurationException {
        if (Files.isDirectory(file)) {
            throw fault(file, "is a directory", "name a device tree in it");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BoardReader.LARGEST + 1);
            if (bytes.length > BoardReader.LARGEST) {
                throw fault(file, "is larger than " + (BoardReader.LARGEST >> 20) + " MiB", "kernels take 2 MiB");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw fault(file, "no such file", "check the path");
        } catch (AccessDeniedException e) {
            throw fault(file, "may not be read", "check its permissions");
        } catch (IOException e) {
            throw fault(file, "cannot be read: " + e.getMessage(), "check the path and the disk");
        }
    }

    /** What {@code dtc} says about the source is shown as it is: it names lines. */
    private static byte[] compiled(Path file) throws ConfigurationException {
        bytes(file);
        Path messages;
        try {
            messages = Files.createTempFile("iovacheck-dtc", ".txt");
        } catch (IOException e) {
            throw fault(file, "there is no room for what dtc says: " + e.getMessage(), "check the disk");
        }
        try {
            Optional<byte[]> blob = dtc(file, messages, BoardReader.LARGEST, "-O", "dtb");
            if (blob.isEmpty()) {
                throw new ConfigurationException(faults(file, Files.readString(messages, StandardCharsets.UTF_8)));
            }
            return blob.get();
        } catch (IOException e) {
            throw fault(
                    file, "dtc, which compiles it, does not run here", "install device-tree-compiler, or name a .dtb");
        } finally {
            messages.toFile().delete();
        }
    }

    /** Of a {@code dtc} that does not know how, nothing. */
    private static String annotated(Path file) throws ConfigurationException {
        try {
            return dtc(file, null, LARGEST_TEXT, "-O", "dts", "-T", "-T")
                    .map(text -> new String(text, StandardCharsets.UTF_8))
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Empty if it ends with an error.
     *
     * @param messages where it tells what is wrong; {@code null} for nowhere
     */
    private static Optional<byte[]> dtc(Path file, @Nullable Path messages, int most, String... options)
            throws IOException, ConfigurationException {
        List<String> words = new ArrayList<>(List.of("dtc", "-q", "-I", "dts", "-@"));
        words.addAll(List.of(options));
        words.addAll(List.of("--", file.toString()));
        Process dtc = new ProcessBuilder(words)
                .redirectError(messages == null ? Redirect.DISCARD : Redirect.to(messages.toFile()))
                .start();
        try {
            dtc.getOutputStream().close();
            byte[] written = dtc.getInputStream().readNBytes(most + 1);
            if (!dtc.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                throw fault(file, "dtc does not come to an end", "compile it and name the .dtb");
            }
            return dtc.exitValue() == 0 ? Optional.of(written) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw fault(file, "dtc was interrupted", "start again");
        } finally {
            dtc.destroyForcibly();
        }
    }

    /**
     * {@code Error: board.dts:3.5-9 syntax error} becomes {@code board.dts:3:5: error: syntax error}, and so does
     * {@code board.dts:3.5-9: ERROR (name_of_a_check): /node: what}.
     */
    private static List<Fault> faults(Path file, String messages) {
        List<Fault> faults = messages.lines()
                .flatMap(line -> MESSAGES.stream().map(pattern -> pattern.matcher(line)))
                .filter(Matcher::matches)
                .map(found -> new Fault(
                        found.group(1),
                        Integer.parseInt(found.group(2)),
                        Integer.parseInt(found.group(3)),
                        found.group(4),
                        "dtc says so; sources with #include go through the C preprocessor first"))
                .toList();
        return faults.isEmpty()
                ? List.of(new Fault(
                        file.toString(),
                        0,
                        0,
                        "dtc says: " + messages.strip().lines().findFirst().orElse("nothing"),
                        "sources with #include go through the C preprocessor first"))
                : faults;
    }

    private static ConfigurationException fault(Path file, String problem, String remedy) {
        return new ConfigurationException(List.of(new Fault(file.toString(), 0, 0, problem, remedy)));
    }
}
