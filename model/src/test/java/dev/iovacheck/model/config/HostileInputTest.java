package dev.iovacheck.model.config;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Input that is no configuration at all: refused with a message, soon, and without exhausting stack or memory. */
final class HostileInputTest {

    private static final ConfigurationReader READER = new ConfigurationReader(Sample.INVARIANTS);
    private static final int LARGE = SourceText.LARGEST;

    static Stream<String> largeTexts() {
        return Stream.of(
                "[".repeat(LARGE),
                "{".repeat(LARGE),
                "- ".repeat(LARGE / 2),
                "? ".repeat(LARGE / 2),
                "a: ".repeat(LARGE / 3),
                "a:\n ".repeat(LARGE / 4),
                "!".repeat(LARGE),
                "&a ".repeat(LARGE / 3),
                "*a ".repeat(LARGE / 3),
                "#".repeat(LARGE),
                "\n".repeat(LARGE),
                " ".repeat(LARGE),
                "\"" + "\\x41".repeat(LARGE / 4 - 1),
                "|\n" + " x\n".repeat(LARGE / 3 - 1),
                "[" + "a,".repeat(LARGE / 2 - 1) + "]",
                "[" + "[],".repeat(LARGE / 3 - 1) + "]",
                "[" + "a: b,".repeat(LARGE / 5 - 1) + "]",
                "%FOO bar\n".repeat(LARGE / 9),
                "---\n".repeat(LARGE / 4),
                "iovacheck: " + "1".repeat(LARGE - 11),
                "iovacheck: 1\ndevices: { " + "x".repeat(LARGE - 40) + ": {} }",
                "iovacheck: 1\ndevices: { a: { mask: " + "9".repeat(LARGE - 40) + " } }",
                "iovacheck: 1\nreserve: [" + "{},".repeat(LARGE / 3 - 10) + "]");
    }

    @ParameterizedTest
    @MethodSource("largeTexts")
    void largeTextsAreRefusedSoon(String text) {
        ConfigurationException refusal = assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThrows(
                        ConfigurationException.class, () -> READER.read("large.yaml", text.getBytes(UTF_8))));
        assertFalse(refusal.faults().isEmpty());
        refusal.faults()
                .forEach(fault -> assertFalse(fault.toString().length() > 4500, "a message of a reasonable length"));
    }

    @Test
    void tenMebibytesAreNotEvenParsed() {
        assertEquals(
                "large.yaml: error: is larger than 1 MiB; a configuration is at most 1 MiB long",
                message("[".repeat(10 * LARGE).getBytes(UTF_8)));
    }

    @Test
    void faultsPastTheLimitAreCounted() {
        String text = "iovacheck: 1\n" + String.join("\n", Collections.nCopies(Faults.MOST + 500, "dev: 1"));
        ConfigurationException refusal = assertThrows(ConfigurationException.class, () -> Sample.read(text));
        assertEquals(Faults.MOST + 1, refusal.faults().size());
        assertEquals(
                "501 more faults are not listed",
                refusal.faults().get(Faults.MOST).problem());
    }

    @Test
    void whatIsNoTextIsRefusedAtItsPlace() {
        assertEquals(
                "large.yaml:2:2: error: character U+0000 does not belong in a text file; remove it; is this a binary file?",
                message("a\r\nb\0".getBytes(UTF_8)));
        assertEquals(
                "large.yaml:2:4: error: byte 0xc3 is not UTF-8; save the file as UTF-8",
                message(new byte[] {'a', '\n', 'b', ':', ' ', (byte) 0xc3, '('}));
        assertEquals(
                "large.yaml:1:1: error: byte 0xe2 is not UTF-8; save the file as UTF-8",
                message(new byte[] {(byte) 0xe2, (byte) 0x82}));
        assertEquals(
                "large.yaml:1:1: error: the text is UTF-16; save it as UTF-8",
                message("iovacheck: 1".getBytes(UTF_16)));
    }

    private static @Nullable String message(byte[] content) {
        return assertThrows(ConfigurationException.class, () -> READER.read("large.yaml", content))
                .getMessage();
    }

    @Test
    void escapesTheLibraryStumblesOverAreFaults() {
        assertThrows(ConfigurationException.class, () -> Sample.read("title: \"\\UFFFFFFFF\""));
        assertThrows(ConfigurationException.class, () -> Sample.read("title: \"\\uD800\""));
        assertThrows(ConfigurationException.class, () -> Sample.read("%YAML 1.99999999999\n---\na: 1"));
        assertThrows(ConfigurationException.class, () -> Sample.read("title: \ud800"));
    }

    @Test
    void aReturnAtTheVeryEndIsNoColumn() {
        assertEquals(
                "large.yaml:2:1: error: not valid YAML: expected ',' or '}', but got <stream end>; see what begins at line 1,"
                        + " column 1",
                message("{ a\r".getBytes(UTF_8)));
    }

    @Test
    void namesFromTheFileAreHarmlessWhereverTheyAreRepeated() {
        String text = """
                iovacheck: 1
                devices: { "\\e[31mred": &x%c {} }
                workload: { blue: { map: 4KiB } }
                """.formatted(0x2028);
        String shown = message(text.getBytes(UTF_8));
        assertTrue(shown != null && shown.contains("the devices are \\u001b[31mred"), shown);
        assertTrue(shown != null && shown.contains("anchors ('&x\\u2028')"), shown);
    }

    @Test
    void filesThatAreNoneAreNamed(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("missing.yaml");
        assertEquals(missing + ": error: no such file; check the path", message(missing));
        assertEquals(folder + ": error: is a directory; name a configuration file in it", message(folder));
        Path large = Files.write(folder.resolve("large.yaml"), new byte[2 * LARGE]);
        assertEquals(large + ": error: is larger than 1 MiB; a configuration is at most 1 MiB long", message(large));
    }

    @Test
    void aFileReadsAsItsText(@TempDir Path folder) throws IOException, ConfigurationException {
        Path file = Files.writeString(folder.resolve("sample.yaml"), Sample.VIDEO);
        assertEquals(READER.read(file.toString(), Sample.VIDEO), READER.read(file));
    }

    private static @Nullable String message(Path file) {
        return assertThrows(ConfigurationException.class, () -> READER.read(file))
                .getMessage();
    }
}
