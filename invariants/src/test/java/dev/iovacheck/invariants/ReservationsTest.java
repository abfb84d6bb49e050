package dev.iovacheck.invariants;

import static dev.iovacheck.model.config.Reservation.When.ANY;
import static dev.iovacheck.model.config.Reservation.When.AT_PROBE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.kernel.Defect;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The invariants about reservations, on both sides of their edges. */
class ReservationsTest {

    private static final long PAGE = Question.PAGE;
    private static final OptionalInt NEVER = OptionalInt.empty();

    /** First byte of a granule: next to nothing, 4 GiB, half of everything, the last granule. */
    static LongStream edges() {
        return LongStream.of(2 * PAGE, 1L << 32, 1L << 63, -PAGE);
    }

    /** One device whose mask ends with the granule at the edge, and a call for some bytes. */
    private static Question reserving(long edge, long start, long length) {
        long mask = edge + (PAGE - 1);
        return new Question()
                .posted()
                .aperture(0, -1L)
                .byteDevice("g", PAGE, mask, mask, 1, 1)
                .bytes(0, start, length, ANY);
    }

    // ---- no-reserved-overlap and cache-coherence: the granule is mapped, unmapped, reserved, mapped again ----

    @ParameterizedTest
    @MethodSource("edges")
    void oneReservedByteTakesTheWholeGranule(long edge) {
        for (long start : new long[] {edge, edge + 1, edge + (PAGE - 1)}) {
            assertEquals(
                    OptionalInt.of(5),
                    Walk.of("no-reserved-overlap", reserving(edge, start, 1)).shortest());
            assertEquals(
                    OptionalInt.of(4),
                    Walk.of("cache-coherence", reserving(edge, start, 1)).shortest());
        }
    }

    @ParameterizedTest
    @MethodSource("edges")
    void theByteBelowIsAnotherGranule(long edge) {
        Walk walk = Walk.of("no-reserved-overlap", reserving(edge, edge - 1, 1));
        assertEquals(NEVER, walk.shortest());
        assertTrue(walk.held());
        assertEquals(
                NEVER, Walk.of("cache-coherence", reserving(edge, edge - 1, 1)).shortest());
        assertEquals(
                NEVER,
                Walk.of("reservation-persistence", reserving(edge, edge - 1, 1)).shortest());
    }

    @Test
    void whatWasMappedBeforeThePromiseDoesNotCount() {
        Question question = new Question().posted().device("g", 1, 7, 7, 64, 1).call(0, 1, 7);
        // Seven pages, all live: the call comes last, and there is nothing left to map.
        assertEquals(OptionalInt.of(5), Walk.of("no-reserved-overlap", question).shortest());
    }

    // ---- errno-conformance ----

    @ParameterizedTest
    @MethodSource("edges")
    void aClashIsOneGranuleWide(long edge) {
        assertEquals(
                OptionalInt.of(3),
                Walk.of("errno-conformance", reserving(edge, edge, 1)).shortest());
        assertEquals(
                NEVER,
                Walk.of("errno-conformance", reserving(edge, edge - 1, 1)).shortest());
    }

    @Test
    void theLastByteIsNoWrapAndTheNextOneIs() {
        Question last = new Question().hardened().aperture(0, -1L).device("g", 1, 7, 1, 1);
        assertEquals(
                NEVER,
                Walk.of("errno-conformance", last.bytes(0, -PAGE, PAGE, ANY)).shortest());
        for (long length : new long[] {PAGE + 1, 2 * PAGE, -1L}) {
            Question wraps = new Question().posted().device("g", 1, 7, 1, 1).bytes(0, -PAGE, length, ANY);
            Walk walk = Walk.of("errno-conformance", wraps);
            assertEquals(OptionalInt.of(2), walk.shortest());
            assertTrue(walk.description().contains("-EINVAL or -EOVERFLOW"), walk.description());
        }
        Question whole = new Question().hardened().device("g", 1, 7, 1, 1).bytes(0, 0, -1L, ANY);
        assertEquals(NEVER, Walk.of("errno-conformance", whole).shortest());
    }

