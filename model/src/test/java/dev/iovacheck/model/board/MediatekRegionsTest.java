package dev.iovacheck.model.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.devicetree.DeviceTreeWriter;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Regions of MediaTek's IOMMUs, against what the tables of 6.12.117 say for single ports. */
class MediatekRegionsTest {

    private static final Extent FIRST = new Extent(0, 0xff7f_ffffL);
    private static final Extent SECOND = new Extent(0x1_0000_0000L, 0x1_ff7f_ffffL);
    private static final Extent THIRD = new Extent(0x2_0000_0000L, 0x2_ff7f_ffffL);

    private static long id(int larb, int port) {
        return (long) larb << 5 | port;
    }

    private static DeviceTreeWriter iommu(DeviceTreeWriter tree, String compatible, long address, long phandle) {
        return tree.begin("iommu@" + Long.toHexString(address))
                .strings("compatible", compatible)
                .cells("reg", 0, address, 0, 0x1000)
                .cells("#iommu-cells", 1)
                .cells("phandle", phandle)
                .end();
    }

    private static DeviceTreeWriter soc(String compatible) {
        DeviceTreeWriter soc = new DeviceTreeWriter()
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .begin("soc")
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .bytes("ranges", new byte[0])
                .cells("dma-ranges", 0, 0, 0, 0, 4, 0);
        return iommu(soc, compatible, 0x14016000, 1);
    }

    private static DeviceTreeWriter device(DeviceTreeWriter tree, long address, long... iommus) {
        return tree.begin("dev@" + Long.toHexString(address))
                .cells("reg", 0, address, 0, 0x1000)
                .cells("iommus", iommus)
                .end();
    }

