package dev.iovacheck.model.iova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.iova.IovaCall.Step;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.kernel.TakenBranches;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the steps of a call are, which locks it holds between two of them, and what it holds in its hands. */
class IovaCallTest {

    /** Ranges of 1 and of 4 pfns are cached; nothing else is looked at. */
    private static final int ONES_AND_FOURS = 1 | 1 << 2;

    private final TakenBranches branches = new TakenBranches();

    /** Pages 1 to {@code last} of two CPUs, all taken one by one by CPU 0; then those of the list are freed there, in its order. */
    private IovaDomain domain(KernelProfile kernel, int magazineSize, long last, long... freed) {
        return domain(new AllocatorConstants(kernel, 2, magazineSize, 1), last, freed);
    }

    private IovaDomain domain(AllocatorConstants constants, long last, long... freed) {
        IovaDomain domain = new IovaDomain(constants, IovaDomain.Nodes.SORTED, null, branches);
        domain.init(12, 1);
        domain.setUsedOrders(ONES_AND_FOURS);
        for (long pfn = last; pfn >= 1; pfn--) {
            assertTrue(domain.allocIova(1, pfn, true));
        }
        for (long pfn : freed) {
            domain.freeIovaFast(0, pfn, 1);
        }
        return domain;
    }

    private static IovaCall alloc(int cpu, long size, long limit) {
        IovaCall call = new IovaCall();
        call.beginAlloc(cpu, size, limit, true);
        return call;
    }

    private static IovaCall free(int cpu, long pfn, long size) {
        IovaCall call = new IovaCall();
        call.beginFree(cpu, pfn, size);
        return call;
    }

    private static IovaCall to(Step step, IovaCall call, IovaDomain domain) {
        while (call.step() != step) {
            call.advance(domain);
        }
        return call;
    }

    private static List<String> stepsOf(IovaCall call, IovaDomain domain) {
        List<String> steps = new ArrayList<>();
        while (call.step() != Step.NONE) {
            String place =
                    switch (call.step()) {
                        case EMPTY_MAGAZINE, EMPTY_PREV -> " " + call.cursorCpu() + " " + call.cursorOrder();
                        case EMPTY_DEPOT, EMPTY_DEPOT_ON -> " " + call.cursorOrder();
                        default -> "";
                    };
            steps.add(call.step() + place);
            call.advance(domain);
        }
        return steps;
    }

    // ---- steps ----

    @Test
    void anAllocationThatFindsNothingEmptiesOneMagazineAtATime() {
        IovaDomain domain = domain(KernelProfile.V7_1, 1, 7, 4, 5, 6, 7);
        IovaCall call = alloc(1, 4, 7);
        assertEquals(
                List.of(
                        "CACHE_GET",
                        "TREE_ALLOC",
                        "EMPTY_MAGAZINE 0 0",
                        "EMPTY_PREV 0 0",
                        "EMPTY_MAGAZINE 0 2",
                        "EMPTY_MAGAZINE 1 0",
                        "EMPTY_MAGAZINE 1 2",
                        "EMPTY_DEPOT 0",
                        "EMPTY_DEPOT_ON 0",
                        "EMPTY_DEPOT 2",
                        "TREE_ALLOC_AGAIN"),
                stepsOf(call, domain));
        assertEquals(4, call.pfn());
        assertTrue(branches.has(Branch.FAST_FLUSH_HELPS));
        assertFalse(branches.has(Branch.FAST_FLUSH_DOES_NOT_HELP));
        assertFalse(branches.has(Branch.FAST_TOO_LARGE));
        assertFalse(branches.has(Branch.FAST_FAILS_WITHOUT_FLUSH));
    }

    @Test
    void eachOfThemGivesBackWhatItsMagazineHolds() {
        IovaDomain domain = domain(KernelProfile.V7_1, 1, 7, 4, 5, 6, 7);
        IovaCall call = to(Step.EMPTY_MAGAZINE, alloc(1, 4, 7), domain);
        assertEquals(7, domain.nodeCount());
        call.advance(domain);
        assertEquals(6, domain.nodeCount());
        call.advance(domain);
        assertEquals(5, domain.nodeCount());
        to(Step.EMPTY_DEPOT, call, domain).advance(domain);
        assertEquals(4, domain.nodeCount());
        call.advance(domain);
        assertEquals(3, domain.nodeCount());
    }

