package dev.iovacheck.model.fq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.packed.BitReader;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rings, counters and the timer of a flush queue, one method at a time. */
class FlushQueueTest {

    private static final int PFN_BITS = 20;
    private static final int SIZE_BITS = 7;
    private static final int CPUS = 2;

    /** Two rings of three entries. */
    private final FlushQueue queue = active(2, 4);

    private static FlushQueue active(int rings, int ringSize) {
        FlushQueue queue = new FlushQueue(rings, ringSize);
        queue.publish();
        return queue;
    }

    private static List<String> entries(FlushQueue queue, int ring) {
        List<String> entries = new ArrayList<>();
        for (int index = 0; index < queue.size(ring); index++) {
            entries.add(queue.pfn(ring, index) + "+" + queue.pages(ring, index)
                    + (queue.isReleasable(ring, index) ? " may go" : ""));
        }
        return entries;
    }

    private void flush() {
        queue.flushStarts();
        queue.flushFinishes();
    }

    // ---- rings ----

    @Test
    void eachCpuHasARingOfItsOwnOrAllHaveOne() {
        assertEquals(2, queue.rings());
        assertEquals(0, queue.ringOf(0));
        assertEquals(1, queue.ringOf(1));
        FlushQueue single = active(1, 4);
        assertEquals(1, single.rings());
        assertEquals(0, single.ringOf(0));
        assertEquals(0, single.ringOf(1));
    }

    @Test
    void aRingKeepsOnePlaceFree() {
        assertEquals(3, queue.capacity());
        for (int pfn = 1; pfn <= 3; pfn++) {
            assertFalse(queue.isFull(1));
            assertEquals(0, queue.add(1, pfn, 1));
            assertEquals(pfn, queue.size(1));
        }
        assertTrue(queue.isFull(1));
        assertFalse(queue.isFull(0));
        assertEquals(0, queue.size(0));
    }

    @Test
    void entriesLeaveInTheOrderInWhichTheyCame() {
        queue.add(0, 16, 4);
        queue.add(0, 8, 2);
        queue.add(1, 7, 1);
        assertEquals(List.of("16+4", "8+2"), entries(queue, 0));
        queue.dropFirst(0);
        assertEquals(List.of("8+2"), entries(queue, 0));
        assertEquals(List.of("7+1"), entries(queue, 1));
    }

    @Test
    void aRingGoesRound() {
        for (int pfn = 1; pfn <= 11; pfn++) {
            queue.add(1, pfn, pfn);
            assertEquals(List.of(pfn + "+" + pfn), entries(queue, 1));
            queue.dropFirst(1);
        }
        queue.add(1, 12, 1);
        queue.add(1, 13, 1);
        queue.add(1, 14, 1);
        assertTrue(queue.isFull(1));
        assertEquals(List.of("12+1", "13+1", "14+1"), entries(queue, 1));
        queue.dropFirst(1);
        assertFalse(queue.isFull(1));
        assertEquals(2, queue.size(1));
    }

    @Test
    void aRingThatIsFilledUpLooksEmpty() {
        for (int pfn = 1; pfn <= 3; pfn++) {
            queue.add(0, pfn, 1);
        }
        assertEquals(4, queue.add(0, 4, 1), "three and the one that was added");
        assertEquals(0, queue.size(0));
        assertTrue(queue.isEmpty());
    }

    @Test
    void aQueueIsEmptyIfAllRingsAre() {
        assertTrue(queue.isEmpty());
        queue.add(1, 5, 1);
        assertFalse(queue.isEmpty());
        queue.dropFirst(1);
        assertTrue(queue.isEmpty());
        queue.add(0, 5, 1);
        assertFalse(queue.isEmpty());
    }

    // ---- counters ----

    @Test
    void anEntryMayGoAfterAFlushThatWasStartedLater() {
        queue.add(0, 5, 1);
        assertEquals(0, queue.releasable(0, false));
        assertEquals(1, queue.releasable(0, true), "one flush too early");
        queue.flushStarts();
        assertEquals(0, queue.releasable(0, false), "it has not finished");
        assertFalse(queue.isReleasable(0, 0));
        queue.add(0, 6, 1);
        queue.flushFinishes();
        assertEquals(1, queue.releasable(0, false), "the second came while it was under way");
        assertEquals(List.of("5+1 may go", "6+1"), entries(queue, 0));
        flush();
        assertEquals(2, queue.releasable(0, false));
        assertEquals(0, queue.releasable(1, false));
    }

    @Test
    void flushesAreInFlightFromStartToFinish() {
        assertEquals(0, queue.flushesInFlight());
        queue.flushStarts();
        queue.flushStarts();
        assertEquals(2, queue.flushesInFlight());
        queue.flushFinishes();
        assertEquals(1, queue.flushesInFlight());
    }

