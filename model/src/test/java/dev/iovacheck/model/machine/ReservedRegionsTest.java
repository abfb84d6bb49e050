package dev.iovacheck.model.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.FirmwareRegion;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order in which a group reports its reserved regions: by start, and by type where starts are equal. */
class ReservedRegionsTest {

    private static FirmwareRegion region(long first, long last, FirmwareRegion.Type type) {
        return new FirmwareRegion(new Extent(first, last), type);
    }

    private static List<FirmwareRegion> inserted(FirmwareRegion... regions) {
        ReservedRegions list = ReservedRegions.NONE;
        for (FirmwareRegion region : regions) {
            list = list.insert(region, false, null);
        }
        return list.regions();
    }

    @Test
    void ofEqualStartsTheLowerTypeComesFirstWhicheverCameFirst() {
        FirmwareRegion direct = region(4, 5, FirmwareRegion.Type.DIRECT);
        FirmwareRegion reserved = region(4, 9, FirmwareRegion.Type.RESERVED);
        FirmwareRegion doorbell = region(4, 4, FirmwareRegion.Type.MSI);
        List<FirmwareRegion> sorted = List.of(direct, reserved, doorbell);
        assertEquals(sorted, inserted(direct, reserved, doorbell));
        assertEquals(sorted, inserted(doorbell, reserved, direct));
        assertEquals(sorted, inserted(reserved, doorbell, direct));
        assertEquals(sorted, inserted(reserved, direct, doorbell));
    }

    @Test
    void theStartCountsBeforeTheType() {
        FirmwareRegion doorbell = region(1, 1, FirmwareRegion.Type.MSI);
        FirmwareRegion direct = region(4, 5, FirmwareRegion.Type.DIRECT);
        FirmwareRegion high = region(1L << 63, -1L, FirmwareRegion.Type.DIRECT);
        List<FirmwareRegion> sorted = List.of(doorbell, direct, high);
        assertEquals(sorted, inserted(direct, high, doorbell));
        assertEquals(sorted, inserted(high, doorbell, direct));
    }

    /** What was merged keeps the place of the lowest; a region of another type in between stays where it is. */
    @Test
    void mergingLooksPastRegionsOfOtherTypes() {
        assertEquals(
                List.of(
                        region(1, 9, FirmwareRegion.Type.DIRECT),
                        region(2, 3, FirmwareRegion.Type.RESERVED),
                        region(3, 3, FirmwareRegion.Type.MSI)),
                inserted(
                        region(1, 4, FirmwareRegion.Type.DIRECT),
                        region(2, 3, FirmwareRegion.Type.RESERVED),
                        region(3, 3, FirmwareRegion.Type.MSI),
                        region(5, 9, FirmwareRegion.Type.DIRECT)));
    }

    /** The new entry goes before one of equal start and type, which is merged into it: it is the old one that is freed. */
    @Test
    void aRegionThatStartsWhereAnotherDoesIsNotTheOneThatIsFreed() {
        ReservedRegions list = ReservedRegions.NONE
                .insert(region(4, 5, FirmwareRegion.Type.DIRECT), true, null)
                .insert(region(9, 9, FirmwareRegion.Type.DIRECT), true, null)
                .insert(region(4, 8, FirmwareRegion.Type.DIRECT), true, null);
        assertFalse(list.usedAfterFree());
        assertEquals(List.of(region(4, 9, FirmwareRegion.Type.DIRECT)), list.regions());
    }

    @Test
    void whatWasUsedAfterItWasFreedStaysSo() {
        ReservedRegions list = ReservedRegions.NONE
                .insert(region(1, 3, FirmwareRegion.Type.DIRECT), true, null)
                .insert(region(5, 6, FirmwareRegion.Type.DIRECT), true, null);
        assertFalse(list.usedAfterFree(), "nothing was merged");
        list = list.insert(region(2, 4, FirmwareRegion.Type.DIRECT), true, null);
        assertTrue(list.usedAfterFree());
        list = list.insert(region(20, 21, FirmwareRegion.Type.MSI), true, null);
        assertTrue(list.usedAfterFree());
        assertFalse(
                ReservedRegions.NONE
                        .insert(region(1, 3, FirmwareRegion.Type.DIRECT), true, null)
                        .insert(region(2, 4, FirmwareRegion.Type.DIRECT), true, null)
                        .usedAfterFree(),
                "merged with the last one: nothing more is asked");
    }
}
