package dev.iovacheck.engine.search;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One part, by hash, of the table in which states are found.
 *
 * <p>Looking up takes no lock. What is found is certain; what is not found may have been added meanwhile, so that adding, which takes
 * the lock, looks again. The table grows while others look into the old one.
 *
 * <p>An entry is 0 for nothing. With exact storage it holds the highest bits of the hash and where the words start, plus 1; with
 * fingerprints it is the hash.
 */
final class Shard {

    private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle SIZE = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int CACHE_LINE_INTS = 16;

    /** Entries that come from memory together. A search that does not end in the first half of them may go on behind them. */
    private static final int LINE = 8;

    private static final int SMALLEST_TABLE = 64;

    /** 2^36 halves of words: 256 GiB. What is left for the hash is enough that a state is rarely compared with another in vain. */
    private static final int PLACE_BITS = 36;

    private static final long PLACE_MASK = (1L << PLACE_BITS) - 1;

    private final boolean exact;
    private final StateLog log;
    private volatile long[] table = new long[SMALLEST_TABLE];

    /** The lock and the number of states, which change often. They lie apart from the fields above, which all threads read always. */
    private final int[] size = new int[2 * CACHE_LINE_INTS];

    Shard(Storage storage, StateLog log) {
        this.log = log;
        exact = storage == Storage.EXACT;
    }

    // ---- looking up ----

    /** Looks at the entries where a search for a hash begins, so that they come near; what it returns means nothing. */
    long fetchEntries(long hash) {
        long[] entries = table;
        int slot = slot(hash, entries.length);
        return entries[slot] ^ entries[Math.min(slot + LINE / 2, entries.length - 1)];
    }

    /**
     * By the highest 28 bits of the hash, which every entry holds: so a table grows without looking at states, and tables need not be
     * powers of two long.
     */
    private static int slot(long hash, int tableLength) {
        return (int) (((hash >>> PLACE_BITS) * tableLength) >>> (Long.SIZE - PLACE_BITS));
    }

    private static int next(int slot, int tableLength) {
        return slot + 1 == tableLength ? 0 : slot + 1;
    }

    /** The first entry that may be the one of a state with this hash, or 0. */
    long likelyEntry(long hash) {
        long[] entries = table;
        int slot = slot(hash, entries.length);
        long entry = (long) ENTRY.getAcquire(entries, slot);
        while (entry != 0 && !mayBe(entry, hash)) {
            slot = next(slot, entries.length);
            entry = (long) ENTRY.getAcquire(entries, slot);
        }
        return entry;
    }

    private boolean mayBe(long entry, long hash) {
        return exact ? ((entry ^ hash) & ~PLACE_MASK) == 0 : entry == fingerprint(hash);
    }

    /** The place of the state an entry of exact storage stands for, -1 if for none. */
    static long place(long entry) {
        return (entry & PLACE_MASK) - 1;
    }

    /** Compares the state of an entry with words: 0 if it has just these, anything else if not; with fingerprints, as far as these tell. */
    int difference(long entry, long[] words, int from, int length) {
        return exact ? log.difference(place(entry), words, from, length) : 0;
    }

    private static long fingerprint(long hash) {
        return hash == 0 ? 1 : hash;
    }

    // ---- adding ----

    /**
     * Adds a state if it is new.
     *
     * @param tail where its words go
     * @return whether it was new
     */
    boolean add(long[] words, int from, int length, long hash, StateLog.Tail tail) {
        synchronized (size) {
            long[] entries = table;
            int slot = slot(hash, entries.length);
            for (long entry = entries[slot]; entry != 0; entry = entries[slot]) {
                if (mayBe(entry, hash) && difference(entry, words, from, length) == 0) {
                    return false;
                }
                slot = next(slot, entries.length);
            }
            ENTRY.setRelease(entries, slot, entry(hash, tail.append(words, from, length)));
            countOne();
            return true;
        }
    }

    private void countOne() {
        int larger = size[CACHE_LINE_INTS] + 1;
        SIZE.setOpaque(size, CACHE_LINE_INTS, larger);
        int length = table.length;
        if (larger > length / 4 * 3) {
            grow(length + length / 2); // doubling would leave half of it empty, each time
        }
    }

    private long entry(long hash, long place) {
        if (!exact) {
            return fingerprint(hash);
        }
        if (place >= PLACE_MASK) {
            throw new IllegalStateException("more words than can be numbered");
        }
        return (hash & ~PLACE_MASK) | (place + 1);
    }

    private void grow(int length) {
        long[] larger = new long[length];
        for (long entry : table) {
            if (entry != 0) {
                insert(entry, larger);
            }
        }
        table = larger;
    }

    private static void insert(long entry, long[] entries) {
        int slot = slot(entry, entries.length);
        while (entries[slot] != 0) {
            slot = next(slot, entries.length);
        }
        entries[slot] = entry;
    }

    /** Takes a state that is in the log already, and new. */
    void restore(long hash, long place) {
        synchronized (size) {
            insert(entry(hash, place), table);
            countOne();
        }
    }

    // ---- numbering ----

    /** How many slots the table has. */
    int slots() {
        return table.length;
    }

    /** The slot that stands for a state, -1 if there is none; only while nobody adds. */
    int slotOf(long[] words, int from, int length, long hash) {
        long[] entries = table;
        int slot = slot(hash, entries.length);
        for (long entry = entries[slot]; entry != 0; entry = entries[slot]) {
            if (mayBe(entry, hash) && difference(entry, words, from, length) == 0) {
                return slot;
            }
            slot = next(slot, entries.length);
        }
        return -1;
    }

    // ---- what there is ----

    /** Distinct states. */
    int size() {
        return (int) SIZE.getOpaque(size, CACHE_LINE_INTS);
    }

    /** Memory that the table takes, in bytes. */
    long bytes() {
        return (long) table.length * Long.BYTES;
    }
}
