package dev.iovacheck.engine.search;

import static dev.iovacheck.engine.search.StateStoreTest.state;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Packing loses nothing, and a packed state is recognised by all of its bits. */
class PackedStateTest {

    private static final int AT = 3;

    private static int[] packed(long[] words) {
        int halves = PackedState.halves(words, 0, words.length);
        int[] packed = new int[AT + halves];
        PackedState.pack(words, 0, halves, packed, AT);
        assertEquals(halves, PackedState.halves(packed, AT));
        return packed;
    }

    private static boolean is(int[] packed, long[] words) {
        return PackedState.difference(packed, AT, words, 0, words.length) == 0;
    }

    @Test
    void theUpperHalfOfTheLastWordIsLeftOutIfItIsZero() {
        assertEquals(3, PackedState.halves(new long[] {-1L << 8 | 2, 0xffff_ffffL}, 0, 2));
        assertEquals(4, PackedState.halves(new long[] {-1L << 8 | 2, 0x1_0000_0000L}, 0, 2));
        assertEquals(4, PackedState.halves(new long[] {9, -1L << 8 | 2, -1}, 1, 2));
        assertEquals(1, PackedState.halves(new long[] {5 << 8 | 1}, 0, 1));
        assertEquals(2, PackedState.halves(new long[] {1L << 32 | 1}, 0, 1));
    }

    @Test
    void statesOfAnyLengthComeBack() {
        for (int length = 1; length <= 255; length++) {
            for (long last : new long[] {0, 1, 0xffff_ffffL, 0x1_0000_0000L, Long.MIN_VALUE, -1}) {
                long[] words = state(0x8765_4321_0fedL, length);
                if (length > 1) {
                    words[length - 1] = last;
                }
                int[] packed = packed(words);
                long[] back = new long[length];
                PackedState.unpack(packed, AT, packed.length - AT, back);
                assertArrayEquals(words, back);
                assertTrue(is(packed, words));
            }
        }
    }

    @Test
    void everyBitCounts() {
        for (int length : new int[] {1, 2, 3, 127, 128, 255}) {
            for (long number : new long[] {1, -1L >>> 8}) {
                long[] words = state(number, length);
                int[] packed = packed(words);
                for (int bit = 8; bit < length * Long.SIZE; bit++) { // the first 8 are the length
                    long[] other = words.clone();
                    other[bit / Long.SIZE] ^= 1L << bit;
                    assertFalse(is(packed, other), length + " words, bit " + bit);
                }
            }
        }
    }

    @Test
    void statesOfOtherLengthsAreOthers() {
        for (int length = 2; length <= 255; length++) {
            long[] words = state(0, length); // zeros, but for the length
            int[] packed = packed(words);
            long[] shorter = Arrays.copyOf(words, length - 1);
            shorter[0] = length - 1L;
            assertFalse(is(packed, shorter));
            assertFalse(is(Arrays.copyOf(packed(shorter), AT + 600), words));
            assertFalse(is(packed(shorter), words), "at the end of a chunk");
        }
    }

    @Test
    void nothingHasNoHalves() {
        assertEquals(0, PackedState.halves(new int[1], 0));
    }
}
