package dev.iovacheck.model.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Caches;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The repaired reservation call, rule by rule: what it refuses, what is in its way, what it adds to the tree, and what is left after it
 * was taken back. Pages 1..15 of a lazy domain of two CPUs.
 */
class RepairedCallTest {

    private static final long PAGE = 4096;

    private final Blueprint plan = plan();
    private final MachineState state = new MachineState(plan);
    private final KeptPromises kept = new KeptPromises(plan, state);
    private final DefaultDomain domain = initialised(state.domains[0]);
    private final IovaDomain iova = domain.iova();

    private static Blueprint plan() {
        Configuration configuration = Configurations.of(
                        KernelProfile.V7_1,
                        2,
                        Mechanism.HARDENED,
                        new Exploration(true, true, false, false),
                        List.of(Configurations.device(0, "g", 1, 15, 3, 1, 4)),
                        List.of(
                                Configurations.call(0, 0, 4, 5, Reservation.When.ANY),
                                Configurations.call(1, 0, 6, 7, Reservation.When.ANY)))
                .toBuilder()
                .caches(new Caches(2, 1))
                .iommu(new Iommu(12, new Extent(0, 0xffff_ffffL), true, Iommu.Mode.LAZY))
                .build();
        return new Blueprint(configuration, new int[] {0}, null);
    }

    private static DefaultDomain initialised(DefaultDomain domain) {
        domain.create(GroupType.DMA_FQ, 0);
        domain.iova().init(12, 1);
        return domain;
    }

    private static @Nullable Errno refusal(
            @Nullable DefaultDomain domain, boolean usesDmaIommu, long start, long length) {
        return refusal(domain, usesDmaIommu, start, length, null);
    }

    private static @Nullable Errno refusal(
            @Nullable DefaultDomain domain, boolean usesDmaIommu, long start, long length, @Nullable Defect defect) {
        Outcome outcome = new Outcome();
        boolean admitted = HardenedCall.admits(domain, usesDmaIommu, start, length, defect, outcome);
        assertEquals(!admitted, outcome.kind() == Outcome.Kind.ERROR);
        return outcome.errno();
    }

    /** @return the error for pages {@code first..last}; {@code null} for success */
    private @Nullable Errno reserve(long first, long last) {
        return reserve(first, last, null);
    }

    private @Nullable Errno reserve(long first, long last, @Nullable Defect defect) {
        Outcome outcome = new Outcome();
        HardenedCall.reserve(domain, state.calls, kept, first * PAGE, (last - first + 1) * PAGE, defect, outcome);
        assertEquals(outcome.errno() == null, outcome.kind() == Outcome.Kind.SUCCESS);
        return outcome.errno();
    }

    /** Call 0 (pages 4..5) or 1 (pages 6..7) returned 0. */
    private void promise(int call, long first, long last) {
        assertNull(reserve(first, last));
        state.promised.set(call, true);
    }

    private List<String> nodes() {
        List<String> nodes = new ArrayList<>();
        for (int node = iova.firstNode(); iova.isNode(node) && !iova.isAnchor(node); node = iova.nextNode(node)) {
            nodes.add(iova.nodeLo(node) + ".." + iova.nodeHi(node));
        }
        return nodes;
    }

    // ---- what it refuses before it takes a lock ----

    @Test
    void withoutADefaultDomainThatGovernsDmaThereIsNoDevice() {
        assertNull(refusal(domain, true, PAGE, PAGE));
        assertEquals(Errno.ENODEV, refusal(null, true, PAGE, PAGE));
        assertEquals(Errno.ENODEV, refusal(domain, false, PAGE, PAGE));
        domain.attach(Attachment.USER);
        assertEquals(Errno.ENODEV, refusal(domain, true, PAGE, PAGE));
        domain.attach(Attachment.DEFAULT);
        iova.zero();
        assertEquals(Errno.ENODEV, refusal(domain, true, PAGE, PAGE));
    }

    @Test
    void aRangeOfNothingIsRefused() {
        assertEquals(Errno.EINVAL, refusal(domain, true, 0, 0));
        assertEquals(Errno.EINVAL, refusal(domain, true, PAGE, 0));
        assertNull(refusal(domain, true, 0, 1));
    }

