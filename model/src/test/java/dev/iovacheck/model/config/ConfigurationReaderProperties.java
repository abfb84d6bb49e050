package dev.iovacheck.model.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever the input is, there is either a configuration or a list of faults with places inside the file. */
final class ConfigurationReaderProperties {

    private static final ConfigurationReader READER = new ConfigurationReader(Sample.INVARIANTS);

    /** Pieces that mean something to YAML or to us, and so lead deeper than letters do. */
    private static final List<String> PIECES = List.of(
            ":",
            ": ",
            "{",
            "}",
            "[",
            "]",
            ",",
            "\n",
            "  ",
            "\t",
            "- ",
            "#",
            "&a ",
            "*a",
            "!",
            "|",
            ">",
            "\"",
            "'",
            "%",
            "@",
            "---",
            "...",
            "? ",
            "<<",
            "~",
            "null",
            "0",
            "-1",
            "0x",
            "..",
            "16EiB",
            "MiB",
            "MB",
            "none",
            "all",
            "true",
            "é",
            "📐",
            "\u0000",
            "\ud800",
            "\ufeff",
            "\u0085",
            "\u2028",
            "\r",
            "devices",
            "mask",
            "range",
            "iommu-ranges");

    @Property
    void randomBytesAreRefused(@ForAll byte[] bytes) {
        check(bytes);
    }

    @Property
    void randomTextIsRefused(@ForAll String text) {
        check(text.getBytes(UTF_8));
    }

    @Property
    void randomPiecesAreRead(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        check(text.toString().getBytes(UTF_8));
    }

    @Property(tries = 2000)
    void mutatedConfigurationsAreRead(@ForAll long seed) {
        Random random = new Random(seed);
        String text =
                switch (random.nextInt(3)) {
                    case 0 -> Sample.VIDEO;
                    case 1 -> Sample.SHORTEST;
                    default -> ConfigurationText.of(new RandomConfigurations(random).next());
                };
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            text = mutated(text, random);
        }
        check(text.getBytes(UTF_8));
        checkText(text);
    }

    private static String mutated(String text, Random random) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(8));
        switch (random.nextInt(5)) {
            case 0 -> {
                return text.substring(0, from) + text.substring(to);
            }
            case 1 -> {
                return text.substring(0, from) + PIECES.get(random.nextInt(PIECES.size())) + text.substring(from);
            }
            case 2 -> {
                return text.substring(0, from) + PIECES.get(random.nextInt(PIECES.size())) + text.substring(to);
            }
            case 3 -> {
                List<String> lines = new ArrayList<>(text.lines().toList());
                if (lines.size() > 1) {
                    Collections.swap(lines, random.nextInt(lines.size()), random.nextInt(lines.size()));
                }
                return String.join("\n", lines);
            }
            default -> {
                List<String> lines = new ArrayList<>(text.lines().toList());
                if (!lines.isEmpty()) {
                    lines.add(random.nextInt(lines.size()), lines.get(random.nextInt(lines.size())));
                }
                return String.join("\n", lines);
            }
        }
    }

    private static void check(byte[] bytes) {
        try {
            assertNotNull(READER.read("fuzzed.yaml", bytes));
        } catch (ConfigurationException refusal) {
            checkPlaces(refusal.faults(), text(bytes));
        }
    }

    private static void checkText(String text) {
        try {
            assertNotNull(READER.read("fuzzed.yaml", text));
        } catch (ConfigurationException refusal) {
            checkPlaces(refusal.faults(), text);
        }
    }

    /** Undecodable bytes become one replacement character each, or fewer; places before them stay what they are. */
    private static String text(byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, UTF_8);
        }
    }

    private static void checkPlaces(List<Fault> faults, String text) {
        String[] lines = text.split("\r\n|\r|\n", -1);
        Fault previous = faults.get(0);
        for (Fault fault : faults) {
            assertFalse(fault.problem().isBlank() || fault.remedy().isBlank(), fault.toString());
            assertTrue(fault.toString().codePoints().allMatch(Quoting::isShowable), fault.toString());
            assertTrue(1 <= fault.line() && fault.line() <= lines.length, fault.toString());
            String line = lines[fault.line() - 1];
            int length = line.codePointCount(0, line.length());
            assertTrue(1 <= fault.column() && fault.column() <= length + 1, fault + " in: " + line);
            boolean ordered = previous.line() < fault.line()
                    || (previous.line() == fault.line() && previous.column() <= fault.column());
            assertTrue(ordered, previous + " before " + fault);
            previous = fault;
        }
    }
}
