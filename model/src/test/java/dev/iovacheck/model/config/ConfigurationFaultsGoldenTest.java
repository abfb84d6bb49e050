package dev.iovacheck.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What users see for every kind of mistake: one file each, with the whole output beside it. {@code -Diovacheck.golden=rewrite}
 * writes the outputs anew; read the difference before committing it.
 */
final class ConfigurationFaultsGoldenTest {

    private static final Path FAULTY = Path.of(
            System.getProperty("iovacheck.root", ".."),
            "model",
            "src/test/resources/dev/iovacheck/model/config/faulty");

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FAULTY)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void showsEveryFaultInOrder(String name) throws IOException {
        byte[] content = Files.readAllBytes(FAULTY.resolve(name));
        ConfigurationReader reader = new ConfigurationReader(Sample.INVARIANTS);
        String shown = assertThrows(ConfigurationException.class, () -> reader.read(name, content))
                        .getMessage()
                + "\n";
        Path expected = FAULTY.resolve(name.replace(".yaml", ".expected"));
        if (System.getProperty("iovacheck.golden", "").equals("rewrite")) {
            Files.writeString(expected, shown);
        }
        assertEquals(Files.readString(expected), shown);
    }
}
