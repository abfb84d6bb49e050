package dev.iovacheck.engine.search;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One part, by hash, of the table in which states are found.
 *
 * <p>Looking up takes no lock. What is found is certain; what is not found may have been added meanwhile, or may be on the move, so that
 * adding, which takes the lock, looks again. The table grows while others look into the old one.
 *
 * <p>Entries lie in the order of the highest bits of their hashes, each at its slot or, where that is taken, as near behind it as
 * possible. So a search ends where a larger hash begins, which is a few entries on however long the stretch without a gap is.
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

    private static final int FEWEST_SLOTS = 64;

    /**
     * Places behind the last slot, for entries that do not find theirs free. The last one stays empty: there a search ends. If they do not
     * suffice the table grows. Only so many states with the same highest bits of the hash would never fit; of as many states as can be
     * numbered, one or two on average have the same.
     */
    private static final int TAIL = 64;

    /** 2^36 halves of words: 256 GiB. What is left for the hash is enough that a state is rarely compared with another in vain. */
    private static final int PLACE_BITS = 36;

    private static final long PLACE_MASK = (1L << PLACE_BITS) - 1;

    private final boolean exact;

    /** The bits that an entry has from the hash. */
    private final long hashMask;

    private final StateLog log;
    private volatile long[] table = new long[FEWEST_SLOTS + TAIL];

    /** The lock and the number of states, which change often. They lie apart from the fields above, which all threads read always. */
    private final int[] size = new int[2 * CACHE_LINE_INTS];

    Shard(Storage storage, StateLog log) {
        this.log = log;
        exact = storage == Storage.EXACT;
        hashMask = exact ? ~PLACE_MASK : ~1;
    }

    // ---- looking up ----

    /** Looks at the entries where a search for a hash begins, so that they come near; what it returns means nothing. */
    long fetchEntries(long hash) {
        long[] entries = table;
        int slot = slot(hash, entries);
        return entries[slot] ^ entries[slot + LINE / 2];
    }

    /**
     * By the highest 28 bits of the hash, which every entry holds: so a table grows without looking at states, and tables need not be
     * powers of two long.
     */
    private static int slot(long hash, long[] entries) {
        return (int) (((hash >>> PLACE_BITS) * (entries.length - TAIL)) >>> (Long.SIZE - PLACE_BITS));
    }

    private static long rankOfHash(long hash) {
        return hash >>> PLACE_BITS;
    }

    /** What entries are ordered by: the highest bits of the hash, for nothing the greatest number. */
    private static long rank(long entry) {
        return (entry - 1) >>> PLACE_BITS; // the lower bits of an entry are never 0
    }

    /** 1 if an entry lies before those of a hash, otherwise 0. */
    private static int isBefore(long entry, long hash) {
        return (int) ((rank(entry) - rankOfHash(hash)) >>> (Long.SIZE - 1));
    }

    /**
     * The first entry that may be the one of a state with this hash, or 0. A fingerprint that lies behind another one with the same
     * highest bits, which is rare, is left to those who add.
     */
    long likelyEntry(long hash) {
        long[] entries = table;
        int slot = slot(hash, entries);
        // No processor can foresee where the search ends. So the first few entries are counted, all of them in any
        // case.
        int before = isBefore(entryAt(entries, slot), hash)
                + isBefore(entryAt(entries, slot + 1), hash)
                + isBefore(entryAt(entries, slot + 2), hash)
                + isBefore(entryAt(entries, slot + 3), hash);
        long entry = entryAt(entries, slot + before);
        for (int at = slot + before + 1; isBefore(entry, hash) != 0; at++) {
            entry = entryAt(entries, at);
        }
        return entry & ~allBitsUnless0((entry ^ hash) & hashMask);
    }

    private static long entryAt(long[] entries, int slot) {
        return (long) ENTRY.getAcquire(entries, slot);
    }

    private static long allBitsUnless0(long value) {
        return (value | -value) >> (Long.SIZE - 1);
    }

    /** The place of the state an entry of exact storage stands for, -1 if for none. */
    static long place(long entry) {
        return (entry & PLACE_MASK) - 1;
    }

    /** Compares the state of an entry with words: 0 if it has just these, anything else if not; with fingerprints, as far as these tell. */
    int difference(long entry, long[] words, int from, int length) {
        return exact ? log.difference(place(entry), words, from, length) : 0;
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
            int slot = find(words, from, length, hash);
            if (slot >= 0) {
                return false;
            }
            insert(entry(hash, tail.append(words, from, length)), ~slot);
            return true;
        }
    }

    /**
     * The slot of the entry of a state; if there is none, the one's complement of the slot where it is to be inserted. For who has the
     * lock, or while nobody adds.
     */
    private int find(long[] words, int from, int length, long hash) {
        long[] entries = table;
        int slot = firstOf(hash, entries);
        for (long entry = entries[slot]; entry != 0 && rank(entry) == rankOfHash(hash); entry = entries[slot]) {
            if (((entry ^ hash) & hashMask) == 0 && difference(entry, words, from, length) == 0) {
                return slot;
            }
            slot++;
        }
        return ~slot;
    }

    /** The slot where the entries of states with a hash begin, or would. */
    private static int firstOf(long hash, long[] entries) {
        int slot = slot(hash, entries);
        while (isBefore(entries[slot], hash) != 0) {
            slot++;
        }
        return slot;
    }

    private long entry(long hash, long place) {
        if (!exact) {
            return hash | 1; // the lowest bits choose the shard, so that this takes nothing away
        }
        if (place >= PLACE_MASK) {
            throw new IllegalStateException("more words than can be numbered");
        }
        return (hash & ~PLACE_MASK) | (place + 1);
    }

    /** Puts an entry at a slot, and what was there, and behind it up to the next gap, one further. */
    private void insert(long inserted, int slot) {
        long[] entries = table;
        int at = slot;
        long moved = entries[at];
        ENTRY.setRelease(entries, at, inserted);
        while (moved != 0) {
            at++;
            long next = entries[at];
            ENTRY.setRelease(entries, at, moved);
            moved = next;
        }
        int larger = size[CACHE_LINE_INTS] + 1;
        SIZE.setOpaque(size, CACHE_LINE_INTS, larger);
        if (larger > (entries.length - TAIL) / 4 * 3 || at == entries.length - 2) {
            grow();
        }
    }

    /** By half; doubling would leave half of it empty, each time. */
    private void grow() {
        int slots = table.length - TAIL;
        long[] larger;
        do {
            slots += slots / 2;
            larger = new long[slots + TAIL];
        } while (!copy(table, larger));
        table = larger;
    }

    /** Whether there is room for all. */
    private static boolean copy(long[] entries, long[] larger) {
        int free = 0;
        for (long entry : entries) {
            int at = Math.max(free, slot(entry, larger));
            larger[at] = entry;
            // Which way this goes cannot be foreseen; so a gap is written too, and written over.
            free = at - (int) allBitsUnless0(entry);
            if (free >= larger.length - 1) {
                return false;
            }
        }
        return true;
    }

    /** Takes a state that is in the log already, and new. */
    void restore(long hash, long place) {
        synchronized (size) {
            insert(entry(hash, place), firstOf(hash, table));
        }
    }

    // ---- numbering ----

    /** How many slots the table has, those of its tail included. */
    int slots() {
        return table.length;
    }

    /** The slot that stands for a state, -1 if there is none; only while nobody adds. */
    int slotOf(long[] words, int from, int length, long hash) {
        return Math.max(-1, find(words, from, length, hash));
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
