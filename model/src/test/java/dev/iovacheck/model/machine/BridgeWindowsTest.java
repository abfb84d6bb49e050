package dev.iovacheck.model.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BridgeWindowsTest {

    private static final long TOP = -1L;
    private static final long GIB = 1L << 30;

    private static List<Extent> gaps(Extent... windows) {
        BridgeWindows found = BridgeWindows.of(List.of(windows));
        assertFalse(found.overlap());
        return found.reserved();
    }

    @Test
    void withoutWindowsNothingIsReserved() {
        assertEquals(List.of(), gaps());
    }

    /** Linux 5.3 to 5.13 refused this one with -EINVAL. */
    @Test
    void aWindowFromZeroLeavesOutWhatIsAboveIt() {
        assertEquals(List.of(new Extent(3 * GIB, TOP)), gaps(new Extent(0, 3 * GIB - 1)));
    }

    @Test
    void aGapEndsWithTheFirstByteOfTheWindowAbove() {
        assertEquals(
                List.of(new Extent(0, GIB), new Extent(2 * GIB, 4 * GIB), new Extent(1L << 63, TOP)),
                gaps(new Extent(GIB, 2 * GIB - 1), new Extent(4 * GIB, (1L << 63) - 1)));
    }

    @Test
    void windowsThatTouchHaveNoGap() {
        assertEquals(
                List.of(new Extent(0, 0x1000), new Extent(0x3000, TOP)),
                gaps(new Extent(0x1000, 0x1fff), new Extent(0x2000, 0x2fff)));
    }

    /** As on X-Gene, whose list begins with the upper one. */
    @Test
    void theOrderOfTheListDoesNotMatter() {
        Extent lower = new Extent(0, (1L << 39) - 1);
        Extent upper = new Extent(1L << 39, (1L << 40) - 1);
        assertEquals(gaps(lower, upper), gaps(upper, lower));
        assertEquals(List.of(new Extent(1L << 40, TOP)), gaps(upper, lower));
    }

    @Test
    void windowsThatOverlapEndItAndKeepWhatCameBefore() {
        BridgeWindows found =
                BridgeWindows.of(List.of(new Extent(0x2000, 0x4fff), new Extent(0x4000, 0x5fff), new Extent(TOP, TOP)));
        assertTrue(found.overlap());
        assertEquals(List.of(new Extent(0, 0x2000)), found.reserved());
    }

    @Test
    void aWindowUpToTheTopMakesEverythingReserved() {
        assertEquals(List.of(new Extent(0, 1L << 63), new Extent(0, TOP)), gaps(new Extent(1L << 63, TOP)));
        assertEquals(List.of(new Extent(0, TOP)), gaps(new Extent(0, TOP)));
    }

    @Test
    void theLastByteAlone() {
        assertEquals(List.of(new Extent(0, TOP)), gaps(new Extent(TOP, TOP)));
        assertEquals(List.of(new Extent(0, 0x1000)), gaps(new Extent(0x1000, TOP - 1)));
    }

    // ---- of a device ----

    private static BridgeWindows of(Device.Bus bus, List<Extent> windows, List<Long> cpuAddresses, KernelBug... bugs) {
        Device device = Device.builder(0, "d0")
                .group("g")
                .bus(bus)
                .mask(TOP)
                .window(new Extent(0, TOP))
                .dmaRanges(windows)
                .dmaRangesCpu(cpuAddresses)
                .bridgeWindows(List.of(new Extent(0x10000, 0x1ffff)))
                .build();
        Configuration configuration = Configurations.of(
                        KernelProfile.V7_1,
                        1,
                        Mechanism.NONE,
                        new Exploration(false, false, false, false),
                        List.of(device),
                        List.of())
                .toBuilder()
                .bugs(Set.of(bugs))
                .build();
        return BridgeWindows.of(configuration, device);
    }

    @Test
    void onlyPciDevicesHaveABridge() {
        List<Extent> windows = List.of(new Extent(0x4000, 0x4fff));
        assertEquals(List.of(), of(Device.Bus.PLATFORM, windows, List.of()).reserved());
        assertEquals(
                List.of(new Extent(0x10000, 0x1ffff), new Extent(0, 0x4000), new Extent(0x5000, TOP)),
                of(Device.Bus.PCI, windows, List.of()).reserved(),
                "what the bridge forwards to its devices comes first");
    }

    @Test
    void windowsAreTakenInTheOrderOfCpuAddresses() {
        List<Extent> windows = List.of(new Extent(0x4000, 0x4fff), new Extent(0x1000, 0x1fff));
        assertFalse(of(Device.Bus.PCI, windows, List.of()).refused());
        assertFalse(of(Device.Bus.PCI, windows, List.of(0x9000L, 0x8000L)).refused());
        BridgeWindows refused = of(Device.Bus.PCI, windows, List.of(0x8000L, 0x9000L));
        assertTrue(refused.refused(), "on the bus the second lies below the first");
        assertFalse(refused.overlap());
    }

    /** To 5.18. */
    @Test
    void unsortedTheOrderOfTheListCounts() {
        List<Extent> windows = List.of(new Extent(0x4000, 0x4fff), new Extent(0x1000, 0x1fff));
        assertTrue(of(Device.Bus.PCI, windows, List.of(), KernelBug.B18).refused());
        assertTrue(of(Device.Bus.PCI, windows, List.of(0x9000L, 0x8000L), KernelBug.B18)
                .refused());
    }

    /** 5.3 to 5.13. */
    @Test
    void aWindowFromZeroAndWindowsThatTouchWereRefused() {
        List<Extent> fromZero = List.of(new Extent(0, 0xfff));
        List<Extent> touching = List.of(new Extent(0x1000, 0x1fff), new Extent(0x2000, 0x2fff));
        List<Extent> apart = List.of(new Extent(0x1000, 0x1fff), new Extent(0x3000, 0x3fff));
        assertTrue(of(Device.Bus.PCI, fromZero, List.of(), KernelBug.B17).refused());
        assertTrue(of(Device.Bus.PCI, touching, List.of(), KernelBug.B17).refused());
        assertFalse(of(Device.Bus.PCI, apart, List.of(), KernelBug.B17).refused());
        assertFalse(of(Device.Bus.PCI, fromZero, List.of()).refused());
        assertFalse(of(Device.Bus.PCI, touching, List.of()).refused());
    }
}