    @Test
    void aRangePastTheLastByteIsRefusedAndOneUpToItIsNot() {
        assertNull(refusal(domain, true, -PAGE, PAGE));
        assertEquals(Errno.EOVERFLOW, refusal(domain, true, -PAGE, PAGE + 1));
        assertNull(refusal(domain, true, -1L, 1));
        assertEquals(Errno.EOVERFLOW, refusal(domain, true, -1L, 2));
        assertNull(refusal(domain, true, 0, -1L));
        assertNull(refusal(domain, true, 1L << 63, 1L << 63));
    }

    @Test
    void lazyModeIsTakenUnlessThatIsThePlantedMistake() {
        assertTrue(domain.isLazy());
        assertNull(refusal(domain, true, PAGE, PAGE));
        assertEquals(Errno.ENODEV, refusal(domain, true, PAGE, PAGE, Defect.LAZY_REFUSED));
        assertNull(refusal(domain, false, PAGE, PAGE, Defect.DMA_OPS_NOT_ASKED));
    }

    // ---- what is in its way ----

    @Test
    void aNodeOfAMappingIsInTheWayWithAllOfIt() {
        assertTrue(iova.allocIova(4, 7, true));
        domain.live().add(4, 0, 1, 0);
        for (long page = 4; page <= 7; page++) {
            assertEquals(Errno.EBUSY, reserve(page, page));
        }
        assertEquals(Errno.EBUSY, reserve(1, 4));
        assertEquals(Errno.EBUSY, reserve(7, 9));
        assertEquals(List.of("4..7"), nodes(), "nothing is grown, nothing added");
        assertNull(reserve(1, 3));
        assertNull(reserve(8, 9));
    }

    /** A promise says whose a node is only as long as no driver holds it. */
    @Test
    void aMappingInsideAReservationIsInTheWay() {
        promise(0, 4, 5);
        assertNull(reserve(4, 5), "the same again");
        domain.live().add(5, 0, 0, 0);
        assertEquals(Errno.EBUSY, reserve(4, 5));
    }

    /** What was in the way is not any more once it is gone: nobody remembers it. */
    @Test
    void whatIsGoneIsNotInTheWay() {
        trimDepot(5, 13);
        iova.advance(state.calls[1].iova);
        assertEquals(0, state.calls[1].heldCount());
        promise(0, 4, 5);
        assertNull(reserve(4, 5), "the worker has freed its magazine");
        domain.live().add(5, 0, 0, 0);
        assertEquals(Errno.EBUSY, reserve(4, 5));
        domain.live().remove(0);
        assertNull(reserve(4, 5), "the mapping was undone");
        iova.freeCpuCachedIovas(1);
        iova.freeIovaFast(1, 5, 1);
        assertEquals(Errno.EBUSY, reserve(4, 5));
        assertEquals(5, iova.allocIovaFast(1, 1, 5, false));
        assertNull(reserve(4, 5), "the cache was emptied");
    }

    @Test
    void aMappingWhoseDomainIsGoneFreesNothingAndIsNotInTheWay() {
        promise(0, 4, 5);
        domain.live().add(5, 0, 0, 0, 0, true, 0);
        assertNull(reserve(4, 5));
    }

    @Test
    void aNodeThatNobodyHoldsIsInTheWayForGood() {
        assertTrue(iova.allocIova(1, 4, true));
        assertEquals(Errno.EBUSY, reserve(4, 5));
        assertEquals(List.of("4..4"), nodes());
    }

    /** The list of reservations says it, so a node is free to be shared only if promises that stand cover all of it. */
    @Test
    void aReservationIsInNobodysWayWhileItStands() {
        promise(0, 4, 5);
        assertNull(reserve(5, 6));
        assertEquals(List.of("4..5", "6..6"), nodes());
        assertEquals(Errno.EBUSY, reserve(6, 7), "page 6 was promised to nobody who is on the list");
        state.promised.set(1, true);
        assertNull(reserve(6, 7));
        state.promised.set(0, false);
        assertEquals(Errno.EBUSY, reserve(4, 4));
    }

    @Test
    void twoReservationsSideBySideCoverANodeOverBoth() {
        assertTrue(iova.allocIova(4, 7, true));
        assertEquals("[4..7]", nodes().toString());
        state.promised.set(0, true);
        assertEquals(Errno.EBUSY, reserve(4, 5), "pages 6 and 7 of the node are nobody's");
        state.promised.set(1, true);
        assertNull(reserve(4, 5));
        state.promised.set(0, false);
        assertEquals(Errno.EBUSY, reserve(6, 7), "pages 4 and 5 of the node are nobody's");
    }

