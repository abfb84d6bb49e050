package dev.iovacheck.model.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.config.ConfigurationText;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.devicetree.DeviceTreeWriter;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoardReaderTest {

    static final List<String> CHECKS = List.of("lower-bound", "upper-bound");

    private static final BoardOptions PLAIN = BoardOptions.of(CHECKS);

    // ---- devices, groups, masks ----

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "qcom,msm8916-venus ddbfffff",
                "qcom,sm8250-venus dfffffff",
                "rockchip,rk3399-vpu ffffffff",
                "nvidia,tegra186-sdhci ffffffffff",
                "nvidia,tegra194-sdhci 7fffffffff",
                "nvidia,tegra210-host1x 3ffffffff"
            })
    void masksOfKnownDriversAreNotAssumed(String compatible, String mask) throws Exception {
        Board board = new BoardReader(BoardOptions.of(CHECKS))
                .read(
                        "b.dtb",
                        new DeviceTreeWriter()
                                .begin("iommu")
                                .strings("compatible", "arm,smmu-v3")
                                .cells("#iommu-cells", 1)
                                .cells("phandle", 1)
                                .end()
                                .begin("device")
                                .strings("compatible", "some,newer", compatible)
                                .cells("iommus", 1, 3)
                                .finish());
        assertEquals(
                Long.parseLong(mask, 16),
                board.configurations().get(0).configuration().devices().get(0).mask());
        String findings = board.findings().toString();
        assertTrue(findings.contains("as drivers/") && findings.contains("sets it"), findings);
        assertTrue(!findings.contains("DMA mask of device assumed"), findings);
    }

    @Test
    void aDeviceWithTwoStreamsIsOneDevice() throws Exception {
        Configuration configuration = only(Boards.codec(Boards.qualcomm()).finish(), PLAIN);
        Device codec = configuration.devices().get(0);
        assertEquals(1, configuration.devices().size());
        assertEquals("aa00000.video-codec", codec.name());
        assertEquals(OptionalInt.of(0x1940), codec.streamId());
        assertEquals(0xdfff_ffffL, codec.mask());
        assertEquals(List.of(new Extent(0, 0xff_ffff_ffffL)), codec.dmaRanges());
        assertTrue(codec.dma().coherent());
        assertEquals(Mechanism.DMA_RANGES, configuration.mechanism());
        assertEquals("Acme Hamoa: devices behind qcom,x1e80100-smmu-500", configuration.title());
        assertEquals(12, configuration.iommu().granuleShift());
    }

    @Test
    void whatDriversSetAndTheTreeDoesNotSayIsTold() throws Exception {
        Board board = board(Boards.allwinner(), PLAIN);
        String notes = board.findings().toString();
        assertTrue(notes.contains("DMA mask of 1c0e000.video-codec assumed: 32 bits"), notes);
        assertTrue(notes.contains("--mask 1c0e000.video-codec=BITS"), notes);
        assertTrue(notes.contains("one group: 1c0e000.video-codec, 5600000.display"), notes);
        BoardOptions said = with(
                Map.of("video-codec", 0xff_ffff_ffffL), Map.of("/soc/display@5600000", new Extent(0x1000, 0xffff)));
        List<Device> devices = only(Boards.allwinner(), said).devices();
        assertEquals(0xff_ffff_ffffL, devices.get(0).mask());
        assertEquals(new Extent(0x1000, 0xffff), devices.get(1).window());
        assertFalse(devices.get(0).dma().coherent());
    }

    @Test
    void anIommuMayKeepAllItsDevicesInOneGroup() throws Exception {
        List<Device> devices = only(Boards.allwinner(), PLAIN).devices();
        assertEquals(devices.get(0).group(), devices.get(1).group());
        assertEquals(
                List.of(new FirmwareRegion(new Extent(0x6c10_0000L, 0x6c8f_ffffL), FirmwareRegion.Type.DIRECT)),
                devices.get(1).regions());
        assertEquals(List.of(), devices.get(0).regions());
    }

    @Test
    void streamsThatOverlapShareAGroup() throws Exception {
        byte[] tree = Boards.qualcomm()
                .begin("a@1")
                .cells("iommus", 1, 0x880, 0x400)
                .end()
                .begin("b@2")
                .cells("iommus", 1, 0xc80, 0)
                .end()
                .begin("c@3")
                .cells("iommus", 1, 0x881, 0)
                .finish();
        assertEquals(
                List.of("soc@0:a@1", "soc@0:a@1", "soc@0:c@3"),
                only(tree, PLAIN).devices().stream().map(Device::group).toList());
    }

    @Test
    void whatIsDisabledIsLeftOut() throws Exception {
        byte[] tree = Boards.qualcomm()
                .begin("iommu@1")
                .strings("compatible", "arm,smmu-v3")
                .cells("#iommu-cells", 1)
                .cells("phandle", 9)
                .strings("status", "disabled")
                .end()
                .begin("off@1")
                .cells("iommus", 1, 1, 0)
                .strings("status", "disabled")
                .end()
                .begin("bypass@2")
                .cells("iommus", 9, 1)
                .end()
                .begin("on@3")
                .cells("iommus", 1, 3, 0)
                .strings("status", "okay")
                .finish();
        Board board = board(tree, PLAIN);
        assertEquals(
                List.of("soc@0:on@3"),
                board.configurations().get(0).configuration().devices().stream()
                        .map(Device::name)
                        .toList());
        assertTrue(
                board.findings().toString().contains("/soc@0/iommu@1 is disabled"),
                board.findings().toString());
    }

    @Test
    void devicesBehindIommusOfDifferentPagesAreConfigurationsOfTheirOwn() throws Exception {
        byte[] tree = Boards.codec(Boards.qualcomm())
                .end()
                .begin("dart@5")
                .strings("compatible", "apple,t8103-dart")
                .cells("#iommu-cells", 1)
                .cells("phandle", 8)
                .end()
                .begin("usb@6")
                .cells("iommus", 8, 0x1940)
                .finish();
        List<LocatedConfiguration> parts = board(tree, PLAIN).configurations();
        assertEquals("b.dtb (2 of 2)", parts.get(1).configuration().source());
        assertEquals(
                List.of(12, 14),
                parts.stream()
                        .map(part -> part.configuration().iommu().granuleShift())
                        .toList());
        BoardOptions same = new BoardOptions(
                KernelProfile.V7_1,
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                OptionalInt.of(16),
                Optional.of(new Extent(0, 0xff_ffff_ffffL)),
                false,
                CHECKS);
        Configuration together = only(tree, same);
        assertEquals(16, together.iommu().granuleShift());
        // The same number means two streams, and a configuration has one space of numbers.
        assertEquals(OptionalInt.empty(), together.devices().get(0).streamId());
    }

    @Test
    void aMaskBelowTheApertureLeavesNothing() {
        BoardOptions bank = new BoardOptions(
                KernelProfile.V7_1,
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                OptionalInt.empty(),
                Optional.of(new Extent(0x1_0000_0000L, 0x1_ff7f_ffffL)),
                false,
                CHECKS);
        assertError(
                Boards.allwinner(), bank, "can use [0x0, 0xffffffff], and the aperture of its IOMMU is [0x100000000,");
    }

    @Test
    void manyDevicesAreSeveralConfigurations() throws Exception {
        DeviceTreeWriter tree = Boards.qualcomm();
        for (int device = 0; device < 20; device++) {
            tree.begin("dev@" + device).cells("iommus", 1, device, 0).end();
        }
        assertEquals(
                List.of(16, 4),
                board(tree.finish(), PLAIN).configurations().stream()
                        .map(part -> part.configuration().devices().size())
                        .toList());
        DeviceTreeWriter oneGroup = Boards.qualcomm();
        for (int device = 0; device < 17; device++) {
            oneGroup.begin("dev@" + device).cells("iommus", 1, 5, 0).end();
        }
        assertError(oneGroup.finish(), "b.dtb: /soc@0/dev@0: iommus: error: its group has 17 devices");
    }

    @Test
    void noMoreThanThreeDevicesOfAGroupMap() throws Exception {
        DeviceTreeWriter tree = Boards.qualcomm();
        for (int device = 0; device < 5; device++) {
            tree.begin("dev@" + device).cells("iommus", 1, 5, 0).end();
        }
        assertEquals(
                List.of(1, 1, 1, 0, 0),
                only(tree.finish(), PLAIN).devices().stream()
                        .map(device -> device.buffers().size())
                        .toList());
    }

    @Test
    void filtersChooseNodes() throws Exception {
        byte[] tree = Boards.allwinner();
        assertEquals(
                1,
                only(tree, filtered(List.of("/soc/display"), List.of()))
                        .devices()
                        .size());
        assertEquals(
                2, only(tree, filtered(List.of("/soc"), List.of())).devices().size());
        byte[] codec = Boards.codec(Boards.qualcomm()).finish();
        assertEquals(
                1,
                only(codec, filtered(List.of(), List.of("qcom,*-iris")))
                        .devices()
                        .size());
        assertError(codec, filtered(List.of(), List.of("acme,*")), "of those asked for");
        assertError(
                codec,
                filtered(List.of("/soc@0/video-codec@aa0000"), List.of()),
                "did you mean /soc@0/video-codec@aa00000?");
        assertError(codec, with(Map.of("codec", 1L), Map.of()), "--mask: no device is called codec");
    }

    // ---- reservations ----

    @Test
    void aHoleWithoutMemoryIsReserved() throws Exception {
        LocatedConfiguration located = board(Boards.reserved(2, 0, 0, 0, 0x25800000), PLAIN)
                .configurations()
                .get(0);
        Configuration configuration = located.configuration();
        assertEquals(Mechanism.IOMMU_ADDRESSES, configuration.mechanism());
        assertEquals(
                new Extent(0, 0x257f_ffffL), configuration.reservations().get(0).promised());
        assertEquals(List.of("b.dtb: /reserved-memory/iris-hole: iommu-addresses"), located.reservations());
    }

    @Test
    void kernelsBefore63DoNotReadThem() throws Exception {
        BoardOptions old = new BoardOptions(
                KernelProfile.V6_1,
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                OptionalInt.empty(),
                Optional.empty(),
                false,
                CHECKS);
        Board board = board(Boards.reserved(2, 0, 0, 0, 0x25800000), old);
        assertEquals(List.of(), board.configurations().get(0).configuration().reservations());
        assertTrue(board.findings().toString().contains("v6.1 does not read iommu-addresses"));
    }

    @Test
    void entriesAreReadWithTheCellsOfTheBusOfTheirDevice() throws Exception {
        assertEquals(
                List.of(new FirmwareRegion(new Extent(0x6700_0000L, 0x671f_a3ffL), FirmwareRegion.Type.DIRECT)),
                only(Boards.splash(0x1fa400), PLAIN).devices().get(0).regions());
        // With the cells of reserved-memory, or one too few.
        assertError(
                Boards.reserved(2, 0, 0x25800000),
                "b.dtb: /reserved-memory/iris-hole: iommu-addresses: error: the entry at cell 0 for"
                        + " /soc@0/video-codec@aa00000 has 2 cells behind its phandle; entries for"
                        + " /soc@0/video-codec@aa00000 have 2 + 2 cells, as its bus /soc@0 has");
        assertError(Boards.reserved(2, 0, 0, 0, 0x25800000, 0), "cell 5, 0x0, is the phandle of no node (entries for");
        assertError(Boards.reserved(7, 0, 0, 0, 1), "cell 0, 0x7, is the phandle of no node");
    }

    @Test
    void anotherLengthThanThatOfTheMemoryIsNotMapped() throws Exception {
        Board board = board(Boards.splash(0x1fb000), PLAIN);
        assertEquals(
                List.of(),
                board.configurations().get(0).configuration().devices().get(0).regions());
        assertEquals(
                new Extent(0x6700_0000L, 0x671f_afffL),
                board.configurations()
                        .get(0)
                        .configuration()
                        .reservations()
                        .get(0)
                        .promised());
        assertTrue(board.findings()
                .toString()
                .contains("is reserved and not mapped, because reg is [0x67000000, 0x671fa3ff]"));
    }

    @Test
    void anEntryOfLengthZeroReservesNothing() throws Exception {
        Board board = board(Boards.splash(0), PLAIN);
        Configuration configuration = board.configurations().get(0).configuration();
        assertEquals(List.of(), configuration.reservations());
        assertEquals(List.of(), configuration.devices().get(0).regions());
        assertTrue(
                board.findings().toString().contains("has length 0"),
                board.findings().toString());
    }

    @Test
    void entriesOfOtherDevicesAreNotOurs() throws Exception {
        Board board = board(Boards.reserved(1, 0, 0, 0, 0x1000, 2, 0, 0x1000, 0, 0x1000), PLAIN);
        assertEquals(
                List.of(new Extent(0x1000, 0x1fff)),
                board.configurations().get(0).configuration().reservations().stream()
                        .map(reservation -> reservation.promised())
                        .toList());
        assertTrue(board(Boards.reserved(1, 0, 0, 0, 0x1000), PLAIN)
                .findings()
                .toString()
                .contains("no entry is for"));
        // The kernel goes through the entry of another device cell by cell, and finds the phandle 2 in it.
        assertTrue(board(Boards.reserved(1, 0, 2, 0, 0x1000, 2, 0, 0x1000, 0, 0x1000), PLAIN)
                .findings()
                .toString()
                .contains("cell 2, 0x2, is a number in the entry of another device"));
    }

    @Test
    void anAddressThatDmaRangesDoNotHaveIsAnError() {
        byte[] tree = new DeviceTreeWriter()
                .cells("#address-cells", 1)
                .cells("#size-cells", 1)
                .begin("reserved-memory")
                .bytes("ranges", new byte[0])
                .begin("hole")
                .cells("iommu-addresses", 2, 0, 0x1000)
                .cells("phandle", 3)
                .end()
                .end()
                .begin("soc")
                .cells("dma-ranges", 0x40000000, 0x40000000, 0x10000000)
                .begin("iommu@1")
                .strings("compatible", "rockchip,iommu")
                .cells("#iommu-cells", 0)
                .cells("phandle", 1)
                .end()
                .begin("dev@2")
                .cells("iommus", 1)
                .cells("memory-region", 3)
                .cells("phandle", 2)
                .finish();
        assertError(
                tree,
                "b.dtb: /reserved-memory/hole: iommu-addresses: error: the dma-ranges above /soc/dev@2 have no 0x0");
    }

    @Test
    void usableRangesAreListedOnTheNode() throws Exception {
        byte[] tree = Boards.codec(Boards.qualcomm())
                .cells("iommu-ranges", 0, 0x25800000, 0, 0xba800000L)
                .finish();
        Configuration configuration = only(tree, PLAIN);
        assertEquals(Mechanism.IOMMU_RANGES, configuration.mechanism());
        assertEquals(
                List.of(new Extent(0x2580_0000L, 0xdfff_ffffL)),
                configuration.devices().get(0).iommuRanges());
        assertEquals(
                new Extent(0x2580_0000L, 0xdfff_ffffL),
                configuration.devices().get(0).window());
        assertError(
                Boards.codec(Boards.qualcomm()).cells("iommu-ranges", 0, 1).finish(),
                "video-codec@aa00000: iommu-ranges: error: 8 bytes are no whole number of ranges; a range has 2 + 2 cells");
        assertError(
                Boards.codec(Boards.qualcomm())
                        .cells("iommu-ranges", 0, 0, 0, 0)
                        .finish(),
                "is none");
        assertError(
                Boards.codec(Boards.qualcomm())
                        .cells("iommu-ranges", 0, 0, 0, 9, 0, 8, 0, 9)
                        .finish(),
                "overlaps another");
    }

    // ---- buses ----

    @Test
    void theNearestDmaRangesCount() throws Exception {
        assertEquals(
                List.of(new Extent(0x1_0000_0000L, 0x1_ffef_ffffL)), dmaRanges(2, 1, 0, 0, 0x40000000, 0, 0xfff00000L));
        // Two that continue each other are one.
        assertEquals(
                List.of(new Extent(0, 0x1fff)), dmaRanges(2, 0, 0, 0, 0, 0, 0x1000, 0, 0x1000, 0, 0x1000, 0, 0x1000));
        // An empty one is passed.
        assertEquals(List.of(new Extent(0, 0x3_ffff_ffffL)), dmaRanges(2));
        assertEquals(List.of(new Extent(0, 0x3_ffff_ffffL)), dmaRanges(1));
    }

    /** Of a device on a bus in a SoC of 34 bits; {@code levels} 1 has no bus between. */
    private static List<Extent> dmaRanges(int levels, long... cells) throws ConfigurationException {
        DeviceTreeWriter tree = new DeviceTreeWriter()
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .begin("soc")
                .cells("dma-ranges", 0, 0, 0, 0, 4, 0)
                .begin("iommu@1")
                .strings("compatible", "arm,smmu-v3")
                .cells("#iommu-cells", 1)
                .cells("phandle", 1)
                .end();
        if (levels > 1) {
            tree.begin("bus").cells("dma-ranges", cells);
        }
        return only(tree.begin("dev").cells("iommus", 1, 1).finish(), PLAIN)
                .devices()
                .get(0)
                .dmaRanges();
    }

    @Test
    void twoBusesWithoutDmaRangesHideThoseAbove() throws Exception {
        byte[] tree = new DeviceTreeWriter()
                .cells("#address-cells", 1)
                .cells("#size-cells", 1)
                .begin("soc")
                .cells("dma-ranges", 0, 0, 0x40000000)
                .begin("iommu@1")
                .strings("compatible", "arm,smmu-v3")
                .cells("#iommu-cells", 1)
                .cells("phandle", 1)
                .end()
                .begin("bus")
                .begin("inner")
                .begin("dev")
                .cells("iommus", 1, 1)
                .finish();
        Board board = board(tree, PLAIN);
        assertEquals(
                List.of(),
                board.configurations().get(0).configuration().devices().get(0).dmaRanges());
        assertTrue(
                board.findings()
                        .toString()
                        .contains("b.dtb: /soc: dma-ranges: warning: the kernel does not get here"
                                + " from what is below /soc/bus"),
                board.findings().toString());
    }

    @Test
    void dmaRangesThatAreNoneAreErrors() {
        assertError(
                Boards.bridge(0x02000000, 0, 0, 0, 0, 0), "no whole number of entries; an entry has 3 + 2 + 2 cells");
        assertError(Boards.bridge(0x02000000, 0, 0, 0, 0, 0, 0), "the range at 0x0 of 0x0 bytes is none");
        assertError(Boards.bridge(0x02000000, -1, -4096, 0, 0, 0, 0x2000), "ends below 2^64");
    }

    @Test
    void aHostBridgeHasWindowsOfBothKinds() throws Exception {
        Device function = only(Boards.juno(), PLAIN).devices().get(0);
        assertEquals("40000000.pcie:0x0", function.name());
        assertEquals(Device.Bus.PCI, function.bus());
        assertEquals(
                List.of(new Extent(0x5000_0000L, 0x57ff_ffffL), new Extent(0x40_0000_0000L, 0x40_ffff_ffffL)),
                function.bridgeWindows());
        assertEquals(
                List.of(new Extent(0x8000_0000L, 0xffff_ffffL), new Extent(0x8_0000_0000L, 0x9_ffff_ffffL)),
                function.dmaRanges());
        assertEquals(List.of(), function.dmaRangesCpu());
        assertEquals(FirmwareRegion.Type.SW_MSI, function.regions().get(0).type());
        assertEquals(
                List.of(0x10_0013_1000L),
                only(Boards.bridge(0x02000000, 0xff, 0xfffff000L, 0x10, 0x131000, 0, 0x1000), PLAIN)
                        .devices()
                        .get(0)
                        .dmaRangesCpu());
    }

    @Test
    void childrenOfADriverHaveNoNodeUnlessSomebodySaysSo() throws Exception {
        List<Device> devices = only(Boards.functions(), PLAIN).devices();
        assertEquals(
                List.of("aa00000.video-codec", "aa00000.video-codec:0x0", "aa00000.video-codec:0x1"),
                devices.stream().map(Device::name).toList());
        assertNull(devices.get(1).node());
        assertFalse(devices.get(1).bound());
        assertEquals(OptionalInt.of(0x1953), devices.get(2).streamId());
        BoardOptions reused = new BoardOptions(
                KernelProfile.V7_1,
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                OptionalInt.empty(),
                Optional.empty(),
                true,
                CHECKS);
        assertEquals(
                "aa00000.video-codec",
                only(Boards.functions(), reused).devices().get(1).node());
    }

    // ---- what is wrong ----

    @Test
    void everyBrokenReferenceIsNamed() {
        assertError(
                Boards.qualcomm().begin("a").cells("iommus", 7, 1, 0).finish(),
                "/soc@0/a: iommus: error: cell 0, 0x7, is the phandle of no node");
        assertError(
                Boards.qualcomm().begin("a").cells("iommus", 1, 1).finish(),
                "has 1 cells behind its phandle; /soc@0/iommu@15000000 asks for 2");
        assertError(
                Boards.qualcomm()
                        .cells("phandle", 5)
                        .begin("a")
                        .cells("iommus", 5)
                        .finish(),
                "comes after child nodes");
        assertError(
                Boards.qualcomm()
                        .begin("a")
                        .cells("phandle", 5)
                        .cells("iommus", 5)
                        .finish(),
                "/soc@0/a has no #iommu-cells");
        assertError(
                Boards.qualcomm().begin("a").cells("iommu-map", 0, 9, 0, 1).finish(), "a: iommu-map: error: 16 bytes");
        assertError(
                Boards.qualcomm()
                        .begin("a")
                        .cells("iommus", 1, 1, 0)
                        .cells("memory-region", 77)
                        .finish(),
                "/soc@0/a: memory-region: error: 0x4d is the phandle of no node");
        assertError(Boards.qualcomm().finish(), "no enabled node is behind an IOMMU");
        assertError(new byte[] {1, 2, 3}, "b.dtb: error: no flattened device tree begins at byte 0x0");
    }

    @Test
    void allErrorsAreToldAtOnce() {
        ConfigurationException faults = assertThrows(
                ConfigurationException.class,
                () -> board(
                        Boards.qualcomm()
                                .begin("a")
                                .cells("iommus", 7)
                                .end()
                                .begin("b")
                                .cells("iommus", 8)
                                .finish(),
                        PLAIN));
        assertEquals(2, faults.faults().size());
    }

    // ---- helpers ----

    private static BoardOptions with(Map<String, Long> masks, Map<String, Extent> windows) {
        return new BoardOptions(
                KernelProfile.V7_1,
                List.of(),
                List.of(),
                masks,
                windows,
                OptionalInt.empty(),
                Optional.empty(),
                false,
                CHECKS);
    }

    private static BoardOptions filtered(List<String> nodes, List<String> compatibles) {
        return new BoardOptions(
                KernelProfile.V7_1,
                nodes,
                compatibles,
                Map.of(),
                Map.of(),
                OptionalInt.empty(),
                Optional.empty(),
                false,
                CHECKS);
    }

    /** What it writes is read again as the same. */
    static Board board(byte[] tree, BoardOptions options) throws ConfigurationException {
        Board board = new BoardReader(options).read("b.dtb", tree);
        for (LocatedConfiguration part : board.configurations()) {
            Configuration configuration = part.configuration();
            assertEquals(
                    configuration,
                    new ConfigurationReader(CHECKS).read(configuration.source(), ConfigurationText.of(configuration)));
        }
        return board;
    }

    private static Configuration only(byte[] tree, BoardOptions options) throws ConfigurationException {
        Board board = board(tree, options);
        assertEquals(1, board.configurations().size());
        return board.configurations().get(0).configuration();
    }

    private static void assertError(byte[] tree, String expected) {
        assertError(tree, PLAIN, expected);
    }

    private static void assertError(byte[] tree, BoardOptions options, String expected) {
        ConfigurationException faults =
                assertThrows(ConfigurationException.class, () -> board(tree, options), expected);
        assertTrue(faults.toString().contains(expected), faults.toString());
    }
}
