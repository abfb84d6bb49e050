package dev.iovacheck.engine.search;

import dev.iovacheck.model.packed.BitWriter;
import java.util.Arrays;

/**
 * The successors of one state, stored one behind the other. They are looked up together: the memory behind one of them is fetched
 * while that of the others is still on its way.
 */
public final class Successors {

    private long[] words = new long[256];
    private int end;
    private int[] starts = new int[32];
    private long[] hashes = new long[32];
    private boolean[] isNew = new boolean[32];
    private int count;

    void clear() {
        count = 0;
        end = 0;
    }

    /** Appends a finished state. */
    public void add(BitWriter state) {
        long[] from = state.words();
        int length = BitWriter.length(from[0]);
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            hashes = Arrays.copyOf(hashes, 2 * count);
            isNew = Arrays.copyOf(isNew, 2 * count);
        }
        if (end + length > words.length) {
            words = Arrays.copyOf(words, 2 * (end + length));
        }
        System.arraycopy(from, 0, words, end, length);
        starts[count] = end;
        hashes[count] = StateStore.hash(words, end, length);
        isNew[count] = false;
        count++;
        end += length;
    }

    public int count() {
        return count;
    }

    /** The words of all of them; {@link #start} tells where one begins. */
    long[] words() {
        return words;
    }

    int start(int index) {
        return starts[index];
    }

    long hash(int index) {
        return hashes[index];
    }

    void setNew(int index) {
        isNew[index] = true;
    }

    /** Whether nobody had stored it before. */
    boolean isNew(int index) {
        return isNew[index];
    }

    /** Whether a successor has exactly these words. */
    public boolean equals(int index, long[] state) {
        int start = starts[index];
        return Arrays.equals(words, start, start + BitWriter.length(words[start]), state, 0, state.length);
    }
}
