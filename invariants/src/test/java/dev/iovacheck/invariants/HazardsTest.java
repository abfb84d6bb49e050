package dev.iovacheck.invariants;

import static dev.iovacheck.model.config.Reservation.When.ANY;
import static dev.iovacheck.model.config.Reservation.When.AT_PROBE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.packed.BitWriter;
import java.util.OptionalInt;
import java.util.Set;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The known hazards of reserving on a domain in use, each found by the invariant it breaks, in the fewest possible actions. The names
 * in front are those of the case tables that the model was built from.
 */
class HazardsTest {

    private static final long PAGE = Question.PAGE;
    private static final long TOP_PAGE = -PAGE;

    private static void assertShortest(int actions, String id, Question question) {
        Walk walk = Walk.of(id, question);
        assertEquals(OptionalInt.of(actions), walk.shortest(), () -> walk.description() + " " + walk.actions());
    }

    private static void assertNeverViolated(String id, Question question) {
        Walk walk = Walk.of(id, question);
        assertFalse(walk.violated(), () -> walk.description() + " " + walk.actions());
    }

    // ---- a live mapping in the range: S1, S2, L1 to L5 ----

    @Test
    void theReservationGoesWithTheMappingThatCarriesIt() {
        // S1, L2: add, map, reserve below it and into it, unmap. 64 pages are not cached.
        assertShortest(4, "reservation-persistence", live64().call(0, 32, 70));
        // S2, L1: inside the mapping.
        assertShortest(4, "reservation-persistence", live64().call(0, 66, 70));
        // L3: what lies above the mapping is a node of its own, but the part inside goes.
        assertShortest(
                4,
                "reservation-persistence",
                new Question().posted().device("g", 1, 127, 1, 64).call(0, 100, 140));
    }

    @Test
    void aReservationOverSeveralMappingsLosesEachPartWithItsMapping() {
        // L4: gaps are absorbed into the upper neighbour. 32 pages would be cached, 33 are not.
        Question question = new Question().posted().device("g", 1, 255, 2, 33).call(0, 1, 255);
        Step step = start(question);
        take(step, Action.Kind.ADD, 0);
        take(step, Action.Kind.MAP, 33 * PAGE);
        take(step, Action.Kind.MAP, 33 * PAGE);
        take(step, Action.Kind.RESERVE, 0);
        assertEquals(Result.HOLDS, checked("reservation-persistence", step));
        assertEquals(3, step.after().domain(0).iova().nodeCount());
        take(step, Action.Kind.UNMAP, 33 * PAGE);
        assertEquals(2, step.after().domain(0).iova().nodeCount());
        assertEquals(Result.VIOLATED, checked("reservation-persistence", step));
        take(step, Action.Kind.UNMAP, 33 * PAGE);
        assertEquals(1, step.after().domain(0).iova().nodeCount());
        take(step, Action.Kind.MAP, 33 * PAGE);
        assertEquals(Result.VIOLATED, checked("no-reserved-overlap", step));
    }

    @Test
    void aCallThatReturns0OverALiveMappingLies() {
        assertShortest(3, "errno-conformance", live64().call(0, 66, 70));
        assertShortest(3, "errno-conformance", live64().call(0, 32, 64));
        assertShortest(3, "errno-conformance", live64().call(0, 127, 130));
        assertNeverViolated("errno-conformance", live64().call(0, 32, 63));
        assertNeverViolated("errno-conformance", live64().call(0, 128, 130));
    }

    @Test
    void aFreedRangeIsHandedOutAgainInsideTheReservation() {
        // L5: a mapping of one page is cached when it is undone, and comes back as it was.
        Question question = new Question().posted().device("g", 1, 7, 1, 1).call(0, 4, 7);
        assertShortest(5, "no-reserved-overlap", question);
    }

    private static Question live64() {
        return new Question().posted().device("g", 1, 127, 1, 64);
    }

    // ---- a cached range in the reservation: S3, C1, C2 ----

    @Test
    void aCachedRangeInTheReservationIsIncoherent() {
        // S3, C1: add, map, unmap, reserve; or with the reservation before the unmap.
        assertShortest(
                4,
                "cache-coherence",
                new Question().posted().device("g", 1, 7, 1, 1).call(0, 7, 7));
    }