    @Test
    void theTimerIsOnFromArmingToFiring() {
        assertFalse(queue.isTimerOn());
        queue.armTimer();
        assertTrue(queue.isTimerOn());
        queue.armTimer();
        queue.timerFires();
        assertFalse(queue.isTimerOn());
    }

    @Test
    void nothingIsLeftOfAQueueThatIsCleared() {
        queue.add(0, 5, 1);
        queue.add(1, 6, 1);
        queue.dropFirst(1);
        queue.armTimer();
        queue.flushStarts();
        queue.clear();
        assertFalse(queue.isActive());
        assertFalse(queue.isTimerOn());
        assertTrue(queue.isEmpty());
        assertEquals(0, queue.flushesInFlight());
        queue.publish();
        assertTrue(queue.isActive());
        queue.add(0, 7, 1);
        assertEquals(0, queue.releasable(0, false), "counters begin at 0 again");
        flush();
        assertEquals(1, queue.releasable(0, false));
    }

    // ---- copies and stored states ----

    /** Rings that have gone round, a flush under way, entries before and after its start. */
    private void fill() {
        for (int pfn = 1; pfn <= 3; pfn++) {
            queue.add(1, pfn, 1);
            queue.dropFirst(1);
        }
        queue.add(1, 32, 8);
        flush();
        queue.add(1, 64, 2);
        queue.flushStarts();
        queue.add(1, 66, 1);
        queue.add(0, 100, 4);
        queue.armTimer();
    }

    private static void assertSame(FlushQueue one, FlushQueue other) {
        assertEquals(one.isActive(), other.isActive());
        assertEquals(one.isTimerOn(), other.isTimerOn());
        assertEquals(one.flushesInFlight(), other.flushesInFlight());
        for (int ring = 0; ring < one.rings(); ring++) {
            assertEquals(entries(one, ring), entries(other, ring));
            assertEquals(one.releasable(ring, false), other.releasable(ring, false));
            assertEquals(one.isFull(ring), other.isFull(ring));
        }
        assertArrayEquals(words(one, 0, 1), words(other, 0, 1));
    }

    private static long[] words(FlushQueue queue, int... order) {
        BitWriter out = new BitWriter();
        out.clear();
        queue.write(out, order, PFN_BITS, SIZE_BITS, CPUS);
        return Arrays.copyOf(out.words(), out.finish());
    }

    @Test
    void aCopyIsEqualAndOnItsOwn() {
        FlushQueue copy = new FlushQueue(2, 4);
        copy.copyFrom(new FlushQueue(2, 4));
        assertFalse(copy.isActive());
        fill();
        copy.copyFrom(queue);
        assertSame(queue, copy);
        queue.flushFinishes();
        queue.dropFirst(1);
        queue.timerFires();
        assertEquals(List.of("32+8 may go", "64+2", "66+1"), entries(copy, 1));
        assertTrue(copy.isTimerOn());
        assertEquals(1, copy.flushesInFlight());
        copy.copyFrom(new FlushQueue(2, 4));
        assertFalse(copy.isActive());
        assertTrue(copy.isEmpty());
    }

    @Test
    void aStoredQueueComesBack() {
        fill();
        FlushQueue back = new FlushQueue(2, 4);
        BitReader in = new BitReader();
        in.start(words(queue, 0, 1), 0);
        back.read(in, PFN_BITS, SIZE_BITS, CPUS);
        assertSame(queue, back);
        back.flushFinishes();
        queue.flushFinishes();
        assertSame(queue, back);
    }

    @Test
    void ringsAreWrittenInTheOrderAskedFor() {
        fill();
        FlushQueue exchanged = new FlushQueue(2, 4);
        BitReader in = new BitReader();
        in.start(words(queue, 1, 0), 0);
        exchanged.read(in, PFN_BITS, SIZE_BITS, CPUS);
        assertEquals(entries(queue, 1), entries(exchanged, 0));
        assertEquals(entries(queue, 0), entries(exchanged, 1));
    }

    @Test
    void aRingForAllIsWrittenWhateverTheOrderOfCpus() {
        FlushQueue single = active(1, 4);
        single.add(0, 9, 2);
        assertArrayEquals(words(single, 0, 1), words(single, 1, 0));
    }

    @Test
    void onlyDifferencesOfCountersAreStored() {
        FlushQueue later = active(2, 4);
        for (int flush = 0; flush < 100; flush++) {
            later.flushStarts();
            later.flushFinishes();
        }
        later.add(0, 5, 1);
        queue.add(0, 5, 1);
        assertArrayEquals(words(queue, 0, 1), words(later, 0, 1));
        later.flushStarts();
        assertNotEquals(Arrays.toString(words(queue, 0, 1)), Arrays.toString(words(later, 0, 1)));
        later.flushFinishes();
        later.flushStarts();
        later.flushFinishes();
        flush();
        assertArrayEquals(words(queue, 0, 1), words(later, 0, 1), "it may go, since whenever");
    }
}
