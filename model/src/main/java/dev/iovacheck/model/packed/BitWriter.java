package dev.iovacheck.model.packed;

import java.util.Arrays;

/**
 * Writes fields of 1 to 64 bits one after the other into words. The first 8 bits of the first word tell how many words there are, so
 * that stored states need no length beside them. Reused for many states; grows when one is larger than all before.
 */
public final class BitWriter {

    /** Bits of the length, at the start of the first word. */
    static final int LENGTH_BITS = 8;

    private static final int MAX_WORDS = (1 << LENGTH_BITS) - 1;

    private long[] words = new long[16];
    private int bit = LENGTH_BITS;

    /** Starts a new state. */
    public void clear() {
        bit = LENGTH_BITS;
        words[0] = 0;
    }

    /**
     * Appends a field.
     *
     * @param width 0..64; nothing is written for 0
     * @throws IllegalArgumentException if the value does not fit: a bound was computed wrongly, and going on would mix up states
     */
    public void put(long value, int width) {
        if (width < 64 && value >>> width != 0) {
            throw new IllegalArgumentException(
                    "0x" + Long.toHexString(value) + " does not fit into " + width + " bits");
        }
        if (width == 0) {
            return;
        }
        int word = bit >>> 6;
        int offset = bit & 63;
        words[word] |= value << offset;
        bit += width;
        if (bit >>> 6 != word) {
            if (word + 2 > words.length) {
                words = Arrays.copyOf(words, 2 * words.length);
            }
            words[word + 1] = offset == 0 ? 0 : value >>> (64 - offset);
        }
    }

    public void put(boolean value) {
        put(value ? 1 : 0, 1);
    }

    /**
     * Ends the state: its length is written into it.
     *
     * @return words used by what was written, 1..255
     * @throws StateTooLargeException if it takes more
     */
    public int finish() {
        int length = (bit + 63) >>> 6;
        if (length > MAX_WORDS) {
            throw new StateTooLargeException("a state takes " + length + " words; at most 255 can be stored");
        }
        words[0] = (words[0] & -1L << LENGTH_BITS) | length;
        return length;
    }

    /** Words of a stored state that starts with this word. */
    public static int length(long firstWord) {
        return (int) (firstWord & MAX_WORDS);
    }

    /** The words themselves, valid until the next {@link #clear} or {@link #put}. */
    public long[] words() {
        return words;
    }
}
