package dev.iovacheck.counterexamples.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares a whole output with a file under {@code src/test/resources} of a module. {@code -Diovacheck.golden=rewrite} writes the file
 * anew; read the difference before committing it.
 */
public final class GoldenFile {

    private GoldenFile() {}

    /**
     * @param module folder of the module below the root
     * @param test the test class; its package and simple name give the folder
     * @param name of the file
     */
    public static void assertMatches(String module, Class<?> test, String name, String actual) {
        Path file = Path.of(System.getProperty("iovacheck.root", ".."), module, "src/test/resources")
                .resolve(test.getName().replace('.', '/'))
                .resolve(name);
        try {
            if (System.getProperty("iovacheck.golden", "").equals("rewrite")) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
            }
            assertEquals(Files.readString(file), actual);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
