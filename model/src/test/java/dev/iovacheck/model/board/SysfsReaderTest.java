package dev.iovacheck.model.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysfsReaderTest {

    private static final String MSI = "0x00000000fee00000 0x00000000feefffff msi\n";

    @TempDir
    private Path folder = Path.of("");

    private Path group(String number, String type, String regions, String... devices) throws IOException {
        Path group =
                Files.createDirectories(folder.resolve("kernel/iommu_groups").resolve(number));
        Files.writeString(group.resolve("type"), type + "\n");
        Files.writeString(group.resolve("reserved_regions"), regions);
        Files.createDirectories(group.resolve("devices"));
        for (String device : devices) {
            // As a copy has them: a link that leads nowhere.
            Files.createSymbolicLink(group.resolve("devices").resolve(device), Path.of("../../nowhere", device));
        }
        return group;
    }

    private Board read() throws ConfigurationException {
        Board board = new SysfsReader(BoardOptions.of(BoardReaderTest.CHECKS)).read(folder);
        for (LocatedConfiguration part : board.configurations()) {
            Configuration configuration = part.configuration();
            assertEquals(
                    configuration,
                    new ConfigurationReader(BoardReaderTest.CHECKS)
                            .read(configuration.source(), ConfigurationText.of(configuration)));
        }
        return board;
    }

    @Test
    void groupsHaveTypeRegionsAndDevices() throws Exception {
        group("10", "DMA", MSI, "0000:00:02.0");
        group("8", "DMA", "0x0 0xffffff direct-relaxable\n" + MSI, "0000:00:1f.2", "0000:00:1f.0");
        group("3", "DMA-FQ", "0x08000000 0x080fffff msi\n", "aa00000.video-codec");
        group("4", "identity", "", "0000:00:03.0");
        List<LocatedConfiguration> parts = read().configurations();
        List<Device> strict = parts.get(0).configuration().devices();
        assertEquals(
                List.of("0000:00:1f.0", "0000:00:1f.2", "0000:00:02.0"),
                strict.stream().map(Device::name).toList());
        assertEquals(List.of("8", "8", "10"), strict.stream().map(Device::group).toList());
        assertEquals(
                List.of(
                        new FirmwareRegion(new Extent(0, 0xff_ffffL), FirmwareRegion.Type.DIRECT_RELAXABLE),
                        new FirmwareRegion(new Extent(0xfee0_0000L, 0xfeef_ffffL), FirmwareRegion.Type.MSI)),
                strict.get(0).regions());
        assertEquals(Device.Bus.PCI, strict.get(0).bus());
        assertEquals(Iommu.Mode.LAZY, parts.get(1).configuration().iommu().mode());
        Device codec = parts.get(1).configuration().devices().get(0);
        assertEquals(FirmwareRegion.Type.SW_MSI, codec.regions().get(0).type());
        assertEquals(Device.Bus.PLATFORM, codec.bus());
        assertTrue(
                read().findings().toString().contains("group 4 is left out"),
                read().findings().toString());
    }

    @Test
    void aMaskIsReadWhereItWasCopied() throws Exception {
        Path group = group("1", "DMA", "");
        Path device = Files.createDirectories(group.resolve("devices/0000:00:01.0"));
        Files.writeString(device.resolve("dma_mask_bits"), "40\n");
        assertEquals(
                0xff_ffff_ffffL,
                read().configurations().get(0).configuration().devices().get(0).mask());
    }

    @Test
    void whatIsNoGroupIsAnError() throws Exception {
        ConfigurationException none = assertThrows(ConfigurationException.class, this::read);
        assertTrue(none.toString().contains("no group with a DMA domain"), none.toString());
        group("1", "DMA", "0x10 0x5 direct\nnonsense\n0x1 0x2 what\n", "a");
        ConfigurationException broken = assertThrows(ConfigurationException.class, this::read);
        assertEquals(3, broken.faults().size());
        assertTrue(
                broken.toString().contains("group 1, reserved_regions, line 1: it ends before it starts"),
                broken.toString());
    }
}
