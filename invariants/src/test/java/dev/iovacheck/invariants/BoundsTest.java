package dev.iovacheck.invariants;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** lower-bound and upper-bound on both sides of their edges. A device alone maps one page at the very top of its limit. */
class BoundsTest {

    private static final long PAGE = Question.PAGE;
    private static final OptionalInt NEVER = OptionalInt.empty();

    /** Where windows begin or end: next to nothing, 4 GiB, half of everything, the last granule. */
    static LongStream edges() {
        return LongStream.of(2 * PAGE, 1L << 32, 1L << 63, -PAGE);
    }

    private static Question onePage(long windowFirst, long windowLast, long mask) {
        return new Question().aperture(0, -1L).byteDevice("g", windowFirst, windowLast, mask, 1, 1);
    }

    @ParameterizedTest
    @MethodSource("edges")
    void aMappingMayStartWhereTheWindowStarts(long edge) {
        long mask = edge + (PAGE - 1);
        assertEquals(NEVER, Walk.of("lower-bound", onePage(edge, mask, mask)).shortest());
        assertEquals(
                OptionalInt.of(2),
                Walk.of("lower-bound", onePage(edge + 1, mask, mask)).shortest());
    }

    @ParameterizedTest
    @MethodSource("edges")
    void aMappingMayEndWhereTheWindowEnds(long edge) {
        long mask = edge + (PAGE - 1);
        assertEquals(NEVER, Walk.of("upper-bound", onePage(PAGE, mask, mask)).shortest());
        assertEquals(
                OptionalInt.of(2),
                Walk.of("upper-bound", onePage(PAGE, mask - 1, mask)).shortest());
        assertEquals(
                OptionalInt.of(2),
                Walk.of("upper-bound", onePage(PAGE, edge - 1, mask)).shortest());
    }

    @ParameterizedTest
    @MethodSource("edges")
    void theGranuleThatHoldsTheLastByteOfAMaskIsWithinTheLimit(long edge) {
        // The kernel cuts the mask to granules: up to a granule less one byte above it may be mapped.
        long last = edge + (PAGE - 1);
        assertEquals(NEVER, Walk.of("upper-bound", onePage(PAGE, last, edge)).shortest());
        assertEquals(
                NEVER, Walk.of("upper-bound", onePage(PAGE, last, last - 1)).shortest());
    }

    @ParameterizedTest
    @MethodSource("edges")
    void aLimitIsExceededByTheNextGranule(long edge) {
        // d0 puts the granule at the edge into the cache; d1's mask ends one byte below it, its window does not.
        long last = edge + (PAGE - 1);
        // 6.1, because the depot of 7.1 may grow as far as there are addresses.
        Question question = new Question()
                .kernel(KernelProfile.V6_1)
                .aperture(0, -1L)
                .byteDevice("g", PAGE, last, last, 1, 1)
                .byteDevice("g", PAGE, last, edge - 1, 1, 1);
        assertEquals(NEVER, Walk.of("upper-bound", question).shortest());
        Walk walk = Walk.withDefect("upper-bound", question, Defect.CACHE_IGNORES_LIMIT);
        assertEquals(OptionalInt.of(5), walk.shortest());
        assertEquals(
                "The mapping [0x" + Long.toHexString(edge) + ", 0x" + Long.toHexString(last)
                        + "] of d1 ends above the DMA limit 0x" + Long.toHexString(edge - 1) + " of the device.",
                walk.description());
    }

    @Test
    void allOfTheWindowMayBeUsed() {
        Question everything = new Question().aperture(0, -1L).byteDevice("g", 0, -1L, -1L, 2, 1, 64);
        assertEquals(NEVER, Walk.of("upper-bound", everything).shortest());
        assertEquals(NEVER, Walk.of("lower-bound", everything).shortest());
    }

    @Test
    void startPfnIsABoundOfItsOwn() {
        Question question =
                new Question().aperture(48 * PAGE, 0xffffffffL).byteDevice("g", 0, 56 * PAGE - 1, 56 * PAGE - 1, 1, 16);
        Walk walk = Walk.withDefect("lower-bound", question, Defect.RETRY_WRAPS_TO_ZERO);
        assertEquals(
                "The mapping [0x20000, 0x2ffff] of d0 starts below 0x30000, the domain's start_pfn 0x30.",
                walk.description());
    }
}
