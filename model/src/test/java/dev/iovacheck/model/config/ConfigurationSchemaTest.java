package dev.iovacheck.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.address.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schema that editors use says what the reader does: the same keys, the same words, the same limits. */
final class ConfigurationSchemaTest {

    /** JSON is YAML, so the library that is there reads it. */
    private static final Object SCHEMA = load();

    private static Object load() {
        try (InputStream in = ConfigurationReader.class.getResourceAsStream("iovacheck-config.schema.json")) {
            return new Load(LoadSettings.builder().build()).loadFromInputStream(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Object at(String path) {
        Object node = SCHEMA;
        for (String step : path.split("/", -1)) {
            if (!step.isEmpty()) {
                node = assertNotNullAt(path, ((Map<?, ?>) node).get(step));
            }
        }
        return node;
    }

    private static Object assertNotNullAt(String path, @Nullable Object node) {
        assertNotNull(node, "nothing at " + path);
        return Objects.requireNonNull(node);
    }

    private static String pathOf(Vocabulary.Block block) {
        return block == Vocabulary.Block.FILE
                ? ""
                : "$defs/" + block.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @ParameterizedTest
    @EnumSource(Vocabulary.Block.class)
    void knowsTheKeysOfTheReader(Vocabulary.Block block) {
        Map<?, ?> properties = (Map<?, ?>) at(pathOf(block) + "/properties");
        assertEquals(block.keys(), new ArrayList<>(properties.keySet()));
        Object others = at(pathOf(block) + "/additionalProperties");
        assertTrue(block == Vocabulary.Block.EXPECT || others.equals(false), "other keys are refused");
    }

    @ParameterizedTest
    @EnumSource(Vocabulary.Block.class)
    void describesEveryKey(Vocabulary.Block block) {
        for (String key : block.keys()) {
            Map<?, ?> property = (Map<?, ?>) at(pathOf(block) + "/properties/" + key);
            Object reference = property.get("$ref");
            boolean described = property.containsKey("description")
                    || (reference instanceof String path
                            && ((Map<?, ?>) at(path.substring(2))).containsKey("description"));
            assertTrue(described, key);
        }
    }

    @Test
    void knowsTheWordsOfTheReader() {
        assertWords(Vocabulary.KERNELS, "$defs/profile/enum");
        assertWords(Vocabulary.BUGS, "$defs/kernel/properties/with/items/enum");
        assertWords(Vocabulary.MECHANISMS, "properties/mechanism/enum");
        assertWords(Vocabulary.MODES, "$defs/iommu/properties/mode/enum");
        assertWords(Vocabulary.BUSES, "$defs/device/properties/bus/enum");
        assertWords(Vocabulary.CALLS, "$defs/mapping/properties/call/enum");
        assertWords(Vocabulary.ATTRIBUTES, "$defs/mapping/properties/attributes/items/enum");
        assertWords(Vocabulary.REGION_TYPES, "$defs/region/properties/type/enum");
        assertWords(Vocabulary.WHENS, "$defs/reservation/properties/when/enum");
        assertWords(Vocabulary.FAULTS, "$defs/explore/properties/faults/items/enum");
        assertWords(Vocabulary.INTERLEAVINGS, "$defs/explore/properties/interleaving/enum");
        assertWords(Vocabulary.VERDICTS, "$defs/verdict/enum");
    }

    private static void assertWords(Words<?> words, String path) {
        Set<Object> known = new HashSet<>((List<?>) at(path));
        assertEquals(Set.copyOf(words.all()), known, path);
    }

    @Test
    void knowsTheLimitsOfTheReader() {
        assertEquals(Vocabulary.FORMAT_VERSION, at("properties/iovacheck/const"));
        assertEquals(Vocabulary.LONGEST_TITLE, at("properties/title/maxLength"));
        assertEquals(Vocabulary.MOST_CPUS, at("properties/cpus/maximum"));
        assertEquals(Vocabulary.MOST_DEVICES, at("properties/devices/maxProperties"));
        assertEquals(Vocabulary.MOST_RESERVATIONS, at("properties/reserve/maxItems"));
        assertEquals(Vocabulary.MOST_RANGES, at("$defs/device/properties/regions/maxItems"));
        assertEquals(Vocabulary.MOST_SEGMENTS, at("$defs/mapping/properties/segments/maxItems"));
        assertEquals(Vocabulary.MOST_LIVE, at("$defs/work/properties/live/maximum"));
        assertEquals(Vocabulary.LONGEST_NAME, at("$defs/name/maxLength"));
        assertEquals(Caches.STOCK_MAGAZINE, at("$defs/caches/properties/magazine/maximum"));
        assertEquals(Caches.STOCK_DEPOT, at("$defs/caches/properties/depot/maximum"));
        assertEquals("^" + Values.NAME.pattern() + "$", at("$defs/name/pattern"));
    }

    @Test
    void knowsTheDefaultsOfTheReader() throws ConfigurationException {
        Configuration shortest = Sample.read(Sample.SHORTEST);
        assertEquals(Vocabulary.KERNELS.of(shortest.kernel()), at("properties/kernel/default"));
        assertEquals(shortest.cpus(), at("properties/cpus/default"));
        assertEquals(Vocabulary.MECHANISMS.of(shortest.mechanism()), at("properties/mechanism/default"));
        assertEquals(Quantity.sizeText(shortest.iommu().granule()), at("$defs/iommu/properties/granule/default"));
        assertEquals(RangeText.exclusive(shortest.iommu().aperture()), at("$defs/iommu/properties/aperture/default"));
        assertEquals(shortest.iommu().forceAperture(), at("$defs/iommu/properties/force-aperture/default"));
        assertEquals(Vocabulary.MODES.of(shortest.iommu().mode()), at("$defs/iommu/properties/mode/default"));
        assertEquals(shortest.caches().magazineSize(), at("$defs/caches/properties/magazine/default"));
        assertEquals(shortest.caches().depotSize(), at("$defs/caches/properties/depot/default"));
        assertEquals(
                shortest.devices().get(0).mask(),
                Long.decode((String) at("$defs/device/properties/mask/default")).longValue());
        DmaProperties dma = shortest.devices().get(0).dma();
        assertEquals(dma.untrusted(), at("$defs/device/properties/untrusted/default"));
        assertEquals(dma.coherent(), at("$defs/device/properties/dma-coherent/default"));
        assertEquals(Hex.of(dma.minAlignMask()), at("$defs/device/properties/min-align-mask/default"));
        assertEquals(Hex.of(dma.segmentBoundary()), at("$defs/device/properties/segment-boundary/default"));
        assertEquals(Quantity.sizeText(dma.maxSegment()), at("$defs/device/properties/max-segment/default"));
        assertEquals(dma.deferredAttach(), at("$defs/device/properties/deferred-attach/default"));
        assertEquals(shortest.devices().get(0).live(), at("$defs/work/properties/live/default"));
        assertEquals(shortest.exploration().removal(), at("$defs/explore/properties/removal/default"));
        assertEquals(shortest.exploration().cpuHotplug(), at("$defs/explore/properties/cpu-hotplug/default"));
        assertEquals(shortest.exploration().depotWork(), at("$defs/explore/properties/depot-work/default"));
        assertEquals(
                shortest.exploration().interleaving().label(), at("$defs/explore/properties/interleaving/default"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0", "4096", "0x1000", "0XFFFF", "4KiB", "4 KiB", "3.5GiB", "15EiB", "8B", "600MB", "4k", "010", "-1",
                "0x", "0x10MiB", "four", "1_000", "", "0..4KiB"
            })
    void takesTheNumbersOfTheReader(String text) {
        List<?> forms = (List<?>) at("$defs/quantity/oneOf");
        Pattern pattern = Pattern.compile((String) Objects.requireNonNull(((Map<?, ?>) forms.get(1)).get("pattern")));
        boolean read;
        try {
            Quantity.parse(text);
            read = true;
        } catch (QuantityException e) {
            read = false;
        }
        assertEquals(read, pattern.matcher(text).matches());
    }
}
