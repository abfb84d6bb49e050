package dev.iovacheck.counterexamples.monitor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The script that records a running kernel. */
public final class RecordingScript {

    private RecordingScript() {}

    /** A script for {@code sh}. */
    public static String text() {
        try (InputStream in = RecordingScript.class.getResourceAsStream("record.sh")) {
            if (in == null) {
                throw new IllegalStateException("record.sh is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("record.sh cannot be read", e);
        }
    }
}
