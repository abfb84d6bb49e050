package dev.iovacheck.model.packed;

import java.util.Arrays;

/** Writes fields of 1 to 64 bits one after the other into words. Reused for many states; grows when one is larger than all before. */
public final class BitWriter {

    private long[] words = new long[16];
    private int bit;

    /** Starts a new state. */
    public void clear() {
        bit = 0;
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

    /** Words used by what was written; at least 1. */
    public int length() {
        return Math.max(1, (bit + 63) >>> 6);
    }

    /** The words themselves, valid until the next {@link #clear} or {@link #put}. */
    public long[] words() {
        return words;
    }
}