    private static Board read(DeviceTreeWriter tree, KernelProfile kernel) throws ConfigurationException {
        return BoardReaderTest.board(
                tree.finish(),
                new BoardOptions(
                        kernel,
                        List.of(),
                        List.of(),
                        Map.of(),
                        Map.of(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        false,
                        BoardReaderTest.CHECKS));
    }

    private static Configuration of(Board board, String device) {
        return board.configurations().stream()
                .map(part -> part.configuration())
                .filter(part ->
                        part.devices().stream().anyMatch(each -> each.name().equals(device)))
                .findFirst()
                .orElseThrow();
    }

    private static Device device(Board board, String name) {
        return of(board, name).devices().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void larbAndPortTellTheRegion() throws Exception {
        DeviceTreeWriter tree = soc("mediatek,mt8186-iommu-mm");
        device(tree, 0x1000, 1, id(0, 3));
        device(tree, 0x2000, 1, id(4, 0), 1, id(4, 1));
        device(tree, 0x3000, 1, id(7, 2));
        device(tree, 0x4000, 1, id(13, 0), 1, id(13, 11));
        device(tree, 0x5000, 1, id(13, 9), 1, id(13, 10));
        device(tree, 0x6000, 1, id(14, 1));
        Board board = read(tree, KernelProfile.V7_1);
        assertEquals(FIRST, of(board, "1000.dev").iommu().aperture());
        assertEquals(SECOND, of(board, "2000.dev").iommu().aperture());
        assertEquals(THIRD, of(board, "4000.dev").iommu().aperture());
        assertEquals(
                new Extent(0x2_4000_0000L, 0x2_43ff_ffffL),
                of(board, "5000.dev").iommu().aperture());
        assertEquals(
                new Extent(0x2_4400_0000L, 0x2_47ff_ffffL),
                of(board, "6000.dev").iommu().aperture());
        assertEquals(
                device(board, "2000.dev").group(), device(board, "3000.dev").group(), "one region, one group");
        assertEquals(0xffff_ffffL, device(board, "1000.dev").mask());
        assertEquals(0x3_ffff_ffffL, device(board, "2000.dev").mask());
        assertEquals(
                new Extent(0x1_0000_0000L, 0x1_ffff_ffffL),
                device(board, "2000.dev").window());
        assertEquals(
                List.of(
                        new FirmwareRegion(new Extent(0x2_4000_0000L, 0x2_43ff_ffffL), FirmwareRegion.Type.RESERVED),
                        new FirmwareRegion(new Extent(0x2_4400_0000L, 0x2_47ff_ffffL), FirmwareRegion.Type.RESERVED)),
                device(board, "4000.dev").regions(),
                "the carve-outs lie in the third region");
        assertEquals(List.of(), device(board, "2000.dev").regions());
        assertTrue(
                board.findings()
                        .toString()
                        .contains("2000.dev is in region 1 of its IOMMU, [0x100000000, 0x1ff7fffff]"),
                board.findings().toString());
    }

    @Test
    void whatLiesInNoRegionIsRefused() throws Exception {
        DeviceTreeWriter tree = soc("mediatek,mt8186-iommu-mm");
        device(tree, 0x1000, 1, id(0, 3));
        device(tree, 0x2000, 1, id(5, 0));
        device(tree, 0x3000, 1, id(13, 9), 1, id(13, 0));
        device(tree, 0x4000, 1, id(0, 0), 1, id(1, 0));
        Board board = read(tree, KernelProfile.V7_1);
        assertEquals(
                List.of("1000.dev"),
                board.configurations().get(0).configuration().devices().stream()
                        .map(Device::name)
                        .toList());
        assertEquals(
                3,
                board.findings().stream()
                        .filter(finding -> finding.severity() == Finding.Severity.WARNING)
                        .filter(finding -> finding.text().contains("refuses the device (-EINVAL)"))
                        .count());
        DeviceTreeWriter none = soc("mediatek,mt8186-iommu-mm");
        device(none, 0x2000, 1, id(5, 0));
        assertThrows(ConfigurationException.class, () -> read(none, KernelProfile.V7_1));
    }

    @Test
    void before64DmaRangesToldTheRegion() throws Exception {
        DeviceTreeWriter tree = soc("mediatek,mt8186-iommu-mm")
                .begin("bus@0")
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .bytes("ranges", new byte[0])
                .cells("dma-ranges", 2, 0, 0, 0x40000000, 0, 0xfff00000L);
        device(tree, 0x2000, 1, id(4, 0));
        Board old = read(tree.end(), KernelProfile.V6_1);
        assertEquals(
                new Extent(0x2_0000_0000L, 0x2_ffff_ffffL),
                of(old, "2000.dev").iommu().aperture(),
                "and without a gap");
        assertEquals(2, device(old, "2000.dev").regions().size());

        DeviceTreeWriter wide = soc("mediatek,mt8186-iommu-mm");
        device(wide, 0x2000, 1, id(4, 0));
        ConfigurationException refused =
                assertThrows(ConfigurationException.class, () -> read(wide, KernelProfile.V6_1), "16 GiB fit nowhere");
        assertTrue(refused.toString().contains("no enabled node"), refused.toString());
    }

    @Test
    void otherSocsHaveOneRegion() throws Exception {
        DeviceTreeWriter tree = soc("mediatek,mt8173-m4u");
        device(tree, 0x1000, 1, id(0, 3));
        device(tree, 0x2000, 1, id(5, 0));
        Board board = read(tree, KernelProfile.V7_1);
        assertEquals(FIRST, of(board, "1000.dev").iommu().aperture());
        assertEquals(
                device(board, "1000.dev").group(), device(board, "2000.dev").group());
    }

    @Test
    void iommusInOneListShareGroups() throws Exception {
        DeviceTreeWriter tree = iommu(soc("mediatek,mt8195-iommu-vdo"), "mediatek,mt8195-iommu-vpp", 0x15016000, 2);
        device(tree, 0x1000, 1, id(19, 0));
        device(tree, 0x2000, 2, id(22, 1));
        device(tree, 0x3000, 2, id(18, 2));
        Board board = read(tree, KernelProfile.V7_1);
        assertEquals(
                device(board, "1000.dev").group(), device(board, "2000.dev").group());
        assertEquals(
                new Extent(0x2_4400_0000L, 0x2_47ff_ffffL),
                of(board, "3000.dev").iommu().aperture());
    }

    @Test
    void portsOfTheInfrastructureAreTiedToBanks() throws Exception {
        DeviceTreeWriter tree = soc("mediatek,mt8195-iommu-infra");
        device(tree, 0x1000, 1, 16);
        device(tree, 0x2000, 1, 20);
        device(tree, 0x3000, 1, 21);
        Board board = read(tree, KernelProfile.V7_1);
        assertTrue(!String.valueOf(device(board, "1000.dev").group())
                .equals(device(board, "2000.dev").group()));
        assertEquals(
                device(board, "2000.dev").group(), device(board, "3000.dev").group());
    }
}
