package dev.iovacheck.model.iova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.kernel.TakenBranches;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a domain tells of itself, and what it offers beyond the kernel's functions, on both forms of the tree. */
class IovaDomainTest {

    private final TakenBranches branches = new TakenBranches();

    /** Pages from {@code start} on. */
    private IovaDomain domain(IovaDomain.Nodes nodes, long start) {
        IovaDomain domain = new IovaDomain(new AllocatorConstants(KernelProfile.V7_1, 2, 1, 1), nodes, null, branches);
        domain.init(12, start);
        return domain;
    }

    @ParameterizedTest
    @EnumSource
    void asksWhetherSomethingWouldFitWithoutTakingIt(IovaDomain.Nodes nodes) {
        IovaDomain domain = domain(nodes, 1);
        assertTrue(domain.wouldFind(4, 7));
        assertTrue(domain.allocIova(4, 7, true));
        assertFalse(domain.wouldFind(4, 7));
        assertTrue(domain.wouldFind(2, 7));
        assertFalse(domain.wouldFind(1, 0));
        assertEquals(1, domain.nodeCount());
        assertTrue(domain.allocIova(1, 3, true));
        assertTrue(domain.wouldFind(1, 2), "the limit is inclusive");
        assertTrue(domain.allocIova(1, 2, true));
        assertFalse(domain.wouldFind(2, 7), "only page 1 is left");
        assertTrue(domain.wouldFind(1, 1));
        domain.freeIova(7);
        assertTrue(domain.wouldFind(4, 7), "above the hint");
        assertFalse(domain.wouldFind(4, 6));
        assertFalse(domain.crashed());
    }

    @ParameterizedTest
    @EnumSource
    void doesNotAskTheHintOfTheLargestFailedRequest(IovaDomain.Nodes nodes) {
        IovaDomain domain = domain(nodes, 1);
        assertFalse(domain.allocIova(8, 7, true));
        assertEquals(8, domain.max32AllocSize());
        assertFalse(domain.allocIova(8, 15, true), "refused, though it would fit");
        assertTrue(branches.has(Branch.SEARCH_REFUSED_EARLY));
        assertTrue(domain.wouldFind(8, 15));
        assertEquals(8, domain.max32AllocSize());
    }

    @ParameterizedTest
    @EnumSource
    void tellsNodesAndWhoHoldsAPfn(IovaDomain.Nodes nodes) {
        IovaDomain domain = domain(nodes, 2);
        assertEquals(2, domain.startPfn());
        assertTrue(domain.allocIova(4, 7, true));
        assertTrue(domain.allocIova(1, 7, true));
        assertEquals(2, domain.nodeCount());
        int node = domain.nodeOf(6);
        assertEquals(4, domain.nodeLo(node));
        assertEquals(7, domain.nodeHi(node));
        assertTrue(domain.isLinked(node));
        assertEquals(3, domain.nodeLo(domain.nodeOf(3)));
        assertEquals(IovaDomain.noNode(), domain.nodeOf(2));
        domain.freeIova(5);
        assertEquals(1, domain.nodeCount());
        assertEquals(IovaDomain.noNode(), domain.nodeOf(6));
    }

    @Test
    void aNodeThatWasErasedIsNotLinked() {
        IovaDomain domain = domain(IovaDomain.Nodes.RED_BLACK, 1);
        assertTrue(domain.allocIova(1, 7, true));
        int node = domain.nodeOf(7);
        assertTrue(domain.isLinked(node));
        domain.freeIova(7);
        assertFalse(domain.isLinked(node));
    }