    @Test
    void withoutMemoryTheCallSaysSo() {
        Question question = new Question()
                .posted()
                .explore(true, false, false, false)
                .device("g", 1, 7, 1, 1)
                .call(0, 9, 10);
        Walk walk = Walk.of("errno-conformance", question);
        assertEquals(NEVER, walk.shortest(), walk::description);
    }

    @Test
    void aProbeIsJudgedByItsCalls() {
        Question zero = new Question().posted().device("g", 1, 7, 1, 1).bytes(0, 0, 0, AT_PROBE);
        Walk walk = Walk.of("errno-conformance", zero);
        assertEquals(OptionalInt.of(1), walk.shortest());
        assertEquals(
                "The call of d0 with start 0x0 and length 0x0 returned 0; the contract wants -EINVAL, because the length is 0"
                        + " (kernel convention: -EINVAL for an argument without meaning).",
                walk.description());
        Question second = new Question()
                .posted()
                .explore(true, false, false, false)
                .device("g", 1, 7, 1, 1)
                .bytes(0, 0, PAGE, AT_PROBE)
                .bytes(0, 3 * PAGE, PAGE, AT_PROBE);
        assertEquals(NEVER, Walk.of("errno-conformance", second).shortest());
        Question noGroup = new Question()
                .posted()
                .byteDevice(null, PAGE, 8 * PAGE - 1, 8 * PAGE - 1, 1, 1)
                .bytes(0, 0, PAGE, AT_PROBE);
        assertEquals(OptionalInt.of(1), Walk.of("errno-conformance", noGroup).shortest());
    }

    @Test
    void setUpMayFailWithEfault() {
        Question question =
                new Question().aperture(0, 8 * PAGE - 1).device("g", 1, 7, 1, 1).dmaRange(8, 15);
        Walk walk = Walk.of("errno-conformance", question);
        assertEquals(NEVER, walk.shortest());
        assertTrue(walk.held());
    }

    // ---- group-uniform ----

    @Test
    void aGroupOfOneIsNotAskedAbout() {
        assertFalse(
                Walk.of("group-uniform", new Question().device("g", 1, 7, 1, 1).region(5, 6))
                        .held());
        // Two devices, each in a group of its own.
        Question apart = new Question().device("g0", 1, 7, 1, 1).region(5, 6).device("g1", 1, 7, 1, 1);
        assertFalse(Walk.of("group-uniform", apart).held());
    }

    @Test
    void aRegionMayBeCoveredBySeveralOthers() {
        Question question = new Question()
                .device("g", 1, 7, 1, 1)
                .region(3, 4)
                .region(5, 6)
                .device("g", 1, 7, 1, 1)
                .region(3, 6);
        // d0 first covers d1's region; d1 first covers both of d0's.
        Walk walk = Walk.of("group-uniform", question);
        assertEquals(NEVER, walk.shortest());
        assertTrue(walk.held());
        Question gap = new Question()
                .device("g", 1, 7, 1, 1)
                .region(3, 3)
                .region(5, 6)
                .device("g", 1, 7, 1, 1)
                .region(3, 6);
        assertEquals(OptionalInt.of(2), Walk.of("group-uniform", gap).shortest());
    }

    // ---- policy-isolation and satisfiable-window ----

    @ParameterizedTest
    @MethodSource("edges")
    void aHoleMayTouchTheWindowOfASiblingButNotReachIntoIt(long edge) {
        long last = edge + (PAGE - 1);
        assertEquals(
                NEVER, Walk.of("policy-isolation", hole(edge, last, edge - 1)).shortest());
        Walk walk = Walk.of("policy-isolation", hole(edge, last, edge));
        assertEquals(OptionalInt.of(3), walk.shortest());
        assertEquals(
                "The reservation [0x0, 0x" + Long.toHexString(edge) + "] made for d0 takes [0x"
                        + Long.toHexString(edge) + ", 0x" + Long.toHexString(edge)
                        + "] from d1, which could use it.",
                walk.description());
    }

