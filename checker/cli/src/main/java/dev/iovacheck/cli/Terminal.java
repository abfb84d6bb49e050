package dev.iovacheck.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether standard error is a terminal. {@code System.console()} does not tell: before Java 22 it speaks of standard input and output,
 * and since then it exists even without a terminal. The launcher knows ({@code test -t 2}); without it, Linux does.
 */
final class Terminal {

    /** Set by the launcher to {@code true} or {@code false}. */
    static final String PROPERTY = "iovacheck.stderr.terminal";

    private Terminal() {}

    static boolean isStandardError() {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        String told = System.getProperty(PROPERTY);
        if (told != null) {
            return told.equals("true");
        }
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
