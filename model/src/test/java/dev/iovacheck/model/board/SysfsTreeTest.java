package dev.iovacheck.model.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.config.ConfigurationText;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.kernel.KernelProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy of {@code /sys} that has the device tree as well: both are merged, and what differs is told. */
class SysfsTreeTest {

    private static final String SPLASH = "0x000000006c100000 0x000000006c8fffff direct\n";
    private static final Extent SPLASH_EXTENT = new Extent(0x6c10_0000L, 0x6c8f_ffffL);
    private static final String SW_MSI = "0x0000000008000000 0x00000000080fffff msi\n";

    @TempDir
    private Path folder = Path.of("");

    private Path group(String number, String type, String regions) throws IOException {
        Path group =
                Files.createDirectories(folder.resolve("kernel/iommu_groups").resolve(number));
        Files.writeString(group.resolve("type"), type + "\n");
        Files.writeString(group.resolve("reserved_regions"), regions);
        Files.createDirectories(group.resolve("devices"));
        return group;
    }

    /** As {@code cp -r} leaves it: a link that leads nowhere, but says where it led. */
    private static void link(Path group, String path) throws IOException {
        Path to = Path.of("../../../../devices/platform", path);
        Files.createSymbolicLink(group.resolve("devices").resolve(String.valueOf(to.getFileName())), to);
    }

    private static Path copied(Path group, String name) throws IOException {
        return Files.createDirectories(group.resolve("devices").resolve(name));
    }

    private void tree(byte[] blob) throws IOException {
        Files.write(Files.createDirectories(folder.resolve("firmware")).resolve("fdt"), blob);
    }

    private Board read() throws ConfigurationException {
        return read(BoardOptions.of(BoardReaderTest.CHECKS));
    }

    private Board read(BoardOptions options) throws ConfigurationException {
        Board board = new SysfsReader(options).read(folder);
        for (LocatedConfiguration part : board.configurations()) {
            Configuration configuration = part.configuration();
            assertEquals(
                    configuration,
                    new ConfigurationReader(BoardReaderTest.CHECKS)
                            .read(configuration.source(), ConfigurationText.of(configuration)));
        }
        return board;
    }

    private static BoardOptions options(List<String> nodes, Map<String, Long> masks) {
        return new BoardOptions(
                KernelProfile.V7_1,
                nodes,
                List.of(),
                masks,
                Map.of(),
                OptionalInt.empty(),
                Optional.empty(),
                false,
                BoardReaderTest.CHECKS);
    }

    private static void assertNoted(Board board, String words) {
        assertTrue(board.findings().toString().contains(words), board.findings().toString());
    }

    private static void assertSilent(Board board, String words) {
        assertFalse(
                board.findings().toString().contains(words), board.findings().toString());
    }

    @Test
    void theTreeTellsWhoseRegionItIs() throws Exception {
        tree(Boards.allwinner());
        Path group = group("7", "DMA-FQ", SPLASH);
        link(group, "soc/1c0e000.video-codec");
        link(group, "soc/5600000.display");
        Board board = read();
        Configuration configuration = board.configurations().get(0).configuration();
        Device codec = configuration.devices().get(0);
        Device display = configuration.devices().get(1);
        assertEquals(List.of(), codec.regions(), "sysfs alone would give it the region of its neighbour");
        assertEquals(List.of(new FirmwareRegion(SPLASH_EXTENT, FirmwareRegion.Type.DIRECT)), display.regions());
        assertEquals("7", codec.group());
        assertEquals("7", display.group());
        assertEquals(OptionalInt.of(3), codec.streamId());
        assertEquals(Iommu.Mode.LAZY, configuration.iommu().mode(), "as sysfs says the type");
        assertEquals(new Extent(0, 0xffff_ffffL), configuration.iommu().aperture(), "as the kind of IOMMU has it");
        assertSilent(board, "reserved_regions");
        assertSilent(board, "not of which device");
        assertSilent(board, "left out");
        assertTrue(
                board.configurations().get(0).regionPlace(1, 0).endsWith("splash@6c100000: iommu-addresses"),
                board.configurations().get(0).regionPlace(1, 0));
    }

    @Test
    void whatOnlySysfsListsAllDevicesOfTheGroupHave() throws Exception {
        tree(Boards.allwinner());
        Path group =
                group("7", "DMA", "0x000000006c100000 0x000000006c9fffff direct\n0xf0000000 0xf0000fff reserved\n");
        link(group, "soc/1c0e000.video-codec");
        link(group, "soc/5600000.display");
        Board board = read();
        List<FirmwareRegion> besides = List.of(
                new FirmwareRegion(new Extent(0x6c90_0000L, 0x6c9f_ffffL), FirmwareRegion.Type.DIRECT),
                new FirmwareRegion(new Extent(0xf000_0000L, 0xf000_0fffL), FirmwareRegion.Type.RESERVED));
        List<Device> devices = board.configurations().get(0).configuration().devices();
        assertEquals(besides, devices.get(0).regions());
        assertEquals(3, devices.get(1).regions().size());
        assertNoted(
                board,
                "group 7: reserved_regions lists [0x6c900000, 0x6c9fffff], direct, which the tree says of none of");
    }