    /** d0 reserves bytes 0 to {@code holeLast}; d1 lives in the same group with a window of its own. */
    private static Question hole(long windowFirst, long windowLast, long holeLast) {
        return new Question()
                .posted()
                .aperture(0, -1L)
                .byteDevice("g", windowLast, windowLast, windowLast, 0, 1)
                .byteDevice("g", windowFirst, windowLast, windowLast, 1, 1)
                .bytes(0, 0, holeLast + 1, ANY);
    }

    @ParameterizedTest
    @MethodSource("edges")
    void aWindowNeedsOneWholeGranule(long edge) {
        long last = edge + (PAGE - 1);
        assertEquals(NEVER, Walk.of("satisfiable-window", alone(edge, last)).shortest());
        assertEquals(
                OptionalInt.of(1),
                Walk.of("satisfiable-window", alone(edge + 1, last)).shortest());
        assertEquals(
                OptionalInt.of(1),
                Walk.of("satisfiable-window", alone(edge, last - 1)).shortest());
        assertEquals(
                OptionalInt.of(2),
                Walk.of("satisfiable-window", alone(edge, last).posted().bytes(0, last, 1, ANY))
                        .shortest());
        assertEquals(
                NEVER,
                Walk.of("satisfiable-window", alone(edge - PAGE, last).posted().bytes(0, last, 1, ANY))
                        .shortest());
    }

    @Test
    void granule0IsNobodysWindow() {
        assertEquals(
                OptionalInt.of(1),
                Walk.of("satisfiable-window", alone(0, PAGE - 1)).shortest());
        assertEquals(
                NEVER, Walk.of("satisfiable-window", alone(0, 2 * PAGE - 1)).shortest());
    }

    @Test
    void everythingReservedLeavesNothing() {
        Question question = alone(0, -1L).posted().bytes(0, 0, 1L << 63, ANY).bytes(0, 1L << 63, 1L << 63, ANY);
        assertEquals(OptionalInt.of(3), Walk.of("satisfiable-window", question).shortest());
    }

    private static Question alone(long windowFirst, long windowLast) {
        return new Question().aperture(0, -1L).byteDevice("g", windowFirst, windowLast, windowLast, 1, 1);
    }

    // ---- no-leak-at-quiescence ----

    @ParameterizedTest
    @MethodSource("edges")
    void aReservedGranuleIsNoLeakHoweverLittleWasAskedFor(long edge) {
        Walk walk = Walk.of("no-leak-at-quiescence", reserving(edge, edge - 1, 1));
        assertEquals(NEVER, walk.shortest());
        assertTrue(walk.held());
    }

    @Test
    void theRegionsOfADeviceThatIsGoneStayAccountedFor() {
        Question question = new Question()
                .explore(false, true, false, false)
                .device("g", 1, 7, 1, 1)
                .region(5, 6)
                .device("g", 1, 7, 1, 1);
        assertEquals(NEVER, Walk.of("no-leak-at-quiescence", question).shortest());
    }

    // ---- natural-alignment ----

    @Test
    void sizesAreAlignedToTheNextPowerOfTwo() {
        Question question = new Question().device("g", 1, 255, 2, 1, 3, 32, 33);
        assertEquals(NEVER, Walk.of("natural-alignment", question).shortest());
        Walk walk = Walk.withDefect("natural-alignment", question, Defect.ALIGNMENT_IGNORED);
        assertEquals(OptionalInt.of(2), walk.shortest());
        assertEquals(
                "The mapping [0xdf000, 0xfffff] of d0 does not start at a multiple of 0x40000.", walk.description());
    }
}
