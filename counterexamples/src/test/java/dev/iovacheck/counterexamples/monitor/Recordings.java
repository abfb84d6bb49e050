package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.board.SysfsReader;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.kernel.KernelProfile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Recordings of Linux 6.1.192 on an emulated machine with VT-d, and what a monitor says of texts. */
final class Recordings {

    static final String STRICT = "vtd-strict-1cpu";
    static final String LAZY = "vtd-lazy-2cpu";

    private Recordings() {}

    /** What a monitor came to. */
    record Checked(List<Finding> findings, RecordingCheck.Result result) {}

    static List<String> lines(String name) {
        try (InputStream in = Recordings.class.getResourceAsStream(name + ".txt.gz");
                GZIPInputStream text = new GZIPInputStream(in)) {
            return List.of(new String(text.readAllBytes(), StandardCharsets.UTF_8).split("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As sysfs had them at the end of a recording. */
    static Surroundings surroundings(String name) {
        try {
            Path file = Files.createTempFile("sysfs", ".txt");
            try (InputStream in = Recordings.class.getResourceAsStream(name + "-sysfs.txt")) {
                Files.write(file, in.readAllBytes());
                return Surroundings.of(new SysfsReader(BoardOptions.of(List.of("lower-bound")))
                        .read(file)
                        .configurations());
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ConfigurationException e) {
            throw new AssertionError(e);
        }
    }

    static Checked check(List<String> lines, Surroundings surroundings) {
        String text = String.join("\n", lines) + "\n";
        List<Finding> findings = new ArrayList<>();
        try {
            RecordingCheck.Result result = new RecordingCheck(surroundings, KernelProfile.V6_1)
                    .run(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), findings::add, () -> false);
            return new Checked(findings, result);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