    @Test
    void whatSysfsDoesNotListIsKeptWithAWarning() throws Exception {
        tree(Boards.reserved(2, 0, 0, 0, 0x25800000));
        Path group = group("3", "DMA", SW_MSI);
        link(group, "soc@0/aa00000.video-codec");
        Board board = read();
        Configuration configuration = board.configurations().get(0).configuration();
        assertEquals(Mechanism.IOMMU_ADDRESSES, configuration.mechanism());
        assertEquals(0x25800000L, configuration.reservations().get(0).length());
        assertEquals(
                List.of(FirmwareRegion.Type.SW_MSI),
                configuration.devices().get(0).regions().stream()
                        .map(FirmwareRegion::type)
                        .toList(),
                "listed and declared: once");
        assertEquals(
                List.of(Finding.Severity.WARNING),
                board.findings().stream()
                        .filter(finding -> finding.text().contains("does not list it"))
                        .map(Finding::severity)
                        .toList());
        group("3", "DMA", SW_MSI + "0x0 0x257fffff reserved\n");
        assertSilent(read(), "does not list");
        group("3", "DMA", SW_MSI + "0x0 0x257fffff direct\n");
        assertNoted(read(), "group 3: reserved_regions has [0x0, 0x257fffff] as direct, and the tree as reserved");
    }

    @Test
    void groupsAreThoseOfSysfs() throws Exception {
        tree(Boards.allwinner());
        link(group("1", "DMA", ""), "soc/1c0e000.video-codec");
        link(group("2", "DMA", SPLASH), "soc/5600000.display");
        Board board = read();
        List<Device> devices = board.configurations().get(0).configuration().devices();
        assertEquals(List.of("1", "2"), devices.stream().map(Device::group).toList());
        assertNoted(
                board,
                "1c0e000.video-codec, 5600000.display are one group by the tree, and sysfs has them in the groups 1, 2");

        Files.delete(folder.resolve("kernel/iommu_groups/2/devices/5600000.display"));
        group("2", "identity", "");
        link(folder.resolve("kernel/iommu_groups/2"), "soc/5600000.display");
        assertSilent(read(), "in no group of sysfs");
        Files.delete(folder.resolve("kernel/iommu_groups/2/devices/5600000.display"));
        assertNoted(read(), "5600000.display is behind an IOMMU here, and in no group of sysfs: it is left out");
    }

    @Test
    void devicesThatShareNothingInTheTreeAreTold() throws Exception {
        tree(Boards.codec(Boards.qualcomm())
                .end()
                .begin("camera@1")
                .cells("reg", 0, 1, 0, 1)
                .cells("iommus", 1, 7, 0)
                .finish());
        Path group = group("5", "DMA", SW_MSI);
        link(group, "soc@0/aa00000.video-codec");
        link(group, "soc@0/1.camera");
        assertNoted(read(), "group 5 has 1.camera, aa00000.video-codec, which share nothing in the tree");
    }

    @Test
    void devicesAreFoundByTheirNode() throws Exception {
        tree(Boards.allwinner());
        Path group = group("7", "DMA", SPLASH);
        Files.createSymbolicLink(
                copied(group, "ve").resolve("of_node"),
                Path.of("../../../firmware/devicetree/base/soc/video-codec@1c0e000"));
        Files.writeString(
                copied(group, "de").resolve("uevent"), "DRIVER=x\nOF_NAME=display\nOF_FULLNAME=/soc/display@5600000\n");
        Board board = read(options(List.of(), Map.of("video-codec", 0x7fff_ffffL)));
        List<Device> devices = board.configurations().get(0).configuration().devices();
        assertEquals(List.of("de", "ve"), devices.stream().map(Device::name).toList());
        assertEquals(1, devices.get(0).regions().size(), "the display, as sysfs calls it");
        assertEquals(0x7fff_ffffL, devices.get(1).mask(), "--mask by the name of the node");
        assertSilent(board, "left out");
        assertEquals(
                List.of("5600000.display", "1c0e000.video-codec"),
                new SysfsReader(BoardOptions.of(BoardReaderTest.CHECKS))
                        .reported(folder)
                        .get(0)
                        .devices(),
                "as the tree alone calls them");
    }

