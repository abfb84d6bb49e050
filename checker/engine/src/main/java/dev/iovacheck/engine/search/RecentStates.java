package dev.iovacheck.engine.search;

import java.util.Arrays;

/**
 * States that one thread has looked up lately. Half of all successors are among them, because neighbours have neighbours in common; for
 * these neither the table nor the log has to be asked, both far larger than any cache of the processor.
 *
 * <p>A state has one place, by its hash, and replaces what was there. Whole words are compared, so that what is found is certain.
 */
final class RecentStates {

    /** 256 KiB: that fits into the second cache of a processor and leaves room there. */
    private static final int WORDS = 1 << 15;

    /** Longer states are not remembered; there would be too few places for them. */
    private static final int MOST_BITS_OF_LENGTH = 4;

    /** 0 where nothing was remembered yet: no state starts with such a word. */
    private final long[] words = new long[WORDS];

    /** The length of a place is a power of two, as large as the longest state needed so far; this is its logarithm. */
    private int placeBits = 1;

    /**
     * Remembers a state of two words.
     *
     * @return whether it was remembered before
     */
    boolean remember(long first, long second, long hash) {
        int place = place(hash);
        // Which way this goes cannot be predicted; so both words are compared and written, whatever the first one says.
        long difference = (words[place] ^ first) | (words[place + 1] ^ second);
        words[place] = first;
        words[place + 1] = second;
        return difference == 0;
    }

    private int place(long hash) {
        return (int) (hash >>> StateStore.SHARD_BITS) << placeBits & (WORDS - 1);
    }

    /**
     * Remembers a state.
     *
     * @return whether it was remembered before
     */
    boolean remember(long[] state, int from, int length, long hash) {
        if (length > 1 << placeBits && !widen(length)) {
            return false;
        }
        int place = place(hash);
        long difference = 0;
        for (int word = 0; word < length; word++) {
            long wanted = state[from + word];
            difference |= words[place + word] ^ wanted;
            words[place + word] = wanted;
        }
        return difference == 0;
    }

    /** Makes places long enough for a state of this length and forgets all states, if it is not too long. */
    private boolean widen(int length) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(length - 1);
        if (bits > MOST_BITS_OF_LENGTH) {
            return false;
        }
        placeBits = bits;
        Arrays.fill(words, 0);
        return true;
    }
}