    @Test
    void aFlushOfTheCachesTakesTheReservationAway() {
        // C2: add, map one page, unmap, reserve, map what does not fit.
        assertShortest(
                5,
                "reservation-persistence",
                new Question().posted().device("g", 1, 7, 1, 1, 4).call(0, 1, 7));
    }

    @Test
    void cpuHotplugTakesTheReservationAway() {
        Question question = new Question()
                .posted()
                .cpus(2)
                .explore(false, false, true, false)
                .device("g", 1, 7, 1, 1)
                .call(0, 1, 7);
        // add, map, unmap, reserve, CPU offline
        assertShortest(5, "reservation-persistence", question);
    }

    // ---- zero length: S4, Z1 to Z4 ----

    @Test
    void zeroLengthAt0TakesEverything() {
        Question question = new Question().posted().device("g", 1, 7, 1, 64, 1).bytes(0, 0, 0, ANY);
        assertShortest(2, "errno-conformance", question);
        // Nobody was promised anything, yet the tree is full: add, map, reserve, unmap.
        assertShortest(4, "no-leak-at-quiescence", question);
    }

    @Test
    void zeroLengthElsewhereMakesAnInvertedNode() {
        // Z3
        Question question = new Question().posted().device("g", 1, 7, 1, 1).bytes(0, 5 * PAGE, 0, ANY);
        assertShortest(2, "tree-wellformed", question);
        assertShortest(2, "errno-conformance", question);
        assertShortest(4, "no-leak-at-quiescence", question);
    }

    @Test
    void zeroLengthOnceMoreIsNotEvenLinked() {
        // Z3b: the second node has the same lower end; the kernel warns and reports success.
        Question question = new Question()
                .posted()
                .device("g", 1, 7, 1, 1)
                .bytes(0, 5 * PAGE, 0, ANY)
                .bytes(0, 5 * PAGE, 0, ANY);
        assertShortest(2, "tree-wellformed", question);
    }

    @Test
    void anAllocationAtTheInvertedNodeEndsInAnOops() {
        // Z3c: the range at the inverted node is never linked, the hint points at it, and the next search follows NULL.
        Question question =
                new Question().posted().device("g", 64, 127, 2, 64, 1).bytes(0, 64 * PAGE, 0, ANY);
        Step step = start(question);
        Machine after = step.after();
        take(step, Action.Kind.ADD, 0);
        take(step, Action.Kind.RESERVE, 0);
        take(step, Action.Kind.MAP, 64 * PAGE);
        assertEquals(64 * PAGE, after.outcome().address());
        assertEquals(1, after.outcome().warnings());
        take(step, Action.Kind.MAP, PAGE);
        assertEquals(Outcome.Kind.OOPS, after.outcome().kind());
        StepInvariant errnos = (StepInvariant) Catalogue.byId("errno-conformance");
        assertEquals(Result.VIOLATED, errnos.check(step));
        assertEquals("The last step ended with an oops for d0, which no call may.", errnos.describe(step));
        for (Invariant invariant : Catalogue.all()) {
            if (invariant instanceof StateInvariant ofStates) {
                assertEquals(Result.PREMISE_NOT_MET, ofStates.check(after), invariant.id());
            }
        }
    }

    private static Step start(Question question) {
        return new Step(new Machine(question.build()), new Machine(question.build()));
    }

    private static Result checked(String id, Step step) {
        Invariant invariant = Catalogue.byId(id);
        return invariant instanceof StateInvariant ofStates
                ? ofStates.check(step.after())
                : ((StepInvariant) invariant).check(step);
    }

    /** Makes the first action of this kind and size happen: both machines move on. */
    private static void take(Step step, Action.Kind kind, long size) {
        BitWriter out = new BitWriter();
        step.after().write(out);
        step.before().read(out.words(), 0);
        MutableIntList enabled = IntLists.mutable.empty();
        step.after().enabled(enabled);
        int code = enabled.detectIfNone(
                candidate -> step.before().describe(candidate).kind() == kind
                        && step.before().describe(candidate).size() == size,
                -1);
        assertTrue(code >= 0, () -> "no " + kind + " of " + size);
        step.after().apply(code);
        step.set(code);
    }

    @Test
    void zeroLengthAtAnUnalignedStartTakesAGranule() {
        // Z4
        Question question = new Question().posted().device("g", 1, 7, 1, 1).bytes(0, 5 * PAGE + 1, 0, ANY);
        assertShortest(2, "errno-conformance", question);
        assertNeverViolated("tree-wellformed", question);
        assertShortest(4, "no-leak-at-quiescence", question);
    }