    @Test
    void oneMagazineOfACpuIsOneStep() {
        IovaDomain loadedOnly = domain(KernelProfile.V7_1, 2, 3, 3);
        IovaCall call = to(Step.EMPTY_MAGAZINE, alloc(1, 4, 3), loadedOnly);
        call.advance(loadedOnly);
        assertEquals(Step.EMPTY_MAGAZINE, call.step());
        assertEquals(2, loadedOnly.nodeCount());

        // The fourth free exchanges the magazines; what is then taken from loaded leaves prev full alone.
        IovaDomain prevOnly = domain(KernelProfile.V7_1, 1, 3, 3, 2);
        assertEquals(2, prevOnly.allocIovaFast(0, 1, 3, false));
        call = to(Step.EMPTY_MAGAZINE, alloc(1, 4, 3), prevOnly);
        call.advance(prevOnly);
        assertEquals(Step.EMPTY_MAGAZINE, call.step());
        assertEquals(2, prevOnly.nodeCount());
        assertEquals(0, prevOnly.cachedCount());
    }

    @Test
    void whatIsTooLargeForTheCachesGoesPastThem() {
        IovaDomain domain = domain(KernelProfile.V7_1, 1, 7);
        assertEquals("[TREE_ALLOC]", stepsOf(alloc(0, 64, 1 << 20), domain).toString());
        assertTrue(branches.has(Branch.FAST_TOO_LARGE));
        assertEquals("[TREE_FREE]", stepsOf(free(0, 7, 64), domain).toString());
    }

    @Test
    void whoMayNotEmptyCachesFailsAtOnce() {
        IovaDomain domain = domain(KernelProfile.V7_1, 1, 7, 7);
        IovaCall call = new IovaCall();
        call.beginAlloc(1, 4, 7, false);
        assertEquals(List.of("CACHE_GET", "TREE_ALLOC"), stepsOf(call, domain));
        assertEquals(0, call.pfn());
        assertTrue(branches.has(Branch.FAST_FAILS_WITHOUT_FLUSH));
    }

    @Test
    void emptyingMayNotHelp() {
        IovaDomain domain = domain(KernelProfile.V7_1, 1, 7, 7);
        IovaCall call = alloc(1, 4, 7);
        stepsOf(call, domain);
        assertEquals(0, call.pfn());
        assertTrue(branches.has(Branch.FAST_FLUSH_DOES_NOT_HELP));
        assertFalse(branches.has(Branch.FAST_FLUSH_HELPS));
    }

    @Test
    void magazinesOfACpuThatIsOfflineAreLeftToWhoeverTookItOffline() {
        IovaDomain domain = domain(KernelProfile.V7_1, 1, 7, 7);
        domain.setOnline(0b10);
        IovaCall call = alloc(1, 4, 7);
        assertEquals(
                List.of(
                        "CACHE_GET",
                        "TREE_ALLOC",
                        "EMPTY_MAGAZINE 1 0",
                        "EMPTY_MAGAZINE 1 2",
                        "EMPTY_DEPOT 0",
                        "EMPTY_DEPOT 2",
                        "TREE_ALLOC_AGAIN"),
                stepsOf(call, domain));
        call.beginEmptyCpu(domain, 0);
        assertEquals(List.of("EMPTY_MAGAZINE 0 0", "EMPTY_MAGAZINE 0 2"), stepsOf(call, domain));
        assertEquals(0, domain.cachedCount());
    }

    @Test
    void allMagazinesAreThoseOfAllPossibleCpus() {
        IovaDomain domain = domain(KernelProfile.V7_1, 1, 7, 7);
        domain.setOnline(0b10);
        IovaCall call = new IovaCall();
        call.beginEmptyAll(domain);
        assertEquals(
                List.of(
                        "EMPTY_MAGAZINE 0 0",
                        "EMPTY_MAGAZINE 0 2",
                        "EMPTY_MAGAZINE 1 0",
                        "EMPTY_MAGAZINE 1 2",
                        "EMPTY_DEPOT 0",
                        "EMPTY_DEPOT 2"),
                stepsOf(call, domain));
        assertEquals(0, domain.cachedCount());
    }

    @Test
    void withB05DepotsAreNotEmptied() {
        IovaDomain domain = domain(new AllocatorConstants(KernelProfile.V6_1, 2, 1, 1, Set.of(KernelBug.B05)), 7, 7);
        assertEquals(
                List.of(
                        "CACHE_GET",
                        "TREE_ALLOC",
                        "EMPTY_MAGAZINE 0 0",
                        "EMPTY_MAGAZINE 0 2",
                        "EMPTY_MAGAZINE 1 0",
                        "EMPTY_MAGAZINE 1 2",
                        "TREE_ALLOC_AGAIN"),
                stepsOf(alloc(1, 4, 7), domain));
    }

