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

    /** The word that is being filled, not yet among the others, and how many of its bits are. */
    private long current;

    private int filled = LENGTH_BITS;

    /** Words that are full. */
    private int full;

    /** Starts a new state. */
    public void clear() {
        filled = LENGTH_BITS;
        current = 0;
        full = 0;
    }

    /**
     * Appends a field.
     *
     * @param width 0..64; nothing is written for 0
     * @throws IllegalArgumentException if the value does not fit: a bound was computed wrongly, and going on would mix up states
     */
    public void put(long value, int width) {
        current |= fitting(value, width) << filled;
        filled += width;
        if (filled >= Long.SIZE) {
            nextWord(value, width);
        }
    }

    /**
     * The value itself, for fields that are put together before they are appended.
     *
     * @param width 0..64
     * @throws IllegalArgumentException if it does not fit
     */
    public static long fitting(long value, int width) {
        if (width < Long.SIZE && value >>> width != 0) {
            throw tooLarge(value, width);
        }
        return value;
    }

    private static IllegalArgumentException tooLarge(long value, int width) {
        return new IllegalArgumentException("0x" + Long.toHexString(value) + " does not fit into " + width + " bits");
    }

    /** Begins a word with what the one before had no room for of a field. */
    private void nextWord(long value, int width) {
        if (full == words.length) {
            words = Arrays.copyOf(words, 2 * words.length);
        }
        words[full++] = current;
        filled -= Long.SIZE;
        current = filled == 0 ? 0 : value >>> (width - filled);
    }

    /** Appends two fields. */
    public void put(long value, int width, long next, int nextWidth) {
        if (width + nextWidth > Long.SIZE || (value >>> width | next >>> nextWidth) != 0) {
            put(value, width);
            put(next, nextWidth);
        } else {
            put(value | next << width, width + nextWidth);
        }
    }

    /** Appends fields of the same width, those of an array from {@code from} to before {@code to}, as many at once as fit into a word. */
    public void put(long[] values, int from, int to, int width) {
        long fields = 0;
        int taken = 0;
        for (int at = from; at < to; at++) {
            if (taken + width > Long.SIZE) {
                put(fields, taken);
                fields = 0;
                taken = 0;
            }
            fields |= fitting(values[at], width) << taken;
            taken += width;
        }
        put(fields, taken);
    }

    /** Appends fields of the same width by turns: the first of one array, the first of the other, the second of one... */
    public void putPairs(long[] values, long[] others, int count, int width) {
        if (2 * width > Long.SIZE) {
            for (int at = 0; at < count; at++) {
                put(values[at], width);
                put(others[at], width);
            }
            return;
        }
        long fields = 0;
        int taken = 0;
        for (int at = 0; at < count; at++) {
            if (taken + 2 * width > Long.SIZE) {
                put(fields, taken);
                fields = 0;
                taken = 0;
            }
            fields |= (fitting(values[at], width) | fitting(others[at], width) << width) << taken;
            taken += 2 * width;
        }
        put(fields, taken);
    }

    /** Appends whether there is a field, and the field if there is: {@code put(there)}, then {@code put(value, width)}. */
    public void putOptional(boolean there, long value, int width) {
        if (!there) {
            put(0, 1);
        } else if (width < Long.SIZE && value >>> width == 0) {
            put(value << 1 | 1, width + 1);
        } else {
            put(1, 1);
            put(value, width);
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
        int length = full + (filled > 0 ? 1 : 0);
        if (length > MAX_WORDS) {
            throw new StateTooLargeException("a state takes " + length + " words; at most 255 can be stored");
        }
        if (full == words.length) {
            words = Arrays.copyOf(words, full + 1);
        }
        words[full] = current;
        words[0] |= length;
        return length;
    }

    /** Words of a stored state that starts with this word. */
    public static int length(long firstWord) {
        return (int) (firstWord & MAX_WORDS);
    }

    /** The words of the state that was finished last, valid until the next one is. */
    public long[] words() {
        return words;
    }
}