    // ---- wrap: W1, W2 ----

    @Test
    void aRangeThatWrapsIsNotReserved() {
        // W1
        Question question = new Question().posted().device("g", 1, 7, 1, 1).bytes(0, TOP_PAGE, 2 * PAGE, ANY);
        assertShortest(2, "errno-conformance", question);
        assertShortest(2, "tree-wellformed", question);
        assertShortest(2, "reservation-persistence", question);
    }

    @Test
    void aRangeThatWrapsOpensEveryOtherReservation() {
        // W2: the search meets the inverted node first and looks no further down.
        Question question =
                new Question().posted().device("g", 1, 7, 1, 1).call(0, 4, 7).bytes(0, TOP_PAGE, 2 * PAGE, ANY);
        assertShortest(4, "no-reserved-overlap", question);
    }

    // ---- domains: N1, N4, N6 ----

    @Test
    void aDeviceWithoutAGroupIsAnOops() {
        // N1
        Question question = new Question()
                .posted()
                .byteDevice(null, PAGE, 8 * PAGE - 1, 8 * PAGE - 1, 1, 1)
                .call(0, 1, 2);
        assertShortest(2, "errno-conformance", question);
        assertNeverViolated(
                "errno-conformance",
                new Question()
                        .hardened()
                        .byteDevice(null, PAGE, 8 * PAGE - 1, 8 * PAGE - 1, 1, 1)
                        .call(0, 1, 2));
    }

    @Test
    void aLazyDomainIsRefused() {
        // N4, S6
        Question question =
                new Question().posted().lazy().device("g", 1, 7, 1, 1).call(0, 1, 2);
        Walk walk = Walk.of("errno-conformance", question);
        assertEquals(OptionalInt.of(2), walk.shortest());
        assertTrue(walk.description().contains("returned -ENODEV"), walk.description());
        assertNeverViolated(
                "errno-conformance",
                new Question().hardened().lazy().device("g", 1, 7, 1, 1).call(0, 1, 2));
    }

    @Test
    void aLazyDomainIsRefusedInProbe() {
        Question question =
                new Question().posted().lazy().device("g", 1, 7, 1, 1).bytes(0, 0, 2 * PAGE, AT_PROBE);
        assertShortest(1, "errno-conformance", question);
    }

    @Test
    void whatIsReservedBeforeInitialisationIsForgotten() {
        // N6, N7: d0's set-up fails, its call takes bytes for granules; d1 initialises the domain.
        Question question = new Question()
                .posted()
                .aperture(0, 8 * PAGE - 1)
                .device("g", 1, 7, 1, 1)
                .dmaRange(8, 15)
                .device("g", 1, 7, 1, 1)
                .call(0, 1, 2);
        assertShortest(3, "reservation-persistence", question);
        assertShortest(2, "reservation-effective", question);
        assertShortest(2, "errno-conformance", question);
    }

    // ---- groups: B14, S7, G, D1 ----

    @Test
    void onlyTheFirstDeviceOfAGroupReservesItsRegions() {
        // B14
        Question question =
                new Question().device("g", 1, 7, 3, 1).device("g", 1, 7, 1, 1).region(5, 6);
        assertShortest(2, "group-uniform", question);
        // add both in the wrong order, map 7, map 6
        assertShortest(4, "no-reserved-overlap", question);
    }

    @Test
    void aReservationForOneDeviceHitsItsSibling() {
        // G, S7
        Question question = new Question()
                .posted()
                .device("g", 4, 7, 1, 1)
                .device("g", 1, 7, 1, 1)
                .call(0, 1, 3);
        assertShortest(3, "policy-isolation", question);
        // A sibling with the same need loses nothing.
        assertNeverViolated(
                "policy-isolation",
                new Question()
                        .posted()
                        .device("g", 4, 7, 1, 1)
                        .device("g", 4, 7, 1, 1)
                        .call(0, 1, 3)
                        .call(1, 1, 3));
    }

    @Test
    void aReservationOutlivesItsDevice() {
        // D1: d0 reserves, d1 stays when d0 goes. The hardened call is undone with its device.
        assertEquals(Result.VIOLATED, afterRemoval(twoDevicesOneReserving().posted()));
        assertEquals(
                Result.PREMISE_NOT_MET, afterRemoval(twoDevicesOneReserving().hardened()));
    }

