package dev.iovacheck.counterexamples.shrink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.testing.Script;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Reservation;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RounderEditsTest {

    private static final String ROUGH = """
            iovacheck: 1
            devices:
              d:
                mask: 0xdabfff
                window: 0x3700..0xd9000
                regions: [{ range: 0xb3000..0xb7000, type: reserved }]
            mechanism: dma_iova_set_resv_region
            reserve: [{ device: d, range: 0xc5000..0xe9000 }]
            workload: { d: { map: [0x5000, { call: sg, segments: [{ size: 0x1800, offset: 0x100 }, 0x3000] }] } }
            """;

    private static Configuration read(String yaml) throws Exception {
        return new ConfigurationReader(Catalogue.ids()).read("rough.yaml", yaml);
    }

    private static List<String> edited(Function<Configuration, String> what) throws Exception {
        return RounderEdits.of(read(ROUGH)).stream()
                .map(edit -> what.apply(edit.to()))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0x1000, 1",
        "0x8000000000000000, 1",
        "0x3000, 2",
        "0xc000, 2",
        "0xd000, 4",
        "0x1001, 13",
        "-1, 64"
    })
    void aNumberIsAsRoughAsItHasDigits(String number, int roughness) {
        assertEquals(
                roughness,
                RounderEdits.roughness(Long.decode(number.replace("0x8000000000000000", "" + Long.MIN_VALUE))));
    }

    @Test
    void everyEditIsRounderAndNothingThatTakesSpaceGrows() throws Exception {
        Configuration rough = read(ROUGH);
        List<Edit> edits = RounderEdits.of(rough);
        assertFalse(edits.isEmpty());
        for (Edit edit : edits) {
            Configuration to = edit.to();
            assertTrue(RounderEdits.roughness(to) < RounderEdits.roughness(rough), to::toString);
            assertTrue(Long.compareUnsigned(to.reservations().get(0).length(), 0x24000) <= 0, to::toString);
            Device device = to.devices().get(0);
            assertTrue(device.buffers().get(0).size() <= 0x5000, to::toString);
            assertTrue(device.buffers().get(1).size() <= 0x4800, to::toString);
            assertTrue(device.mask() <= 0xdabfff, to::toString);
            assertTrue(device.regions().get(0).extent().size() <= 0x4000, to::toString);
        }
    }

    @Test
    void sizesRangesAndLimitsAreTriedTheRoundestFirst() throws Exception {
        List<String> sizes =
                edited(to -> Hex.of(to.devices().get(0).buffers().get(0).size()));
        assertEquals("0x4000", sizes.get(0));
        List<String> reservations = edited(to -> {
            Reservation each = to.reservations().get(0);
            return Hex.of(each.start()) + ".." + Hex.of(each.start() + each.length());
        });
        assertTrue(
                reservations.containsAll(List.of(
                        "0xd0000..0xe9000",
                        "0xc5000..0xe0000",
                        "0x80000..0xa4000",
                        "0xc5000..0xe5000",
                        "0xc0000..0xe4000")),
                reservations::toString);
        List<String> windows = edited(to -> to.devices().get(0).window().toString());
        assertTrue(
                windows.containsAll(
                        List.of(new Extent(0x4000, 0xd8fff).toString(), new Extent(0x3700, 0xfffff).toString())),
                windows::toString);
        List<String> masks = edited(to -> Hex.of(to.devices().get(0).mask()));
        assertTrue(masks.containsAll(List.of("0x7fffff", "0xbfffff")), masks::toString);
        List<String> segments =
                edited(to -> to.devices().get(0).buffers().get(1).segments().toString());
        assertTrue(segments.stream().anyMatch(each -> each.contains("size=4096, offset=256")), segments::toString);
        assertTrue(segments.stream().anyMatch(each -> each.contains("size=6144, offset=0")), segments::toString);
    }

    @Test
    void whatIsRoundStaysAsItIs() throws Exception {
        assertEquals(List.of(), RounderEdits.of(read("""
                iovacheck: 1
                devices: { d: { mask: 0xffff, window: 0x4000..0x8000 } }
                mechanism: dma_iova_set_resv_region
                reserve: [{ device: d, range: 0..0x8000 }]
                workload: { d: { map: 4KiB } }
                """)));
    }

    @Test
    void aWayKeepsItsStepsAndGetsRounderNumbers() throws Exception {
        Configuration rough = read("""
                iovacheck: 1
                iommu: { aperture: 0..4GiB }
                devices: { d: { mask: 0xdabfff, window: 0xb37000..0xdac000 } }
                workload: { d: { map: 0x275000 } }
                """);
        Replay replay = new Script(rough).add(0).map(0, 0x275000, -1).replay(Catalogue.byId("lower-bound"));
        Counterexample small = Shrinker.shrink(
                        replay.counterexample(), () -> false, (step, actions, tries) -> {}, ShortestSearch.NONE)
                .replay()
                .counterexample();
        assertEquals(2, small.actions().size());
        Configuration round = small.configuration();
        assertTrue(
                RounderEdits.roughness(round) <= 8,
                () -> RounderEdits.roughness(rough) + " came to " + RounderEdits.roughness(round) + ": " + round);
    }
}
