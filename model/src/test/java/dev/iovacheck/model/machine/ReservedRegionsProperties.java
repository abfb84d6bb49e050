package dev.iovacheck.model.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.FirmwareRegion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code iommu_insert_resv_region} on every list of up to three regions in a small space, at both ends of the address space. */
class ReservedRegionsProperties {

    private static final int SPACE = 6;

    private static ReservedRegions inserted(List<FirmwareRegion> regions) {
        ReservedRegions list = ReservedRegions.NONE;
        for (FirmwareRegion region : regions) {
            list = list.insert(region, false, null);
        }
        return list;
    }

    private static List<FirmwareRegion> all(long base) {
        List<FirmwareRegion> all = new ArrayList<>();
        for (int first = 0; first < SPACE; first++) {
            for (int last = first; last < SPACE; last++) {
                for (FirmwareRegion.Type type : List.of(FirmwareRegion.Type.DIRECT, FirmwareRegion.Type.RESERVED)) {
                    all.add(new FirmwareRegion(new Extent(base + first, base + last), type));
                }
            }
        }
        return all;
    }

    private static Set<String> bytes(List<FirmwareRegion> regions) {
        Set<String> bytes = new HashSet<>();
        for (FirmwareRegion region : regions) {
            for (long at = region.extent().first(); ; at++) {
                bytes.add(region.type() + " " + at);
                if (at == region.extent().last()) {
                    break;
                }
            }
        }
        return bytes;
    }

    private static boolean isSorted(List<FirmwareRegion> regions) {
        for (int index = 1; index < regions.size(); index++) {
            Extent before = regions.get(index - 1).extent();
            Extent after = regions.get(index).extent();
            if (Long.compareUnsigned(before.first(), after.first()) > 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean areApart(List<FirmwareRegion> regions) {
        for (int first = 0; first < regions.size(); first++) {
            for (int second = 0; second < regions.size(); second++) {
                FirmwareRegion one = regions.get(first);
                FirmwareRegion other = regions.get(second);
                boolean touch = one.extent().last() != -1L
                        && one.extent().last() + 1 == other.extent().first();
                if (first != second
                        && one.type() == other.type()
                        && (touch || one.extent().intersects(other.extent()))) {
                    return false;
                }
            }
        }
        return true;
    }

    @Test
    void mergingGivesTheUnionOfEachType() {
        List<FirmwareRegion> all = all(0x1000);
        for (FirmwareRegion one : all) {
            for (FirmwareRegion two : all) {
                for (FirmwareRegion three : all) {
                    List<FirmwareRegion> put = List.of(one, two, three);
                    ReservedRegions list = inserted(put);
                    assertEquals(bytes(put), bytes(list.regions()), put::toString);
                    assertTrue(isSorted(list.regions()), put::toString);
                    assertTrue(areApart(list.regions()), put::toString);
                    assertFalse(list.usedAfterFree());
                }
            }
        }
    }

    /** Nothing is lost at the top either, but what ends there is merged with nothing that begins above where it begins. */
    @Test
    void atTheTopNothingIsLostAndLittleIsMerged() {
        List<FirmwareRegion> all = all(-SPACE);
        boolean unmerged = false;
        for (FirmwareRegion one : all) {
            for (FirmwareRegion two : all) {
                List<FirmwareRegion> put = List.of(one, two);
                ReservedRegions list = inserted(put);
                assertEquals(bytes(put), bytes(list.regions()), put::toString);
                unmerged |= !areApart(list.regions());
            }
        }
        assertTrue(unmerged, "a region that ends at 2^64-1 touches nothing");
    }

    @Test
    void otherTypesStayApart() {
        ReservedRegions list = inserted(List.of(
                new FirmwareRegion(new Extent(1, 3), FirmwareRegion.Type.DIRECT),
                new FirmwareRegion(new Extent(2, 5), FirmwareRegion.Type.DIRECT),
                new FirmwareRegion(new Extent(7, 7), FirmwareRegion.Type.RESERVED),
                new FirmwareRegion(new Extent(6, -1L), FirmwareRegion.Type.DIRECT)));
        assertEquals(
                List.of(
                        new FirmwareRegion(new Extent(1, -1L), FirmwareRegion.Type.DIRECT),
                        new FirmwareRegion(new Extent(7, 7), FirmwareRegion.Type.RESERVED)),
                list.regions());
    }

    @Test
    void theFreedEntryAnswersWithNoType() {
        ReservedRegions list = ReservedRegions.NONE;
        for (FirmwareRegion region : List.of(
                new FirmwareRegion(new Extent(1, 3), FirmwareRegion.Type.DIRECT),
                new FirmwareRegion(new Extent(5, 6), FirmwareRegion.Type.DIRECT),
                new FirmwareRegion(new Extent(2, 5), FirmwareRegion.Type.DIRECT))) {
            list = list.insert(region, true, null);
        }
        assertTrue(list.usedAfterFree());
        assertEquals(2, list.regions().size(), "the last one stays unmerged");
    }
}
