package dev.iovacheck.model.iova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.kernel.TakenBranches;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A mistake planted into the allocator is just that mistake: what it is not about stays right. */
class PlantedDefectsTest {

    private static IovaDomain domain(@Nullable Defect defect) {
        IovaDomain domain = new IovaDomain(
                new AllocatorConstants(KernelProfile.V7_1, 1, 1, 1),
                IovaDomain.Nodes.SORTED,
                defect,
                new TakenBranches());
        domain.init(12, 1);
        return domain;
    }

    /** 32 pages go through the caches, 33 do not. */
    @Test
    void largeRangesStayInTheTreeAndSmallOnesAreCached() {
        for (boolean planted : new boolean[] {false, true}) {
            IovaDomain domain = domain(planted ? Defect.LARGE_RANGES_NOT_FREED : null);
            assertTrue(domain.allocIova(64, 127, true));
            domain.freeIovaFast(0, 64, 64);
            assertEquals(planted ? 1 : 0, domain.nodeCount());
            assertTrue(domain.allocIova(32, 63, true));
            domain.freeIovaFast(0, 32, 32);
            assertEquals(1, domain.cachedCount());
        }
    }

    @Test
    void aSmallRangeThatNoMagazineTakesIsFreedAllTheSame() {
        IovaDomain domain = domain(Defect.LARGE_RANGES_NOT_FREED);
        for (long pfn = 7; pfn >= 5; pfn--) {
            assertTrue(domain.allocIova(1, pfn, true));
        }
        domain.freeIovaFast(0, 7, 1);
        domain.freeIovaFast(0, 6, 1);
        assertEquals(2, domain.cachedCount(), "both magazines are full");
        domain.setMemoryFails(true);
        domain.freeIovaFast(0, 5, 1);
        assertEquals(2, domain.cachedCount());
        assertEquals(2, domain.nodeCount());
    }

    @Test
    void aCacheKeepsWhatItGives() {
        for (boolean planted : new boolean[] {false, true}) {
            IovaDomain domain = domain(planted ? Defect.CACHE_KEEPS_WHAT_IT_GIVES : null);
            assertTrue(domain.allocIova(1, 7, true));
            domain.freeIovaFast(0, 7, 1);
            assertEquals(7, domain.allocIovaFast(0, 1, 7, false));
            assertEquals(planted ? 1 : 0, domain.cachedCount());
        }
    }

    @Test
    void theWorkerOfADepotFreesNothingAndLooksAgain() {
        for (boolean planted : new boolean[] {false, true}) {
            IovaDomain domain = domain(planted ? Defect.DEPOT_WORKER_FREES_NOTHING : null);
            for (long pfn = 7; pfn >= 3; pfn--) {
                assertTrue(domain.allocIova(1, pfn, true));
            }
            for (long pfn = 7; pfn >= 3; pfn--) {
                domain.freeIovaFast(0, pfn, 1);
            }
            assertEquals(3, domain.depotSize(0));
            assertTrue(domain.depotWork(0));
            assertEquals(planted ? 3 : 2, domain.depotSize(0));
            assertEquals(1, domain.pendingDepotWork());
            assertFalse(domain.crashed());
        }
    }
}