    @Test
    void aFunctionIsFoundBehindItsHostBridge() throws Exception {
        tree(Boards.juno());
        Path group = group("4", "DMA", SW_MSI);
        link(group, "40000000.pcie/pci0000:00/0000:00:00.0/0000:03:00.1");
        link(group, "50000000.pcie/pci0001:00/0001:03:00.1");
        Board board = read();
        Device function = device(board, "0000:03:00.1");
        assertEquals(Device.Bus.PCI, function.bus());
        assertEquals(2, function.dmaRanges().size());
        assertFalse(function.bridgeWindows().isEmpty());
        assertEquals(OptionalInt.of(0), function.streamId(), "iommu-map-mask is 0");
        Device other = device(board, "0001:03:00.1");
        assertTrue(other.dmaRanges().isEmpty(), "behind a bridge that the tree does not have");
        assertNoted(board, "the tree does not know 0001:03:00.1");

        // Without a path, the only bridge there is.
        Files.delete(group.resolve("devices/0000:03:00.1"));
        Files.delete(group.resolve("devices/0001:03:00.1"));
        copied(group, "0000:03:00.1");
        assertEquals(2, device(read(), "0000:03:00.1").dmaRanges().size());
    }

    @Test
    void aFunctionHasTheStreamThatTheMapTells() throws Exception {
        tree(new DeviceTreeWriterOfBridge().mapped(0xff00, 0x300, 1, 0x10, 1));
        Path group = group("4", "DMA", SW_MSI);
        copied(group, "0000:03:1f.7");
        copied(group, "0000:04:00.0");
        Board board = read();
        assertEquals(OptionalInt.of(0x10), device(board, "0000:03:1f.7").streamId());
        assertNoted(board, "the tree does not know 0000:04:00.0");
    }

    /** A bridge behind an SMMU, with one entry of {@code iommu-map}. */
    private static final class DeviceTreeWriterOfBridge {

        byte[] mapped(long mask, long... map) {
            return Boards.qualcomm()
                    .begin("pcie@1c00000")
                    .strings("device_type", "pci")
                    .cells("reg", 0, 0x1c00000, 0, 0x1000)
                    .cells("#address-cells", 3)
                    .cells("#size-cells", 2)
                    .cells("iommu-map-mask", mask)
                    .cells("iommu-map", map)
                    .finish();
        }
    }

    private static Device device(Board board, String name) {
        return board.configurations().stream()
                .flatMap(part -> part.configuration().devices().stream())
                .filter(device -> device.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theMaskOfSysfsCorrectsTheTable() throws Exception {
        tree(Boards.reserved(2, 0, 0, 0, 0x25800000));
        Path device = copied(group("3", "DMA", SW_MSI + "0x0 0x257fffff reserved\n"), "aa00000.video-codec");
        Files.writeString(device.resolve("dma_mask_bits"), "32\n");
        assertEquals(0xdfff_ffffL, device(read(), "aa00000.video-codec").mask(), "the table knows it more exactly");
        Files.writeString(device.resolve("dma_mask_bits"), "36\n");
        Board board = read();
        assertEquals(0xf_ffff_ffffL, device(board, "aa00000.video-codec").mask());
        assertNoted(board, "sysfs has a mask of 36 bits for aa00000.video-codec; that of sysfs is taken");
    }

    @Test
    void groupsWithOtherPagesOrAperturesAreConfigurationsOfTheirOwn() throws Exception {
        tree(Boards.allwinner());
        link(group("1", "DMA", SPLASH), "soc/5600000.display");
        link(group("2", "DMA", ""), "soc/unknown");
        Board board = read();
        assertEquals(2, board.configurations().size());
        assertEquals(
                List.of(new Extent(0, 0xffff_ffffL), new Extent(0, 0xffff_ffff_ffffL)),
                board.configurations().stream()
                        .map(part -> part.configuration().iommu().aperture())
                        .toList());
        assertNoted(board, "the tree does not know unknown");
    }

    @Test
    void nodesChooseDevices() throws Exception {
        link(group("1", "DMA", SPLASH), "soc/5600000.display");
        link(folder.resolve("kernel/iommu_groups/1"), "soc/1c0e000.video-codec");
        ConfigurationException none = assertThrows(
                ConfigurationException.class, () -> read(options(List.of("/soc/display@5600000"), Map.of())));
        assertTrue(none.toString().contains("there is none here"), none.toString());
        tree(Boards.allwinner());
        Board board = read(options(List.of("/soc/display@5600000"), Map.of()));
        assertEquals(
                List.of("5600000.display"),
                board.configurations().get(0).configuration().devices().stream()
                        .map(Device::name)
                        .toList());
        ConfigurationException wrong = assertThrows(
                ConfigurationException.class, () -> read(options(List.of(), Map.of("5600000.displey", 0xfffL))));
        assertTrue(wrong.toString().contains("did you mean 5600000.display?"), wrong.toString());
    }

    @Test
    void aTreeThatIsNoneIsAnError() throws Exception {
        link(group("1", "DMA", SPLASH), "soc/5600000.display");
        tree(new byte[] {1, 2, 3});
        ConfigurationException broken = assertThrows(ConfigurationException.class, this::read);
        assertTrue(broken.toString().contains("firmware/fdt"), broken.toString());
        tree(new byte[BoardReader.LARGEST + 1]);
        ConfigurationException large = assertThrows(ConfigurationException.class, this::read);
        assertTrue(large.toString().contains("larger than 16 MiB"), large.toString());
    }
}
