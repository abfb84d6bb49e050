package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Whoever builds the same sources gets the same bytes. Runs when everything is packed, if {@code iovacheck.other} names the folder of
 * another build of the same sources.
 */
class TwoBuildsCheck {

    private static final Path HERE = Path.of(System.getProperty("iovacheck.root", "../.."));
    private static final Path THERE = Path.of(System.getProperty("iovacheck.other", ""));

    @Test
    void theOtherBuildIsInAnotherPlace() throws IOException {
        assertNotEquals(HERE.toRealPath(), THERE.toRealPath());
    }

    @TestFactory
    Stream<DynamicTest> bothHaveTheSameBytes() throws IOException {
        List<Path> packed = packed();
        assertTrue(packed.contains(Path.of("checker/cli/target/iovacheck.jar")), packed.toString());
        assertTrue(packed.contains(Path.of("checker/cli/target/iovacheck.cdx.json")), packed.toString());
        assertEquals(8, packed.size(), "six modules, the runnable jar and the list of libraries: " + packed);
        return packed.stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.toString(),
                        () -> assertEquals(
                                -1,
                                Files.mismatch(HERE.resolve(file), THERE.resolve(file)),
                                () -> "the builds differ: " + differences(file))));
    }

    private static List<Path> packed() throws IOException {
        TreeSet<Path> packed = new TreeSet<>();
        for (String module : List.of(
                "model", "invariants", "counterexamples", "checker/engine", "checker/constraint", "checker/cli")) {
            try (Stream<Path> files = Files.list(HERE.resolve(module).resolve("target"))) {
                files.filter(file -> file.toString().endsWith(".cdx.json")
                                || (file.toString().endsWith(".jar")
                                        && !file.toString().endsWith("-tests.jar")))
                        .map(HERE::relativize)
                        .forEach(packed::add);
            }
        }
        return List.copyOf(packed);
    }

    /** Of a jar the entries that only one build has, or that have other contents; otherwise the file. */
    private static String differences(Path file) {
        if (!file.toString().endsWith(".jar")) {
            return file.toString();
        }
        try {
            Map<String, String> here = entries(HERE.resolve(file));
            Map<String, String> there = entries(THERE.resolve(file));
            TreeSet<String> names = new TreeSet<>(here.keySet());
            names.addAll(there.keySet());
            List<String> other = names.stream()
                    .filter(name -> !here.getOrDefault(name, "").equals(there.getOrDefault(name, "")))
                    .toList();
            return other.isEmpty() ? "nothing but order or padding of entries" : other.toString();
        } catch (IOException e) {
            return file + " is no jar: " + e.getMessage();
        }
    }

    private static Map<String, String> entries(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            Map<String, String> entries = new TreeMap<>();
            for (ZipEntry entry : zip.stream().toList()) {
                entries.put(
                        entry.getName(), entry.getCrc() + " " + entry.getLastModifiedTime() + " " + entry.getSize());
            }
            return entries;
        }
    }
}