    @Test
    void withB07TheNodeIsFoundAndErasedUnderTwoHoldsOfTheLock() {
        IovaDomain domain = domain(new AllocatorConstants(KernelProfile.V6_1, 2, 1, 1, Set.of(KernelBug.B07)), 7);
        IovaCall one = free(0, 7, 64);
        IovaCall other = free(1, 7, 64);
        one.advance(domain);
        assertEquals(Step.TREE_ERASE, one.step());
        assertEquals(7, domain.nodeCount());
        other.advance(domain);
        other.advance(domain);
        assertEquals(Step.NONE, other.step());
        assertEquals(6, domain.nodeCount());
        assertFalse(domain.crashed());
        one.advance(domain);
        assertTrue(domain.crashed());
        assertEquals(Step.NONE, one.step());

        IovaDomain found = domain(new AllocatorConstants(KernelProfile.V6_1, 2, 1, 1, Set.of(KernelBug.B07)), 7);
        assertEquals("[TREE_FREE]", stepsOf(free(0, 9, 64), found).toString(), "nothing is found");
    }

    // ---- locks ----

    @Test
    void whoeverNeedsTheMagazinesOfACpuWaitsWhileTheyAreEmptied() {
        IovaDomain domain = domain(KernelProfile.V7_1, 1, 7, 6, 7);
        IovaCall emptying = to(Step.EMPTY_MAGAZINE, alloc(1, 4, 7), domain);
        assertFalse(alloc(0, 1, 7).waitsFor(emptying, domain), "the lock is not taken yet");
        emptying.advance(domain);
        assertEquals(Step.EMPTY_PREV, emptying.step());
        assertTrue(alloc(0, 1, 7).waitsFor(emptying, domain));
        assertTrue(free(0, 5, 1).waitsFor(emptying, domain));
        assertTrue(emptying(0, domain).waitsFor(emptying, domain));
        assertFalse(alloc(1, 1, 7).waitsFor(emptying, domain), "another CPU's");
        assertFalse(free(1, 5, 1).waitsFor(emptying, domain), "another CPU's");
        assertFalse(emptying(1, domain).waitsFor(emptying, domain), "another CPU's");
        assertFalse(alloc(0, 4, 7).waitsFor(emptying, domain), "another size class");
        assertFalse(free(0, 4, 4).waitsFor(emptying, domain), "another size class");
        assertFalse(alloc(0, 64, 7).waitsFor(emptying, domain), "no magazine at all");
        IovaCall further = emptying(0, domain);
        further.advance(domain); // as if it had had the lock before: it is at another size class now
        assertFalse(further.waitsFor(emptying, domain), "another size class");
    }

    private static IovaCall emptying(int cpu, IovaDomain domain) {
        IovaCall call = new IovaCall();
        call.beginEmptyCpu(domain, cpu);
        return call;
    }

    @Test
    void whoeverNeedsTheDepotWaitsWhileItIsEmptied() {
        IovaDomain domain = domain(KernelProfile.V7_1, 1, 7, 4, 5, 6, 7);
        IovaCall emptying = depots(domain);
        assertFalse(alloc(1, 1, 7).waitsFor(emptying, domain), "the lock is not taken yet");
        emptying.advance(domain);
        assertEquals(Step.EMPTY_DEPOT_ON, emptying.step());
        assertTrue(alloc(1, 1, 7).waitsFor(emptying, domain), "its magazines are empty");
        assertFalse(alloc(0, 1, 7).waitsFor(emptying, domain), "its magazines are not");
        assertTrue(free(0, 3, 1).waitsFor(emptying, domain), "its magazines are full");
        assertFalse(free(1, 3, 1).waitsFor(emptying, domain), "its magazines are empty");
        assertFalse(alloc(1, 4, 7).waitsFor(emptying, domain), "another size class");
        assertFalse(free(0, 4, 4).waitsFor(emptying, domain), "another size class");
        assertTrue(depots(domain).waitsFor(emptying, domain));
        assertTrue(depotWork(0).waitsFor(emptying, domain));
        assertFalse(depotWork(2).waitsFor(emptying, domain), "another size class");
        assertFalse(emptying(0, domain).waitsFor(emptying, domain), "magazines only");
        assertFalse(alloc(1, 64, 7).waitsFor(emptying, domain), "no cache at all");
    }

    @Test
    void oneOfTwoMagazinesIsEnoughNotToNeedTheDepot() {
        IovaDomain domain = domain(KernelProfile.V7_1, 1, 7, 4, 5, 6, 7);
        domain.freeIovaFast(1, 3, 1);
        IovaCall emptying = depots(domain);
        emptying.advance(domain);
        assertEquals(Step.EMPTY_DEPOT_ON, emptying.step());
        assertFalse(alloc(1, 1, 7).waitsFor(emptying, domain), "loaded holds one");
        assertFalse(free(1, 2, 1).waitsFor(emptying, domain), "prev has room");
        domain.freeIovaFast(1, 2, 1); // exchanges them
        assertEquals(2, domain.allocIovaFast(1, 1, 7, false));
        assertFalse(alloc(1, 1, 7).waitsFor(emptying, domain), "prev holds one");
        assertFalse(free(1, 2, 1).waitsFor(emptying, domain), "loaded has room");
    }

