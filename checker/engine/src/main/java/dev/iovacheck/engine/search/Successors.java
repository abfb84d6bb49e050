package dev.iovacheck.engine.search;

import dev.iovacheck.model.packed.BitWriter;
import java.util.Arrays;

/**
 * Successors of one state or of several, stored one behind the other. They are looked up together: the memory behind one of them is fetched
 * while that of the others is still on its way. One that was added lately is not looked up again; so whoever adds states here has all of
 * them stored, or none.
 */
public final class Successors {

    private long[] words = new long[256];
    private int end;
    private int[] starts = new int[256];
    private boolean[] isNew = new boolean[256];

    private final RecentStates recent = new RecentStates();

    // For the store: those that are not among the recent ones, their hashes, and what it has found out about each.
    private int[] asked = new int[256];
    private long[] askedHashes = new long[256];
    private long[] entries = new long[256];
    private int askedCount;

    /** What was looked at only to bring it near: if it went nowhere, the look would be left out. */
    private long[] fetched = new long[256];

    private int count;

    void clear() {
        Arrays.fill(isNew, 0, count, false);
        count = 0;
        end = 0;
        askedCount = 0;
    }

    /** Appends a finished state of two words; the lowest 8 bits of the first say so. */
    public void add(long first, long second) {
        int at = append(2);
        words[at] = first;
        words[at + 1] = second;
        long hash = StateStore.hash(StateStore.mixed(StateStore.mixed(StateStore.HASH_OF_NOTHING, first), second));
        askUnless(recent.remember(first, second, hash), hash);
    }

    /** Appends a finished state. */
    public void add(BitWriter state) {
        long[] from = state.words();
        int length = BitWriter.length(from[0]);
        int at = append(length);
        long mixed = StateStore.HASH_OF_NOTHING;
        for (int index = 0; index < length; index++) {
            long word = from[index];
            words[at + index] = word;
            mixed = StateStore.mixed(mixed, word);
        }
        long hash = StateStore.hash(mixed);
        askUnless(recent.remember(from, 0, length, hash), hash);
    }

    /** The last one is to be looked up, unless it was so lately. */
    private void askUnless(boolean remembered, long hash) {
        asked[askedCount] = count - 1;
        askedHashes[askedCount] = hash;
        askedCount += remembered ? 0 : 1;
    }

    private int append(int length) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            isNew = Arrays.copyOf(isNew, 2 * count);
            asked = Arrays.copyOf(asked, 2 * count);
            askedHashes = Arrays.copyOf(askedHashes, 2 * count);
            entries = Arrays.copyOf(entries, 2 * count);
            fetched = Arrays.copyOf(fetched, 2 * count);
        }
        if (end + length > words.length) {
            words = Arrays.copyOf(words, 2 * (end + length));
        }
        int at = end;
        starts[count] = at;
        count++;
        end += length;
        return at;
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

    int[] asked() {
        return asked;
    }

    long[] askedHashes() {
        return askedHashes;
    }

    int askedCount() {
        return askedCount;
    }

    void setAskedCount(int count) {
        askedCount = count;
    }

    long[] entries() {
        return entries;
    }

    long[] fetched() {
        return fetched;
    }

    void setNew(int index, boolean value) {
        isNew[index] = value;
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
