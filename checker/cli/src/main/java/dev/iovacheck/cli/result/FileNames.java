package dev.iovacheck.cli.result;

import java.nio.file.Path;

/** Names of files as results carry them from one machine to another. */
public final class FileNames {

    private FileNames() {}

    /** Relative to where the program runs if it lies below, absolute otherwise; {@code /} between folders. */
    public static String of(Path file) {
        Path here = Path.of("").toAbsolutePath().normalize();
        Path absolute = file.toAbsolutePath().normalize();
        Path name = absolute.startsWith(here) && !absolute.equals(here) ? here.relativize(absolute) : absolute;
        return name.toString().replace('\\', '/');
    }
}
