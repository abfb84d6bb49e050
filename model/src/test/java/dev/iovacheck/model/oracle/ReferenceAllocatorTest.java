package dev.iovacheck.model.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.iovacheck.model.oracle.ReferenceAllocator.Crash;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Short histories whose outcome was observed on the real 6.1 allocator (4 KiB granule, start_pfn 1, magazines of 2), and the failing
 * memory, which recordings cannot show.
 */
class ReferenceAllocatorTest {

    private final ReferenceAllocator kernel = new ReferenceAllocator(12, 1, 1, 2, Optional.of(1));

    @Test
    void freeingAMappingTakesTheReservationOverItAway() {
        assertEquals(0xfffc0, alloc(40, 0xfffff));
        kernel.reserveIova(0xfffc3, 0xfffc4);
        assertEquals("[[1048512,1048551]]", tree());
        free(0xfffc0, 40);
        assertEquals("[]", tree());
    }

    @Test
    void aGrownMappingTakesMoreThanItselfAway() {
        assertEquals(0xc0, alloc(40, 0xff));
        assertEquals(Optional.of(new ReferenceRange(0, 0xe7)), kernel.reserveIova(0, 0xc4));
        free(0xc0, 40);
        assertEquals("[]", tree());
        assertEquals(0xff, alloc(1, 0xff));
        assertEquals(0x80, alloc(64, 0xff));
    }

    @Test
    void aFlushTakesTheReservationOverACachedRangeAway() {
        assertEquals(0xff, alloc(1, 0xff));
        free(0xff, 1);
        kernel.reserveIova(0, 0xff);
        assertEquals("[[0,255]]", tree());
        assertEquals(0xc0, alloc(64, 0xff));
        assertEquals(0x80, alloc(64, 0xff));
    }

    @Test
    void anInvertedReservationLetsTwoNodesHaveEqualLo() {
        kernel.reserveIova(0x40, 0x3f);
        assertEquals(0, kernel.warnings());
        kernel.reserveIova(0x40, 0x3f);
        assertEquals(1, kernel.warnings());
        assertEquals(0xc0, alloc(64, 0xff));
        assertEquals(0x80, alloc(64, 0xff));
        assertEquals(0x40, alloc(64, 0xff));
        assertEquals(0, alloc(64, 0xff));
        assertEquals(1, kernel.warnings());
    }

    @Test
    void insertingBelowAnUnlinkedNodeCrashes() {
        kernel.reserveIova(0x40, 0x3f);
        assertEquals(0x40, alloc(64, 0x7f));
        assertEquals(1, kernel.warnings());
        assertEquals("[[64,63]]", tree());
        assertEquals(
                new ReferenceSnapshot.Hint(new ReferenceRange(0x40, 0x7f), false, -1),
                kernel.snapshot().cached32());
        alloc(1, 0x7f);
        assertEquals(Optional.of(Crash.NULL_DEREFERENCE), kernel.crash());
        assertThrows(IllegalStateException.class, () -> kernel.findIova(0));
    }

    @Test
    void aWrappedReservationLetsReservedSpaceOut() {
        kernel.reserveIova(0xfff00, 0xfffff);
        kernel.reserveIova(0xfffffffffffffL, 0);
        assertEquals(0xfffff, alloc(1, 0xfffff));
        assertEquals(0xffff8, alloc(4, 0xfffff));
    }

    @Test
    void aFailedSizeIsRememberedForOtherLimits() {
        assertEquals(0x40, alloc(64, 0x7f));
        assertEquals(0, alloc(64, 0x7f));
        assertEquals(0, alloc(64, 0xfffff));
        assertEquals(0xfffc0, alloc(63, 0xfffff));
        assertEquals(0xfffa0, alloc(32, 0xfffff));
        assertEquals(64, kernel.snapshot().max32AllocSize());
    }

    @Test
    void aLimitBelowTheSizeAdmitsAnyCachedRange() {
        assertEquals(0xffffc, alloc(4, 0xfffff));
        free(0xffffc, 4);
        assertEquals(0xffffc, alloc(4, 2));
    }

    @Test
    void sizesAreRoundedBelow32Only() {
        assertEquals(0xfffe0, alloc(17, 0xfffff));
        assertEquals(0xfff80, alloc(33, 0xfffff));
        assertEquals("[[1048448,1048480],[1048544,1048575]]", tree());
    }

    @Test
    void sizeZeroIsOnePage() {
        assertEquals(0xff, alloc(0, 0xff));
        assertEquals("[[255,255]]", tree());
    }

    @Test
    void aHintOnANodeJustBelowStartPfnMakesTheSearchEndless() {
        ReferenceAllocator hanging = new ReferenceAllocator(12, 1, 1, 2, Optional.of(1));
        hanging.allocIova(1, 0xff, true);
        // Above the mapping in tree order, and its hi is start_pfn - 1.
        hanging.reserveIova(0x100, 0);
        hanging.freeIova(0xff);
        assertEquals(new ReferenceRange(0x100, 0), hanging.snapshot().cached32().range());
        hanging.allocIova(0x400, 0x3ff, true);
        assertEquals(Optional.of(Crash.ENDLESS_SEARCH), hanging.crash());
    }

