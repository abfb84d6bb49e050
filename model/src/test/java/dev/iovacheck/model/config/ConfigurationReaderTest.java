package dev.iovacheck.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What files mean: defaults, every key, and the two ways to write a range. */
final class ConfigurationReaderTest {

    @Test
    void whatIsUnsaidHasADefault() throws ConfigurationException {
        Configuration read = Sample.read(Sample.SHORTEST);
        Device device = Device.builder(0, "dev0")
                .mask(0xffffffffL)
                .window(new Extent(0, 0xffffffffL))
                .mapSizes(List.of(0x1000L))
                .live(2)
                .build();
        Configuration expected = Configuration.builder()
                .source("sample.yaml")
                .kernel(KernelProfile.V7_1)
                .cpus(1)
                .iommu(new Iommu(12, new Extent(0, 0xffff_ffff_ffffL), true, Iommu.Mode.STRICT))
                .devices(List.of(device))
                .mechanism(Mechanism.NONE)
                .reservations(List.of())
                .exploration(new Exploration(false, false, false, true))
                .checks(Sample.INVARIANTS)
                .build();
        assertEquals(expected, read);
    }

    @Test
    void theVideoBlockReadsAsWritten() throws ConfigurationException {
        Configuration read = Sample.read(Sample.VIDEO);
        assertEquals(2, read.cpus());
        assertEquals(new Extent(0, 0xffffffffL), read.iommu().aperture());
        assertEquals(new Extent(0x25800000, 0xdabfffffL), read.devices().get(0).window());
        assertEquals(0xdabfffffL, read.devices().get(0).mask());
        assertEquals(OptionalInt.of(2), read.devices().get(2).streamId());
        assertEquals(List.of(0x1000L, 0x20000000L), read.devices().get(0).mapSizes());
        assertEquals(5, read.devices().get(0).live());
        assertEquals(List.of(), read.devices().get(1).mapSizes());
        assertEquals(
                List.of(
                        new Reservation(0, 0, null, 0, 0x25800000, Reservation.When.ANY),
                        new Reservation(1, 2, null, 0, 0x1000000, Reservation.When.ANY)),
                read.reservations());
        assertEquals(new Exploration(true, true, false, true), read.exploration());
        assertEquals(
                new Expectation(
                        Map.of(
                                "reservation-persistence", Expectation.Expected.VIOLATED,
                                "no-reserved-overlap", Expectation.Expected.VIOLATED),
                        Expectation.Expected.HOLDS,
                        OptionalLong.empty()),
                read.expectation());
    }

    @Test
    void noneMeansNoGroupAndNoNode() throws ConfigurationException {
        Device device = Sample.read("""
                iovacheck: 1
                devices: { dev0: { group: none, node: none } }
                mechanism: dma_iova_set_resv_region
                reserve: [{ device: dev0, range: 0..4KiB }]
                """).devices().get(0);
        assertNull(device.group());
        assertNull(device.node());
    }

    @Test
    void callsMayBeNonsense() throws ConfigurationException {
        Configuration read = Sample.read("""
                iovacheck: 1
                devices: { dev0: {} }
                mechanism: dma_iova_set_resv_region
                reserve:
                  - { device: dev0, start: 0x1000, length: 0 }
                  - { device: dev0, start: 0xfffffffffffff000, length: 0x2000, when: at-probe }
                """);
        assertEquals(
                List.of(
                        new Reservation(0, 0, null, 0x1000, 0, Reservation.When.ANY),
                        new Reservation(1, 0, null, 0xfffffffffffff000L, 0x2000, Reservation.When.AT_PROBE)),
                read.reservations());
    }

    @Test
    void twoPlainNumbersAreOneInclusiveRange() throws ConfigurationException {
        assertEquals(List.of(new Extent(0, 0xfff)), dmaRanges("[0x0, 0xfff]"));
        assertEquals(List.of(new Extent(0, 0xfff)), dmaRanges("0..4KiB"));
        assertEquals(List.of(new Extent(0, 0xfff)), dmaRanges("[0..4KiB]"));
        assertEquals(List.of(new Extent(0, 0xfff)), dmaRanges("[[0, 4095]]"));
        assertEquals(List.of(new Extent(0, 0xfff), new Extent(0x2000, 0x2fff)), dmaRanges("[0..4KiB, 8KiB..12KiB]"));
        assertEquals(
                List.of(new Extent(0, 0xfff), new Extent(0x2000, -1L)),
                dmaRanges("[[0x0, 0xfff], [0x2000, 0xffffffffffffffff]]"));
    }

    private static List<Extent> dmaRanges(String text) throws ConfigurationException {
        String file = "iovacheck: 1\ndevices: { dev0: { dma-ranges: " + text + " } }\nworkload: { dev0: { map: 1 } }\n";
        return Sample.read(file).devices().get(0).dmaRanges();
    }

    @Test
    void checksComeInTheOrderOfTheCatalogue() throws ConfigurationException {
        assertEquals(
                List.of("lower-bound", "errno"),
                Sample.read(Sample.SHORTEST + "check: [errno, lower-bound]\n").checks());
    }

    @Test
    void stockCachesAreThoseOfTheKernel() throws ConfigurationException {
        assertEquals(
                new Caches(127, 32),
                Sample.read(Sample.SHORTEST + "caches: stock\n").caches());
    }

    @Test
    void depotWorkIsOffWhereThereIsNone() throws ConfigurationException {
        assertEquals(
                new Exploration(false, false, false, false),
                Sample.read(Sample.SHORTEST + "kernel: v6.1\n").exploration());
    }

    @Test
    void aByteOrderMarkIsNoText() throws ConfigurationException {
        byte[] text = ("\ufeff" + Sample.SHORTEST).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(
                Sample.read(Sample.SHORTEST), new ConfigurationReader(Sample.INVARIANTS).read("sample.yaml", text));
    }

    @Test
    void aReaderWithoutInvariantsIsAMistake() {
        assertThrows(IllegalArgumentException.class, () -> new ConfigurationReader(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new ConfigurationReader(List.of("others")));
    }
}