    @Test
    void aRangeInAFlushQueueIsInTheWay() {
        promise(0, 4, 5);
        domain.queue().publish();
        assertNull(reserve(4, 5), "an empty queue");
        domain.queue().add(1, 5, 1);
        assertEquals(Errno.EBUSY, reserve(4, 4), "in the ring of the last CPU, and inside the node");
        domain.queue().dropFirst(1);
        domain.queue().add(1, 6, 1);
        assertNull(reserve(4, 5), "elsewhere");
    }

    @Test
    void everyEntryOfEveryRingIsLookedAt() {
        promise(0, 4, 5);
        domain.queue().publish();
        domain.queue().add(0, 9, 1);
        assertNull(reserve(4, 5));
        domain.queue().add(1, 4, 1);
        assertEquals(Errno.EBUSY, reserve(4, 5));
    }

    @Test
    void aRangeThatAnotherCpuIsMappingOrUnmappingIsInTheWay() {
        promise(0, 4, 5);
        CallInFlight other = state.calls[1];
        other.begin(Action.Kind.UNMAP, 0, 0);
        assertNull(reserve(4, 5), "it holds nothing yet");
        other.pfn = 5;
        assertEquals(Errno.EBUSY, reserve(4, 5));
        other.pfn = 6;
        assertNull(reserve(4, 5));
        other.pfn = 5;
        other.domain = -1;
        assertNull(reserve(4, 5), "that of another domain");
    }

    @Test
    void aRangeThatLeavesAFlushQueueIsInTheWay() {
        promise(0, 4, 5);
        CallInFlight other = state.calls[1];
        other.begin(Action.Kind.FLUSH_TIMER, -1, 0);
        other.released = 4;
        assertEquals(Errno.EBUSY, reserve(4, 5));
        other.released = 6;
        assertNull(reserve(4, 5));
    }

    @Test
    void aRangeOnItsWayFromADepotToTheTreeIsInTheWay() {
        promise(0, 4, 5);
        trimDepot(9, 13);
        assertNull(reserve(4, 5), "elsewhere");
        state.calls[1].end();
        iova.freeCpuCachedIovas(1);
        trimDepot(9, 5);
        assertEquals(Errno.EBUSY, reserve(4, 5), "the second of two");
    }

    /** CPU 1 has taken a magazine of these two pages out of the depot, to free them. */
    private void trimDepot(long first, long second) {
        for (long page : new long[] {10, 11, first, second, 12}) {
            iova.freeIovaFast(1, page, 1);
        }
        iova.setOnline(0);
        CallInFlight worker = state.calls[1];
        worker.begin(Action.Kind.DEPOT_WORK, -1, 0);
        worker.iova.beginDepotWork(0);
        iova.advance(worker.iova);
        assertEquals(2, worker.heldCount());
        assertEquals(second, worker.heldPfn(1));
    }

    @Test
    void aCachedRangeIsInTheWayUnlessCachesAreForgotten() {
        assertTrue(iova.allocIova(1, 4, true));
        iova.freeIovaFast(1, 4, 1);
        assertEquals(1, iova.cachedCount());
        assertEquals(Errno.EBUSY, reserve(4, 5));
        assertNull(reserve(4, 5, Defect.CACHES_NOT_EMPTIED));
        assertEquals(List.of("4..4", "5..5"), nodes());
    }

    @Test
    void aRangeCachedInsideAReservationIsInTheWay() {
        promise(0, 4, 5);
        iova.freeIovaFast(0, 9, 1);
        assertNull(reserve(4, 5), "elsewhere");
        iova.freeIovaFast(1, 5, 1);
        assertEquals(Errno.EBUSY, reserve(4, 5));
    }

    @Test
    void aClashIsReportedAndNothingChanges() {
        assertTrue(iova.allocIova(1, 5, true));
        assertEquals(Errno.EBUSY, reserve(4, 6));
        assertEquals(List.of("5..5"), nodes());
        assertEquals(Errno.EBUSY, reserve(4, 6, Defect.CLASH_FOUND_TOO_LATE));
        assertEquals(List.of("4..4", "5..5", "6..6"), nodes(), "the mistake: it has reserved first");
        assertNull(reserve(3, 4, Defect.CLASH_NOT_REFUSED));
    }