    @Test
    void withoutMemoryForNodesGrowthStaysAndNothingElseHappens() {
        kernel.allocIova(16, 0x7f, true);
        kernel.nodeMemoryFails(true);
        assertEquals(Optional.empty(), kernel.reserveIova(0x60, 0x8f));
        assertEquals("[[96,127]]", tree());
        assertEquals(Optional.empty(), kernel.allocIova(1, 0xff, true));
        assertEquals(0, alloc(1, 0xff));
        assertEquals(0x100000, kernel.snapshot().max32AllocSize());
        kernel.nodeMemoryFails(false);
        assertEquals(0x5f, alloc(1, 0xff));
    }

    @Test
    void withoutMemoryForMagazinesTheRangeGoesBackToTheTree() {
        long[] pfns = new long[5];
        for (int i = 0; i < pfns.length; i++) {
            pfns[i] = alloc(1, 0xff);
        }
        kernel.magazineMemoryFails(true);
        for (long pfn : pfns) {
            free(pfn, 1);
        }
        assertEquals("[[252,252],[253,253],[254,254],[255,255]]", tree());
        assertEquals(
                List.of(new ReferenceSnapshot.Magazines(0, 0, List.of(0xfdL, 0xfcL), List.of(0xffL, 0xfeL))),
                kernel.snapshot().magazines());
    }

    @Test
    void theNewestMagazineIsTakenFirstAndOnly71HasAWorker() {
        for (Optional<Integer> depotLimit : List.of(Optional.of(2), Optional.<Integer>empty())) {
            ReferenceAllocator shared = new ReferenceAllocator(12, 1, 1, 1, depotLimit);
            for (int i = 0; i < 4; i++) {
                shared.allocIovaFast(0, 1, 0xff, false);
            }
            for (int i = 0; i < 4; i++) {
                shared.freeIovaFast(0, 0xff - i, 1);
            }
            assertEquals(
                    List.of(new ReferenceSnapshot.Depot(0, List.of(List.of(0xfdL), List.of(0xfeL)))),
                    shared.snapshot().depots());
            shared.freeGlobalCachedIovas();
            assertEquals(List.of(), shared.snapshot().depots());
            assertEquals(
                    depotLimit.isPresent() ? List.of() : List.of(0),
                    shared.snapshot().workPending());
        }
    }

    @Test
    void aCopyGoesItsOwnWay() {
        kernel.reserveIova(0x40, 0x3f);
        assertEquals(0x40, alloc(64, 0x7f));
        free(0x7e, 1);
        ReferenceSnapshot before = kernel.snapshot();
        ReferenceAllocator copy = kernel.copy();
        assertEquals(before, copy.snapshot());
        copy.reserveIova(0x50, 0x5f);
        assertEquals(0x7e, copy.allocIovaFast(0, 1, 0x7f, true));
        assertEquals(before, kernel.snapshot());
        copy.allocIovaFast(0, 2, 0x7f, true);
        // The hint points at a node that is in no tree, in the copy as in the original.
        assertEquals(Optional.of(Crash.NULL_DEREFERENCE), copy.crash());
        assertEquals(Optional.empty(), kernel.crash());
    }

    @Test
    void cpusCanBeRenamed() {
        ReferenceAllocator two = new ReferenceAllocator(12, 1, 2, 1, Optional.empty());
        long pfn = two.allocIovaFast(0, 1, 0xff, true);
        two.freeIovaFast(0, pfn, 1);
        two.cpuDead(1);
        ReferenceAllocator renamed = two.withCpusRenamed(new int[] {1, 0});
        assertEquals(List.of(1), renamed.snapshot().online());
        assertEquals(
                List.of(new ReferenceSnapshot.Magazines(1, 0, List.of(pfn), List.of())),
                renamed.snapshot().magazines());
        assertEquals(two.snapshot(), renamed.withCpusRenamed(new int[] {1, 0}).snapshot());
    }

    @Test
    void aZeroedDomainTakesBytesForPages() {
        ReferenceAllocator zeroed = ReferenceAllocator.zeroed(1);
        zeroed.reserveIova(0, 0x257fffff);
        assertEquals(
                List.of(new ReferenceRange(0, 0x257fffff)), zeroed.snapshot().tree());
        assertEquals(0, zeroed.startPfn());
    }

    @Test
    void countsHowOftenMemoryWasMissing() {
        kernel.nodeMemoryFails(true);
        assertEquals(0, alloc(1, 0xff));
        assertEquals(2, kernel.memoryFailures());
        assertEquals(Optional.empty(), kernel.reserveIova(0, 1));
        assertEquals(3, kernel.memoryFailures());
    }

    private long alloc(long size, long limitPfn) {
        return kernel.allocIovaFast(0, size, limitPfn, true);
    }

    private void free(long pfn, long size) {
        kernel.freeIovaFast(0, pfn, size);
    }

    private String tree() {
        return kernel.snapshot().tree().toString().replace(" ", "");
    }
}