    private static IovaCall depots(IovaDomain domain) {
        IovaCall call = new IovaCall();
        call.beginEmptyDepots(domain);
        return call;
    }

    private static IovaCall depotWork(int order) {
        IovaCall call = new IovaCall();
        call.beginDepotWork(order);
        return call;
    }

    // ---- what it holds ----

    @Test
    void inA61KernelAFullMagazineWithoutRoomInTheDepotIsFreedAfterwards() {
        long[] twentyToOne = new long[20];
        for (int index = 0; index < twentyToOne.length; index++) {
            twentyToOne[index] = 20L - index;
        }
        // Magazines of 5: loaded and prev are full, the depot has one and takes no second.
        IovaDomain domain = domain(KernelProfile.V6_1, 5, 21, twentyToOne);
        IovaCall call = free(0, 21, 1);
        call.beginFree(0, 21, 1);
        call.advance(domain);
        assertEquals(
                Step.FREE_MAGAZINE, call.step(), "20 ranges fill two magazines, the depot, and one that went back");
        assertEquals(5, call.heldCount());
        assertEquals(0, call.heldOrder());
        List<Long> held = held(call);
        assertEquals(5, Set.copyOf(held).size());
        int nodes = domain.nodeCount();

        IovaCall copy = new IovaCall();
        copy.copyFrom(call);
        assertEquals(held, held(copy));
        assertEquals(Step.FREE_MAGAZINE, copy.step());
        IovaDomain sameDomain = new IovaDomain(
                new AllocatorConstants(KernelProfile.V6_1, 2, 5, 1), IovaDomain.Nodes.SORTED, null, branches);
        sameDomain.copyFrom(domain);
        copy.advance(sameDomain);
        assertEquals(0, copy.heldCount());
        assertEquals(nodes - 5, sameDomain.nodeCount());
        assertEquals(nodes, domain.nodeCount());
        assertEquals(5, call.heldCount());
    }

    private static List<Long> held(IovaCall call) {
        List<Long> pfns = new ArrayList<>();
        for (int index = 0; index < call.heldCount(); index++) {
            pfns.add(call.heldPfn(index));
        }
        return pfns;
    }

    @Test
    void theDepotWorkerHoldsTheMagazineItTook() {
        IovaDomain domain = domain(KernelProfile.V7_1, 1, 7);
        domain.setUsedOrders(0b111111);
        for (long pfn = 8; pfn < 8 + 4 * 5; pfn += 4) {
            assertTrue(domain.allocIova(4, pfn + 3, true));
        }
        for (long pfn = 8; pfn < 8 + 4 * 5; pfn += 4) {
            domain.freeIovaFast(0, pfn, 4);
        }
        IovaCall worker = depotWork(2);
        worker.advance(domain);
        assertEquals(Step.DEPOT_FREE, worker.step());
        assertEquals(1, worker.heldCount());
        assertEquals(2, worker.heldOrder());
        assertEquals(2, worker.cursorOrder());
        int nodes = domain.nodeCount();
        worker.advance(domain);
        assertEquals(nodes - 1, domain.nodeCount());
        assertEquals(Step.NONE, worker.step());
        assertEquals(
                Step.NONE, to(Step.NONE, depotWork(2), domain).step(), "two CPUs are online: two magazines may stay");
        assertEquals(nodes - 1, domain.nodeCount());
    }

    @Test
    void aCallThatHasEndedHoldsNothing() {
        IovaDomain domain = domain(KernelProfile.V7_1, 1, 7, 7);
        IovaCall call = alloc(0, 1, 7);
        call.advance(domain);
        assertEquals(7, call.pfn());
        assertEquals(Step.NONE, call.step());
        call.end();
        assertEquals(0, call.pfn());
        assertEquals(Step.NONE, call.step());
        call.beginDepotWork(2);
        call.beginFree(0, 6, 1);
        assertEquals(0, call.cursorOrder());
        call.beginDepotWork(0);
        assertEquals(0, call.pfn());
    }

    @Test
    void whatIsPutIntoAMagazineIsSaidToBe() {
        IovaDomain domain = domain(KernelProfile.V7_1, 1, 7);
        IovaCall call = free(0, 7, 1);
        assertEquals("[CACHE_INSERT]", stepsOf(call, domain).toString());
        assertTrue(branches.has(Branch.FREE_FAST_CACHED));
        assertTrue(domain.isCached(7));
    }
}
