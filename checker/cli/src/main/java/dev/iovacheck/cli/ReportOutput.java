package dev.iovacheck.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Where a report goes. Standard output gets it as it comes; a file gets all of it at the end, or nothing. */
final class ReportOutput {

    private final PrintStream out;
    private final @Nullable Path file;
    private final boolean replace;
    private final StringBuilder collected = new StringBuilder();

    ReportOutput(PrintStream out, @Nullable Path file, boolean replace) {
        this.out = out;
        this.file = file;
        this.replace = replace;
    }

    void print(String text) {
        if (file == null) {
            out.print(text);
            out.flush();
        } else {
            collected.append(text);
        }
    }

    /** @throws IOException if the file cannot be written */
    void finish() throws IOException {
        if (file == null) {
            return;
        }
        if (replace) {
            Files.writeString(file, collected);
        } else {
            Files.writeString(file, collected, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }
    }
}
