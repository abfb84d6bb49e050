package dev.iovacheck.model.fq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.model.packed.BitReader;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which ranges the IOTLB may still hold: in when their entries are cleared, out by a flush that was started after that. */
class StaleTranslationsTest {

    private final StaleTranslations stale = new StaleTranslations();

    private static List<String> ranges(StaleTranslations of) {
        List<String> ranges = new ArrayList<>();
        for (int index = 0; index < of.count(); index++) {
            ranges.add(Long.toHexString(of.firstPfn(index)) + ".." + Long.toHexString(of.lastPfn(index)));
        }
        return ranges;
    }

    @Test
    void rangesAreOrderedByAddressAndDisjoint() {
        stale.add(8, 4);
        stale.add(-16, 16);
        stale.add(4, 1);
        stale.add(9, 2);
        stale.add(3, 2);
        stale.add(1, 1);
        assertEquals(
                List.of("1..1", "3..4", "8..8", "9..a", "b..b", "fffffffffffffff0..ffffffffffffffff"), ranges(stale));
    }

    @Test
    void aFlushOfARangeIsForItsGranulesOnly() {
        stale.add(4, 4);
        stale.add(8, 1);
        stale.flushed(5, 2);
        assertEquals(List.of("4..4", "7..7", "8..8"), ranges(stale));
        stale.flushed(8, 2);
        stale.flushed(6, 1);
        assertEquals(List.of("4..4", "7..7"), ranges(stale));
        stale.flushed(1, 9);
        assertEquals(List.of(), ranges(stale));
    }

    @Test
    void aFlushMayTakeTheFrontOfTheLowestRangeOrTheEndOfTheHighest() {
        stale.add(4, 4);
        stale.flushed(3, 2);
        assertEquals(List.of("5..7"), ranges(stale));
        stale.flushed(7, 2);
        assertEquals(List.of("5..6"), ranges(stale));
        stale.flushed(4, 1);
        stale.flushed(7, 1);
        assertEquals(List.of("5..6"), ranges(stale));
    }

    @Test
    void whatIsLeftOfARangeWaitsForTheFlushUnderWay() {
        stale.add(4, 3);
        stale.flushStarts(0);
        stale.add(5, 1);
        stale.flushMade(0);
        assertEquals(List.of("5..5"), ranges(stale));
    }

    @Test
    void aFlushOfEverythingIsForWhatWasThereWhenItStarted() {
        stale.add(4, 1);
        stale.flushStarts(0);
        stale.add(8, 1);
        stale.flushMade(0);
        assertEquals(List.of("8..8"), ranges(stale));
        stale.flushMade(0);
        assertEquals(List.of("8..8"), ranges(stale), "none was started");
    }

    @Test
    void eachCpuMakesAFlushOfItsOwn() {
        stale.flushStarts(1);
        stale.add(4, 1);
        stale.flushStarts(0);
        stale.flushMade(1);
        assertEquals(List.of("4..4"), ranges(stale));
        stale.flushMade(0);
        assertEquals(List.of(), ranges(stale));
    }

    @Test
    void whatIsClearedAgainWaitsForAnotherFlush() {
        stale.add(4, 1);
        stale.flushStarts(0);
        stale.add(4, 1);
        assertEquals(List.of("4..4"), ranges(stale), "once");
        stale.flushMade(0);
        assertEquals(List.of("4..4"), ranges(stale));
    }

    private static long[] words(StaleTranslations of) {
        BitWriter out = new BitWriter();
        out.clear();
        of.write(out, 8, 4, 2);
        return Arrays.copyOf(out.words(), out.finish());
    }

    @Test
    void whatWasThereBeforeIsNotStored() {
        StaleTranslations other = new StaleTranslations();
        for (int pfn = 1; pfn <= 3; pfn++) {
            other.add(pfn, 1);
            other.flushed(pfn, 1);
        }
        other.add(9, 2);
        other.add(12, 2);
        other.flushed(9, 5);
        other.add(4, 1);
        stale.add(4, 1);
        assertArrayEquals(words(stale), words(other));
    }

    @Test
    void itMayHoldAsManyAsThereIsRoomFor() {
        for (int pfn = 1; pfn <= 4; pfn++) {
            stale.add(pfn, 1);
        }
        StaleTranslations copy = new StaleTranslations();
        copy.copyFrom(stale);
        stale.flushStarts(0);
        assertEquals(List.of("1..1", "2..2", "3..3", "4..4"), ranges(stale));
        assertEquals(ranges(stale), ranges(copy));
        words(stale);
        copy.flushed(2, 1);
        assertEquals(List.of("1..1", "3..3", "4..4"), ranges(copy));
        copy.add(2, 1);
        stale.flushMade(0);
        assertEquals(List.of(), ranges(stale));
        assertEquals(4, copy.count());
    }

    private void fill() {
        for (int pfn = 9; pfn > 0; pfn--) {
            stale.add(2L * pfn, 1 + pfn % 2);
        }
        stale.flushStarts(0);
        stale.add(1, 1);
        stale.flushStarts(1);
        stale.add(3, 1);
    }

    @Test
    void aCopyIsEqualAndOnItsOwn() {
        fill();
        StaleTranslations copy = new StaleTranslations();
        copy.copyFrom(stale);
        List<String> before = ranges(stale);
        assertEquals(before, ranges(copy));
        stale.clear();
        assertEquals(List.of(), ranges(stale));
        assertEquals(before, ranges(copy));
        copy.flushMade(0);
        assertEquals(List.of("1..1", "3..3"), ranges(copy));
        copy.flushMade(1);
        assertEquals(List.of("3..3"), ranges(copy));
    }

    @Test
    void aStoredBookComesBackWithTheFlushesUnderWay() {
        fill();
        BitWriter out = new BitWriter();
        out.clear();
        stale.write(out, 8, 4, 2);
        out.finish();
        BitReader in = new BitReader();
        in.start(out.words(), 0);
        StaleTranslations back = new StaleTranslations();
        back.read(in, 8, 4, 2);
        assertEquals(ranges(stale), ranges(back));
        back.flushMade(1);
        assertEquals(List.of("3..3"), ranges(back));
    }
}