    // ---- what it adds ----

    @Test
    void itReservesWholePagesThatTheRangeTouches() {
        Outcome outcome = new Outcome();
        HardenedCall.reserve(domain, state.calls, kept, 4 * PAGE + 1, PAGE, null, outcome);
        assertEquals(List.of("4..5"), nodes(), "the last byte is in page 5");
        HardenedCall.reserve(domain, state.calls, kept, 8 * PAGE + 1, PAGE - 1, null, outcome);
        assertEquals(List.of("4..5", "8..8"), nodes());
    }

    @Test
    void itFillsTheGapsAndGrowsNobodysNode() {
        assertTrue(iova.insertReserved(3, 3));
        assertTrue(iova.insertReserved(5, 6));
        assertTrue(iova.insertReserved(9, 9));
        assertTrue(HardenedCall.fillGaps(iova, new Extent(1, 12)));
        assertEquals(List.of("1..2", "3..3", "4..4", "5..6", "7..8", "9..9", "10..12"), nodes());
        assertTrue(HardenedCall.fillGaps(iova, new Extent(2, 11)), "all is covered");
        assertEquals(7, iova.nodeCount());
    }

    @Test
    void whereANodeBeginsOrEndsWithTheRangeNothingIsAddedThere() {
        assertTrue(iova.insertReserved(4, 4));
        assertTrue(iova.insertReserved(7, 7));
        assertTrue(HardenedCall.fillGaps(iova, new Extent(4, 7)));
        assertEquals(List.of("4..4", "5..6", "7..7"), nodes());
        assertTrue(HardenedCall.fillGaps(iova, new Extent(7, 8)));
        assertEquals(List.of("4..4", "5..6", "7..7", "8..8"), nodes());
        assertTrue(HardenedCall.fillGaps(iova, new Extent(2, 4)));
        assertEquals(List.of("2..3", "4..4", "5..6", "7..7", "8..8"), nodes());
    }

    @Test
    void everyGapIsFilled() {
        for (long page = 2; page <= 14; page += 2) {
            assertTrue(iova.insertReserved(page, page));
        }
        assertTrue(HardenedCall.fillGaps(iova, new Extent(1, 15)));
        assertEquals(15, iova.nodeCount());
    }

    @Test
    void withoutMemoryNothingIsAdded() {
        assertTrue(iova.insertReserved(5, 5));
        iova.setMemoryFails(true);
        assertFalse(HardenedCall.fillGaps(iova, new Extent(4, 6)));
        state.promised.set(0, true);
        assertEquals(Errno.ENOMEM, reserve(4, 5));
        assertEquals(List.of("5..5"), nodes());
        assertNull(reserve(5, 5), "nothing is needed");
    }

    // ---- taking it back ----

    @Test
    void takenBackIsEachNodeThatTheRangeTouchesAndNoOther() {
        for (long page = 3; page <= 7; page++) {
            assertTrue(iova.insertReserved(page, page));
        }
        HardenedCall.release(iova, new Extent(4, 6));
        assertEquals(List.of("3..3", "7..7"), nodes());
        HardenedCall.release(iova, new Extent(8, 9));
        assertEquals(List.of("3..3", "7..7"), nodes());
    }

    @Test
    void aNodeThatReachesOutOfTheRangeGoesAsAWhole() {
        assertTrue(iova.insertReserved(2, 4));
        assertTrue(iova.insertReserved(6, 9));
        HardenedCall.release(iova, new Extent(4, 6));
        assertEquals(List.of(), nodes());
        assertTrue(iova.allocIova(8, 15, true));
        assertEquals(8, iova.nodeLo(iova.firstNode()));
    }

    @Test
    void theLastPagesOfTheAddressSpaceAreReservedAndTakenBack() {
        long top = -1L >>> 12;
        assertTrue(HardenedCall.fillGaps(iova, new Extent(top - 1, top)));
        assertEquals(1, iova.nodeCount());
        HardenedCall.release(iova, new Extent(top, top));
        assertEquals(0, iova.nodeCount());
    }
}