    private static Result afterRemoval(Question question) {
        Step step = start(question);
        take(step, Action.Kind.ADD, 0);
        take(step, Action.Kind.ADD, 0);
        take(step, Action.Kind.RESERVE, 0);
        assertEquals(Result.VIOLATED, checked("policy-isolation", step));
        take(step, Action.Kind.REMOVE, 0);
        assertFalse(step.after().isPresent(0));
        return checked("policy-isolation", step);
    }

    private static Question twoDevicesOneReserving() {
        return new Question()
                .explore(false, true, false, false)
                .device("g", 4, 7, 1, 1)
                .device("g", 1, 7, 1, 1)
                .call(0, 1, 3);
    }

    // ---- memory: M ----

    @Test
    void aFailedCallLeavesWhatItHasGrown() {
        // M: add, map, and a reservation that grows the mapping's node before there is no memory for the rest.
        Question question = new Question()
                .posted()
                .explore(true, false, false, false)
                .device("g", 1, 6, 1, 1)
                .call(0, 4, 9);
        assertShortest(3, "atomic-failure", question);
    }

    @Test
    void aRegionThatCouldNotBeReservedIsSilentlyMissing() {
        Question question = new Question()
                .explore(true, false, false, false)
                .device("g", 1, 7, 1, 1)
                .region(5, 6);
        assertShortest(1, "reservation-persistence", question);
    }

    // ---- none of this in a domain that nobody reserves in ----

    /** What firmware reserves without memory is not there, whatever the mechanism: the kernel does not look at the result. */
    private static final Set<String> NEED_MEMORY = Set.of(
            "reservation-persistence",
            "no-reserved-overlap",
            "cache-coherence",
            "space-recoverable",
            "report-equals-enforce");

    /** A CPU that goes offline leaves the depots as they are, and arms no worker. */
    private static final Set<String> NEED_ALL_CPUS = Set.of("depot-shrinks");

    @ParameterizedTest
    @EnumSource(KernelProfile.class)
    void oneDevicePerGroupWithoutReservationsHasNoHazard(KernelProfile kernel) {
        for (String id : Catalogue.ids()) {
            boolean noMemory = !NEED_MEMORY.contains(id);
            assertNeverViolated(
                    id,
                    new Question()
                            .kernel(kernel)
                            .explore(noMemory, true, true, true)
                            .device("g0", 1, 7, 2, 1, 3)
                            .region(3, 3));
            assertNeverViolated(
                    id,
                    new Question()
                            .kernel(kernel)
                            .cpus(2)
                            .explore(false, true, !NEED_ALL_CPUS.contains(id), true)
                            .device("g0", 1, 7, 2, 1));
        }
    }

    @Test
    void theDepotOutlastsACpu() {
        // As many magazines as CPUs: the worker has nothing to do any more when one of them goes.
        Question question =
                new Question().cpus(2).explore(false, false, true, true).device("g0", 1, 7, 2, 1);
        Walk walk = Walk.of("depot-shrinks", question);
        assertTrue(walk.violated());
        assertTrue(walk.description().endsWith("holds 2 magazines, and 1 CPU is online."), walk.description());
    }

    @ParameterizedTest
    @EnumSource(KernelProfile.class)
    void theHardenedCallHasNoHazardOfTheAllocatorEither(KernelProfile kernel) {
        for (String id : Catalogue.ids()) {
            assertNeverViolated(
                    id,
                    new Question()
                            .kernel(kernel)
                            .hardened()
                            .explore(true, true, true, true)
                            .device("g0", 1, 7, 2, 1, 3)
                            .call(0, 1, 2)
                            .bytes(0, 5 * PAGE, 0, ANY)
                            .bytes(0, TOP_PAGE, 2 * PAGE, ANY));
        }
    }

    @Test
    void theHardwareWindowIsNotKeptByTheAllocatorAlone() {
        // Top-down, the third page is the first below page 6.
        assertShortest(4, "lower-bound", new Question().device("g", 6, 7, 3, 1));
        assertShortest(2, "upper-bound", new Question().byteDevice("g", PAGE, 4 * PAGE - 1, 8 * PAGE - 1, 1, 1));
    }
}
