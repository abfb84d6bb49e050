package dev.iovacheck.cli;

import dev.iovacheck.constraint.unroll.BoundedCheck;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.engine.ExhaustiveCheck;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.machine.Machine;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What tells this program from every other build of it: a digest of its own code. A version number would not do, because the model
 * changes many times under one number while somebody works on it.
 */
final class ProgramDigest {

    /** One class of each module. */
    private static final List<Class<?>> MODULES = List.of(
            ProgramDigest.class,
            ExhaustiveCheck.class,
            BoundedCheck.class,
            Replayer.class,
            Catalogue.class,
            Machine.class);

    private ProgramDigest() {}

    /** 64 hexadecimal digits; empty if the code cannot be read, and then nothing may be remembered. */
    static Optional<String> read() {
        try {
            Set<Path> places = new TreeSet<>();
            for (Class<?> type : MODULES) {
                CodeSource source = type.getProtectionDomain().getCodeSource();
                if (source == null || source.getLocation() == null) {
                    return Optional.empty();
                }
                URI location = source.getLocation().toURI();
                if ("jrt".equals(location.getScheme())) {
                    // A Java that has the program in it keeps all code in one file.
                    places.add(Path.of(System.getProperty("java.home"), "lib", "modules"));
                    continue;
                }
                if (!"file".equals(location.getScheme())) {
                    return Optional.empty();
                }
                places.add(Path.of(location));
            }
            MessageDigest digest = sha256();
            for (Path place : places) {
                add(place, digest);
            }
            return Optional.of(HexFormat.of().formatHex(digest.digest()));
        } catch (IOException | URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static void add(Path place, MessageDigest digest) throws IOException {
        if (!Files.isDirectory(place)) {
            digest.update(Files.readAllBytes(place));
            return;
        }
        try (Stream<Path> all = Files.walk(place)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                digest.update(place.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                digest.update(sha256().digest(Files.readAllBytes(file)));
            }
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
