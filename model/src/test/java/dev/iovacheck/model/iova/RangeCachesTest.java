package dev.iovacheck.model.iova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.kernel.TakenBranches;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Caches seen from outside: what they hold, in which order, and which of two CPUs comes first where their names do not count. */
class RangeCachesTest {

    private final RangeCaches caches =
            new RangeCaches(new AllocatorConstants(KernelProfile.V7_1, 3, 2, 1), new TakenBranches());

    private void push(int order, int cpu, long... pfns) {
        for (long pfn : pfns) {
            if (!caches.push(order, cpu, pfn)) {
                caches.loadedToDepot(order, cpu);
                assertTrue(caches.push(order, cpu, pfn));
            }
        }
    }

    private static List<String> ranges(RangeCaches of) {
        List<String> ranges = new ArrayList<>();
        for (int range = 0; range < of.count(); range++) {
            ranges.add(of.order(range) + ":" + of.pfn(range));
        }
        return ranges;
    }

    @Test
    void rangesComeBySizeClassThenCpuThenMagazineAndTheDepotLast() {
        push(3, 1, 8, 16, 24); // prev 8 16, loaded 24
        push(3, 0, 32);
        push(0, 2, 1, 2, 3, 4, 5); // the depot has 3 4, prev 1 2: loaded was exchanged when it was full
        assertEquals(List.of("0:5", "0:1", "0:2", "0:3", "0:4", "3:32", "3:24", "3:8", "3:16"), ranges(caches));
        assertEquals(5, caches.count(0));
        assertEquals(0, caches.count(1));
        assertEquals(4, caches.count(3));
    }

    @Test
    void aCopyHoldsTheSameAndIsOnItsOwn() {
        push(0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        push(4, 1, 64);
        RangeCaches copy = new RangeCaches(new AllocatorConstants(KernelProfile.V7_1, 3, 2, 1), new TakenBranches());
        copy.push(5, 0, 4096);
        copy.copyFrom(caches);
        assertEquals(ranges(caches), ranges(copy));
        List<String> before = ranges(copy);
        assertEquals(64, caches.get(4, 1, 100));
        push(0, 2, 12);
        assertEquals(before, ranges(copy));
        copy.clear();
        assertEquals(List.of(), ranges(copy));
    }

    @Test
    void aCopyIsMadeAgainFromWhatHasChangedHereOrThere() {
        push(0, 2, 1, 2, 3, 4, 5);
        push(4, 1, 64);
        RangeCaches copy = new RangeCaches(new AllocatorConstants(KernelProfile.V7_1, 3, 2, 1), new TakenBranches());
        copy.copyFrom(caches);
        copy.get(0, 2, 100);
        copy.push(3, 0, 8);
        copy.copyFrom(caches);
        assertEquals(ranges(caches), ranges(copy), "what changed here");
        caches.get(4, 1, 100);
        copy.copyFrom(caches);
        assertEquals(ranges(caches), ranges(copy), "what changed there");
        RangeCaches other = new RangeCaches(new AllocatorConstants(KernelProfile.V7_1, 3, 2, 1), new TakenBranches());
        other.push(5, 1, 32);
        copy.copyFrom(other);
        assertEquals(ranges(other), ranges(copy), "of others");
        copy.copyFrom(caches);
        assertEquals(ranges(caches), ranges(copy), "and of the first ones again");
    }

    @Test
    void theCpuWithFewerRangesComesFirstThenTheOneWithTheLowerPfn() {
        push(1, 0, 10);
        push(1, 1, 20, 30);
        push(1, 2, 12);
        assertTrue(caches.compareCpus(0, 1) < 0);
        assertTrue(caches.compareCpus(1, 0) > 0);
        assertTrue(caches.compareCpus(0, 2) < 0);
        assertTrue(caches.compareCpus(2, 0) > 0);
    }

    @Test
    void theFirstDifferenceDecidesAndPfnsAreUnsigned() {
        push(2, 0, 20, 30);
        push(2, 1, 20, 28);
        push(2, 2, 20, -4);
        assertTrue(caches.compareCpus(0, 1) > 0);
        assertTrue(caches.compareCpus(1, 0) < 0);
        assertTrue(caches.compareCpus(0, 2) < 0);
        caches.clear();
        push(3, 0, 40, 8);
        push(3, 1, 32, 16);
        assertTrue(caches.compareCpus(0, 1) > 0, "the second entries say otherwise");
        push(1, 1, 2);
        assertTrue(caches.compareCpus(0, 1) < 0, "an order below decides");
    }

    @Test
    void cpusThatHoldTheSameAreTheSame() {
        assertEquals(0, caches.compareCpus(0, 1));
        push(4, 1, 16, 48);
        push(4, 2, 16, 48);
        assertEquals(0, caches.compareCpus(1, 2));
    }

    @Test
    void prevIsComparedWithPrev() {
        push(1, 0, 2, 4, 6); // prev 2 4, loaded 6
        push(1, 1, 2, 8, 6);
        assertTrue(caches.compareCpus(0, 1) < 0);
    }

    @Test
    void aMagazineOfADepotMayLeaveFromAnyPlace() {
        push(0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertEquals(3, caches.depotSize(0));
        List<Long> second = List.of(caches.depotPfn(0, 1, 0), caches.depotPfn(0, 1, 1));
        List<Long> third = List.of(caches.depotPfn(0, 2, 0), caches.depotPfn(0, 2, 1));
        caches.dropFromDepot(0, 0);
        assertEquals(2, caches.depotSize(0));
        assertEquals(second, List.of(caches.depotPfn(0, 0, 0), caches.depotPfn(0, 0, 1)));
        assertEquals(third, List.of(caches.depotPfn(0, 1, 0), caches.depotPfn(0, 1, 1)));
        assertEquals(8, caches.count(0));
        caches.dropFromDepot(0, 1);
        assertEquals(second, List.of(caches.depotPfn(0, 0, 0), caches.depotPfn(0, 0, 1)));
        push(0, 0, 11, 12, 13, 14);
        assertEquals(3, caches.depotSize(0));
        List<Long> last = List.of(caches.depotPfn(0, 2, 0), caches.depotPfn(0, 2, 1));
        caches.dropFromDepot(0, 1);
        assertEquals(second, List.of(caches.depotPfn(0, 0, 0), caches.depotPfn(0, 0, 1)));
        assertEquals(last, List.of(caches.depotPfn(0, 1, 0), caches.depotPfn(0, 1, 1)));
    }
}
