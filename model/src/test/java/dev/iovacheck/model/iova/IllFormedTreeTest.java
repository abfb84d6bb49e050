package dev.iovacheck.model.iova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.kernel.TakenBranches;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What takes a tree out of order, so that only its shape tells what the kernel does next: a range of nothing, an inverted range, a node
 * that was refused for its equal start, and an anchor that was freed. Nothing else does.
 */
class IllFormedTreeTest {

    private final TakenBranches branches = new TakenBranches();

    private IovaDomain domain(IovaDomain.Nodes nodes) {
        IovaDomain domain = new IovaDomain(new AllocatorConstants(KernelProfile.V7_1, 2, 1, 1), nodes, null, branches);
        domain.init(12, 1);
        return domain;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsTakenReservedAndFreedInOrderLeavesOrder(IovaDomain.Nodes nodes) {
        IovaDomain domain = domain(nodes);
        assertTrue(domain.allocIova(4, 7, true));
        assertTrue(domain.allocIova(1, 7, true));
        assertTrue(domain.reserveIova(9, 9));
        assertTrue(domain.reserveIova(8, 12));
        domain.freeIova(9);
        domain.freeIova(3);
        domain.freeIova(5);
        assertFalse(domain.illFormed());
    }

    @ParameterizedTest
    @EnumSource
    void anInvertedReservation(IovaDomain.Nodes nodes) {
        IovaDomain domain = domain(nodes);
        assertTrue(domain.reserveIova(5, 4));
        assertTrue(domain.illFormed());
        domain.init(12, 1);
        assertFalse(domain.illFormed());
    }

    @ParameterizedTest
    @EnumSource
    void aRangeOfNoPages(IovaDomain.Nodes nodes) {
        IovaDomain domain = domain(nodes);
        assertTrue(domain.allocIova(0, 7, false));
        assertTrue(domain.illFormed());
    }

    /** Nothing keeps anybody from freeing the anchor: the highest pfn finds it. */
    @Test
    void theAnchorThatWasFreed() {
        IovaDomain domain = domain(IovaDomain.Nodes.RED_BLACK);
        domain.freeIova(-1L);
        assertTrue(domain.illFormed());
        assertFalse(domain.crashed());
        assertFalse(domain.allocIova(1, 7, true));
        assertTrue(domain.crashed(), "there is nothing to begin a search at");
    }

    /** The hint then points at a node that is in no tree, and the next range is to be hung below it. */
    @Test
    void aRefusedNodeBecomesAHintAndTheNextRequestCrashes() {
        IovaDomain domain = domain(IovaDomain.Nodes.RED_BLACK);
        assertTrue(domain.allocIova(0, 7, false));
        assertFalse(branches.has(Branch.INSERT_EQUAL));
        assertTrue(domain.allocIova(0, 7, false), "the caller does not learn that the node is in no tree");
        assertTrue(branches.has(Branch.INSERT_EQUAL));
        assertEquals(1, domain.warnings());
        assertEquals(1, domain.nodeCount());
        assertFalse(domain.isLinked(domain.cached32Node()));
        assertFalse(domain.allocIova(1, 7, true));
        assertTrue(domain.crashed());
        assertEquals(1, domain.nodeCount());
    }

    @ParameterizedTest
    @EnumSource
    void aReservationThatIsRefusedIsToldAsSuccess(IovaDomain.Nodes nodes) {
        IovaDomain domain = domain(nodes);
        assertTrue(domain.reserveIova(5, 4));
        assertFalse(branches.has(Branch.INSERT_EQUAL));
        assertTrue(domain.reserveIova(5, 4));
        assertTrue(branches.has(Branch.INSERT_EQUAL));
        assertEquals(1, domain.warnings());
    }
}
