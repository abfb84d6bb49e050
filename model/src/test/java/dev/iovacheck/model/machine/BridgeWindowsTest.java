package dev.iovacheck.model.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.address.Extent;
import java.util.List;
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
}
