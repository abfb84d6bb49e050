package dev.iovacheck.cli;

import dev.iovacheck.model.board.Board;
import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.board.BoardReader;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Device trees as files: flattened ones as they are, sources through {@code dtc} where it is installed. */
final class DeviceTreeFiles {

    private static final String SOURCE = ".dts";
    private static final int MOST_SECONDS = 60;

    private DeviceTreeFiles() {}

    /** By the name: {@code .dtb}, {@code .dts}, or {@code fdt} as in {@code /sys/firmware}. */
    static boolean isDeviceTree(Path file) {
        return isFlattened(file) || file.toString().endsWith(SOURCE);
    }

    /** Whether a folder of boards means it: sources stand beside what was made of them, and are often only a part. */
    static boolean isFlattened(Path file) {
        return file.toString().endsWith(".dtb") || file.endsWith("fdt");
    }

    /** @throws ConfigurationException with all that is wrong */
    static Board read(Path file, BoardOptions options) throws ConfigurationException {
        return new BoardReader(options).read(file.toString(), blob(file));
    }

    /**
     * The flattened tree: of a source what {@code dtc} makes of it, included files and all.
     *
     * @throws ConfigurationException if there is none
     */
    static byte[] blob(Path file) throws ConfigurationException {
        return file.toString().endsWith(SOURCE) ? compiled(file) : bytes(file);
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
            Process dtc = new ProcessBuilder("dtc", "-q", "-I", "dts", "-O", "dtb", "-@", "--", file.toString())
                    .redirectError(messages.toFile())
                    .start();
            dtc.getOutputStream().close();
            byte[] blob = dtc.getInputStream().readNBytes(BoardReader.LARGEST + 1);
            if (!dtc.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                dtc.destroyForcibly();
                throw fault(file, "dtc does not come to an end", "compile it and name the .dtb");
            }
            if (dtc.exitValue() != 0) {
                throw new ConfigurationException(faults(file, Files.readString(messages, StandardCharsets.UTF_8)));
            }
            return blob;
        } catch (IOException e) {
            throw fault(
                    file, "dtc, which compiles it, does not run here", "install device-tree-compiler, or name a .dtb");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw fault(file, "dtc was interrupted", "start again");
        } finally {
            messages.toFile().delete();
        }
    }

    /** {@code Error: board.dts:3.5-9 syntax error} becomes {@code board.dts:3:5: error: syntax error}. */
    private static List<Fault> faults(Path file, String messages) {
        Pattern line = Pattern.compile("(?:Error|ERROR): ?(.*?):(\\d+)\\.(\\d+)\\S* (.*)");
        List<Fault> faults = messages.lines()
                .map(line::matcher)
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
