package dev.iovacheck.engine.search;

import dev.iovacheck.model.packed.BitWriter;

/**
 * A state as it lies in the log: the halves of its words, 32 bits each, the lower one first; without the upper half of the last word if
 * that is zero, which saves a quarter of a state of two words. The lowest 8 bits, in which a state has its number of words, hold the
 * number of halves here. If that is too much for 8 bits, they hold {@link #LONG}, the rest of this half is the number of words, and all
 * words follow whole.
 */
final class PackedState {

    private static final int LENGTH_BITS = 8;
    private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;
    private static final int LONG = LENGTH_MASK;
    private static final int MOST_SHORT_WORDS = (LONG - 1) / 2;

    private PackedState() {}

    /** How many halves a state takes, 1..511. */
    static int halves(long[] words, int from, int length) {
        if (length > MOST_SHORT_WORDS) {
            return 1 + 2 * length;
        }
        return 2 * length - (words[from + length - 1] >>> Integer.SIZE == 0 ? 1 : 0);
    }

    /** How many halves the state at {@code at} takes, 1..511, or 0 if that is none. */
    static int halves(int[] packed, int at) {
        int halves = packed[at] & LENGTH_MASK;
        return halves == LONG ? 1 + 2 * (packed[at] >>> LENGTH_BITS) : halves;
    }

    /** @param halves that it takes */
    static void pack(long[] words, int from, int halves, int[] into, int at) {
        int low = at;
        int end = at + halves;
        if (halves > LONG) {
            into[low++] = BitWriter.length(words[from]) << LENGTH_BITS | LONG;
        }
        int first = low;
        for (int word = from; low < end; word++, low += 2) {
            into[low] = (int) words[word];
            if (low + 1 < end) {
                into[low + 1] = (int) (words[word] >>> Integer.SIZE);
            }
        }
        if (halves < LONG) {
            into[first] = first(words[from], halves);
        }
    }

    private static int first(long word, int halves) {
        return ((int) word & ~LENGTH_MASK) | halves;
    }

    /** The opposite. {@code into} has room for it. */
    static void unpack(int[] packed, int at, int halves, long[] into) {
        boolean whole = halves > LONG;
        int end = at + halves;
        int word = 0;
        for (int low = whole ? at + 1 : at; low < end; low += 2) {
            long upper = low + 1 < end ? packed[low + 1] : 0;
            into[word++] = upper << Integer.SIZE | Integer.toUnsignedLong(packed[low]);
        }
        if (!whole) {
            into[0] = (into[0] & ~(long) LENGTH_MASK) | word;
        }
    }

    /**
     * Compares the state at {@code at} with words: 0 if it has just these, anything else if not. A number, because which way a comparison
     * goes decides nothing yet where states are looked up, and a way that is hardly ever taken is costly the first time.
     */
    static int difference(int[] packed, int at, long[] words, int from, int length) {
        int halves = halves(words, from, length);
        if (halves > LONG) {
            return isLong(packed, at, words, from, length) ? 0 : 1;
        }
        if (at + halves > packed.length) {
            return 1; // what lies there is shorter
        }
        // States are a few words long; a call to compare arrays costs more than they do, and so does a loop for the
        // first of them.
        long word = words[from];
        int difference = packed[at] ^ first(word, halves);
        if (halves > 2) {
            difference |= (packed[at + 1] ^ (int) (word >>> Integer.SIZE)) | (packed[at + 2] ^ (int) words[from + 1]);
        }
        for (int half = halves > 2 ? 3 : 1; half < halves; half++) {
            difference |= packed[at + half] ^ (int) (words[from + (half >> 1)] >>> (half << 5));
        }
        return difference;
    }

    private static boolean isLong(int[] packed, int at, long[] words, int from, int length) {
        if (packed[at] != (length << LENGTH_BITS | LONG)) {
            return false;
        }
        for (int half = 0; half < 2 * length; half++) {
            if (packed[at + 1 + half] != (int) (words[from + (half >> 1)] >>> (half << 5))) {
                return false;
            }
        }
        return true;
    }
}