    @ParameterizedTest
    @EnumSource
    void remembersThatMemoryWasMissing(IovaDomain.Nodes nodes) {
        IovaDomain domain = domain(nodes, 1);
        domain.setMemoryFails(true);
        assertFalse(domain.memoryFailed(), "nobody has asked for any yet");
        assertFalse(domain.allocIova(1, 7, true));
        assertTrue(domain.memoryFailed());
        assertFalse(domain.insertReserved(3, 4));
        assertEquals(0, domain.nodeCount());
        domain.setMemoryFails(false);
        assertFalse(domain.memoryFailed());
        assertTrue(domain.insertReserved(3, 4));
        assertFalse(domain.memoryFailed());
        assertEquals(3, domain.nodeLo(domain.nodeOf(4)));
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhatIsCached(IovaDomain.Nodes nodes) {
        IovaDomain domain = domain(nodes, 1);
        assertEquals(0, domain.cachedCount());
        assertTrue(domain.allocIova(4, 7, true));
        assertTrue(domain.allocIova(1, 3, true));
        domain.freeIovaFast(1, 4, 4);
        domain.freeIovaFast(0, 3, 1);
        assertEquals(2, domain.cachedCount());
        assertEquals(3, domain.cachedPfn(0));
        assertEquals(0, domain.cachedOrder(0));
        assertEquals(4, domain.cachedPfn(1));
        assertEquals(2, domain.cachedOrder(1));
        assertEquals(4, domain.allocIovaFast(1, 3, 7, false), "rounded up, and the limit reaches its end");
        assertNotEquals(3, domain.allocIovaFast(0, 1, 2, false), "above the limit");
    }

    @Test
    void sizeClassesThatNobodyUsesAreLeftOut() {
        IovaDomain domain = domain(IovaDomain.Nodes.SORTED, 1);
        domain.setUsedOrders(1 << 1 | 1 << 4);
        assertEquals(1, domain.nextUsedOrder(0));
        assertEquals(1, domain.nextUsedOrder(1));
        assertEquals(4, domain.nextUsedOrder(2));
        assertEquals(AllocatorConstants.ORDERS, domain.nextUsedOrder(5));
    }

    /** A node that ends before it starts is met again by the next one that starts where it does. */
    @Test
    void anEqualStartIsWarnedOfAndNotLinked() {
        IovaDomain domain = domain(IovaDomain.Nodes.RED_BLACK, 1);
        assertTrue(domain.reserveIova(5, 4));
        assertFalse(branches.has(Branch.INSERT_EQUAL));
        assertTrue(domain.illFormed());
        assertEquals(1, domain.nodeCount());
        assertTrue(domain.reserveIova(5, 4));
        assertTrue(branches.has(Branch.INSERT_EQUAL));
        assertEquals(1, domain.warnings());
        assertEquals(1, domain.nodeCount());
    }

    @ParameterizedTest
    @EnumSource
    void theWorkerOfADepotIsScheduledBySizeClass(IovaDomain.Nodes nodes) {
        IovaDomain domain = domain(nodes, 1);
        for (long first = 2; first < 10; first += 2) {
            assertTrue(domain.allocIova(2, first + 1, true));
        }
        for (long first = 2; first < 8; first += 2) {
            domain.freeIovaFast(0, first, 2);
        }
        assertEquals(1 << 1, domain.pendingDepotWork());
        assertFalse(domain.depotWork(1), "two CPUs, one magazine");
        assertEquals(0, domain.pendingDepotWork());
        assertTrue(branches.has(Branch.DEPOT_WORK_RESTS));
        assertFalse(branches.has(Branch.DEPOT_WORK_TRIMS));
        domain.setOnline(0);
        assertTrue(domain.depotWork(1));
        assertTrue(branches.has(Branch.DEPOT_WORK_TRIMS));
        assertEquals(1 << 1, domain.pendingDepotWork(), "it looks again");
    }

    /** As {@code kzalloc} leaves it: there is no anchor, so that a node can be put in and nothing can be searched. */
    @ParameterizedTest
    @EnumSource
    void aDomainThatNobodyInitialisedTakesReservationsAndCrashesInASearch(IovaDomain.Nodes nodes) {
        IovaDomain domain = new IovaDomain(new AllocatorConstants(KernelProfile.V7_1, 2, 1, 1), nodes, null, branches);
        assertEquals(IovaDomain.noNode(), domain.firstNode());
        assertTrue(domain.reserveIova(5, 6));
        assertEquals(1, domain.nodeCount());
        assertTrue(domain.isNode(domain.firstNode()));
        assertFalse(domain.isAnchor(domain.firstNode()));
        assertEquals(5, domain.nodeLo(domain.firstNode()));
        assertEquals(IovaDomain.noNode(), domain.nextNode(domain.firstNode()));
        assertFalse(domain.allocIova(1, 7, true));
        assertTrue(domain.crashed());
    }

    /** With the bug the search looks below its hint only, so that it matters which one it begins at. */
    @ParameterizedTest
    @EnumSource
    void eachSideOf4GiBHasAHintOfItsOwn(IovaDomain.Nodes nodes) {
        AllocatorConstants buggy = new AllocatorConstants(KernelProfile.V7_1, 1, 1, 1, Set.of(KernelBug.B02));
        IovaDomain domain = new IovaDomain(buggy, nodes, null, branches);
        domain.init(12, 1);
        long limit = (1L << 20) + 7;
        assertTrue(domain.allocIova(1, 3, true));
        assertFalse(domain.wouldFind(4, 7), "the hint is at page 3");
        assertTrue(domain.wouldFind(4, limit));
        assertTrue(domain.wouldFind(1, 7));
        domain.init(12, 1 << 20);
        assertTrue(domain.allocIova(1, limit - 4, true));
        assertFalse(domain.wouldFind(4, limit), "pages 0 to 2 above 4 GiB are not enough, 4 to 7 not looked at");
    }

    @ParameterizedTest
    @EnumSource
    void warningsAreThoseOfTheLastCallOrStep(IovaDomain.Nodes nodes) {
        IovaDomain domain = domain(nodes, 1);
        assertFalse(domain.reserveIova(1L << 60, 1L << 60));
        assertEquals(1, domain.warnings());
        assertTrue(domain.insertReserved(3, 3));
        assertEquals(0, domain.warnings());
        assertFalse(domain.reserveIova(1L << 60, 1L << 60));
        IovaCall call = new IovaCall();
        call.beginAlloc(0, 1, 7, true);
        domain.advance(call);
        assertEquals(0, domain.warnings());
        assertEquals(IovaCall.Step.TREE_ALLOC, call.step(), "nothing is cached");
        domain.advance(call);
        assertEquals(IovaCall.Step.NONE, call.step());
        assertEquals(7, call.pfn());
    }
}
