package dev.iovacheck.engine.search;

import dev.iovacheck.model.packed.BitWriter;
import java.util.Arrays;

/**
 * All states a search has seen, each stored once with all its words, in the order in which they came. It is visited set and queue in
 * one: the states of a level lie behind those of the level before.
 *
 * <p>Split into shards by hash, so that several threads can add at the same time; a shard's table grows without disturbing the
 * others. A state's words lie in chunks of primitive arrays; a table entry holds where they start and half of the hash.
 */
final class StateStore {

    static final int SHARD_BITS = 6;
    static final int SHARDS = 1 << SHARD_BITS;

    private final Shard[] shards = new Shard[SHARDS];

    @SuppressWarnings("UnusedVariable") // written so that looking ahead is not optimised away
    private long lastGlance;

    StateStore() {
        for (int shard = 0; shard < SHARDS; shard++) {
            shards[shard] = new Shard();
        }
    }

    /**
     * Adds a state if it is new.
     *
     * @return whether it was new
     */
    boolean add(long[] words, int length) {
        long hash = hash(words, 0, length);
        return shardOf(hash).add(words, 0, length, hash);
    }

    /** Adds all successors of a state, and tells them whether they were new. */
    void addAll(Successors successors) {
        long fetched = 0;
        for (int index = 0; index < successors.count(); index++) {
            long hash = successors.hash(index);
            fetched += shardOf(hash).glance(hash);
        }
        lastGlance = fetched;
        long[] words = successors.words();
        for (int index = 0; index < successors.count(); index++) {
            int start = successors.start(index);
            long hash = successors.hash(index);
            if (shardOf(hash).add(words, start, BitWriter.length(words[start]), hash)) {
                successors.setNew(index);
            }
        }
    }

    private Shard shardOf(long hash) {
        return shards[(int) (hash >>> (64 - SHARD_BITS))];
    }

    /** Spreads a state over 64 bits; every word matters for every bit. */
    static long hash(long[] words, int from, int length) {
        long hash = 0x9e3779b97f4a7c15L;
        for (int at = from, end = from + length; at < end; at++) {
            hash ^= words[at];
            hash *= 0xd6e8feb86659fd93L;
            hash ^= hash >>> 32;
        }
        hash *= 0xd6e8feb86659fd93L;
        return hash ^ hash >>> 29;
    }

    Shard shard(int index) {
        return shards[index];
    }

    /** Distinct states. */
    long size() {
        long size = 0;
        for (Shard shard : shards) {
            size += shard.size;
        }
        return size;
    }

    /** Memory that words and tables take, in bytes. */
    long bytes() {
        long bytes = 0;
        for (Shard shard : shards) {
            bytes += shard.bytes;
        }
        return bytes;
    }

    /** The states that start here or later are the next level's. */
    void markLevel() {
        for (Shard shard : shards) {
            shard.markLevel();
        }
    }

    /** One part of the store, with its own table and lock. */
    static final class Shard {

        /** 4 Ki words: 32 KiB. */
        private static final int CHUNK_BITS = 12;

        private static final int CHUNK_WORDS = 1 << CHUNK_BITS;
        private static final long PLACE_MASK = 0xffff_ffffL;

        private long[] table = new long[256];
        private long[][] chunks = new long[4][];
        private int chunkCount;

        /** Where the next state will start, as a word number over all chunks. */
        private long end;

        // Written under the lock, read at any time for progress and limits.
        private volatile int size;
        private volatile long bytes = 256 * 8;
        private long[] levelStarts = new long[16];
        private int levels;

        /** Looks at the slot where a search for the hash begins, without a lock: only to bring it near. */
        private long glance(long hash) {
            long[] slots = table;
            return slots[(int) hash & (slots.length - 1)];
        }

        private synchronized boolean add(long[] words, int from, int length, long hash) {
            int mask = table.length - 1;
            long tag = hash & ~PLACE_MASK;
            int slot = (int) hash & mask;
            while (table[slot] != 0) {
                long entry = table[slot];
                if ((entry & ~PLACE_MASK) == tag && isAt((entry & PLACE_MASK) - 1, words, from, length)) {
                    return false;
                }
                slot = slot + 1 & mask;
            }
            table[slot] = tag | append(words, from, length) + 1;
            int larger = size + 1;
            size = larger;
            if (larger > table.length / 4 * 3) {
                grow();
            }
            return true;
        }

        private boolean isAt(long place, long[] words, int start, int length) {
            long[] chunk = chunks[(int) (place >>> CHUNK_BITS)];
            int from = (int) place & CHUNK_WORDS - 1;
            return chunk[from] == words[start] // the first word says the length, too
                    && Arrays.equals(chunk, from, from + length, words, start, start + length);
        }

        private long append(long[] words, int from, int length) {
            int room = CHUNK_WORDS - ((int) end & CHUNK_WORDS - 1);
            if (length > room && room < CHUNK_WORDS) {
                end += room; // states do not cross chunks; a length of 0 marks the unused rest
            }
            int chunk = (int) (end >>> CHUNK_BITS);
            if (chunk == chunkCount) {
                addChunk();
            }
            System.arraycopy(words, from, chunks[chunk], (int) end & CHUNK_WORDS - 1, length);
            long place = end;
            end += length;
            if (end >= PLACE_MASK) {
                throw new IllegalStateException("a shard is full"); // 32 GiB in one of 64 shards
            }
            return place;
        }

        private void addChunk() {
            if (chunkCount == chunks.length) {
                chunks = Arrays.copyOf(chunks, 2 * chunkCount);
            }
            chunks[chunkCount++] = new long[CHUNK_WORDS];
            useMore(CHUNK_WORDS);
        }

        private void useMore(long words) {
            long more = bytes + 8 * words;
            bytes = more;
        }

        private void grow() {
            long[] larger = new long[2 * table.length];
            int mask = larger.length - 1;
            for (long entry : table) {
                if (entry != 0) {
                    long place = (entry & PLACE_MASK) - 1;
                    long[] chunk = chunks[(int) (place >>> CHUNK_BITS)];
                    int from = (int) place & CHUNK_WORDS - 1;
                    int slot = (int) hash(chunk, from, BitWriter.length(chunk[from])) & mask;
                    while (larger[slot] != 0) {
                        slot = slot + 1 & mask;
                    }
                    larger[slot] = entry;
                }
            }
            useMore(larger.length - table.length);
            table = larger;
        }

        /** How many marks there are. */
        int levels() {
            return levels;
        }

        private void markLevel() {
            if (levels == levelStarts.length) {
                levelStarts = Arrays.copyOf(levelStarts, 2 * levels);
            }
            levelStarts[levels++] = end;
        }

        /** Where the states of a level start; the end of all for a level that has not begun. */
        long levelStart(int level) {
            return level < levels ? levelStarts[level] : end;
        }

        /** The chunk that holds a place. */
        long[] chunk(long place) {
            return chunks[(int) (place >>> CHUNK_BITS)];
        }

        /** The index of a place in its chunk. */
        static int index(long place) {
            return (int) place & CHUNK_WORDS - 1;
        }

        /** The first place of the chunk after the one that holds {@code place}. */
        static long nextChunk(long place) {
            return ((place >>> CHUNK_BITS) + 1) << CHUNK_BITS;
        }
    }
}
