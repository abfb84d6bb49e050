package dev.iovacheck.engine.search;

import dev.iovacheck.model.packed.BitWriter;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * All states a search has seen, each stored once: their words in a log, and a table to find them.
 *
 * <p>The table is split by hash, so that several threads can add at the same time and a part of it grows without disturbing the others.
 * When memory ends, the oldest words go to a file; the table stays.
 */
final class StateStore implements Closeable {

    static final int SHARD_BITS = 6;
    static final int SHARDS = 1 << SHARD_BITS;

    static final long HASH_OF_NOTHING = 0x9e3779b97f4a7c15L;
    private static final long MULTIPLIER = 0xd6e8feb86659fd93L;

    private final Shard[] shards = new Shard[SHARDS];
    private final boolean exact;
    private final Overflow overflow;
    private final StateLog log;

    /** The number of the first slot of each shard, once states are numbered. */
    private final long[] firstNumbers = new long[SHARDS];

    StateStore(Storage storage, Overflow overflow) {
        this.overflow = overflow;
        exact = storage == Storage.EXACT;
        log = new StateLog(overflow);
        for (int shard = 0; shard < SHARDS; shard++) {
            shards[shard] = new Shard(storage, log);
        }
    }

    /** Spreads a state over 64 bits; every word matters for every bit. */
    static long hash(long[] words, int from, int length) {
        long hash = HASH_OF_NOTHING;
        for (int at = from, end = from + length; at < end; at++) {
            hash = mixed(hash, words[at]);
        }
        return hash(hash);
    }

    /** For those who go through the words of a state anyway: {@link #HASH_OF_NOTHING}, each word mixed in, then {@link #hash(long)}. */
    static long mixed(long hash, long word) {
        long mixed = (hash ^ word) * MULTIPLIER;
        return mixed ^ mixed >>> 32;
    }

    /** The hash of a state all of whose words are mixed in. */
    static long hash(long mixed) {
        long hash = mixed * MULTIPLIER;
        return hash ^ hash >>> 29;
    }

    // ---- adding ----

    /**
     * Adds a state if it is new.
     *
     * @param tail where its words go then
     * @return whether it was new
     */
    boolean add(long[] words, int length, StateLog.Tail tail) {
        long hash = hash(words, 0, length);
        return shardOf(hash).add(words, 0, length, hash, tail);
    }

    /**
     * Adds all successors, and tells them whether they were new.
     *
     * <p>In several passes over all of them, some of which only fetch what the next one looks at. These are short and straight: so a
     * processor asks the memory for what lies behind many successors at once, which it does not where ways part that it cannot foresee.
     *
     * @param tail where the words of the new ones go
     */
    void addAll(Successors successors, StateLog.Tail tail) {
        fetchEntries(successors);
        findEntries(successors);
        if (exact) {
            fetchStates(successors);
        }
        leaveOutKnown(successors);
        addUnknown(successors, tail);
    }

    private void fetchEntries(Successors successors) {
        long[] hashes = successors.askedHashes();
        long[] fetched = successors.fetched();
        for (int at = 0, count = successors.askedCount(); at < count; at++) {
            fetched[at] = shardOf(hashes[at]).fetchEntries(hashes[at]);
        }
    }

    private void findEntries(Successors successors) {
        long[] hashes = successors.askedHashes();
        long[] entries = successors.entries();
        for (int at = 0, count = successors.askedCount(); at < count; at++) {
            entries[at] = shardOf(hashes[at]).likelyEntry(hashes[at]);
        }
    }

    private void fetchStates(Successors successors) {
        long[] entries = successors.entries();
        long[] fetched = successors.fetched();
        for (int at = 0, count = successors.askedCount(); at < count; at++) {
            fetched[at] = log.fetch(Shard.place(entries[at]));
        }
    }

    /** Those that are known are not asked for any longer. */
    private void leaveOutKnown(Successors successors) {
        long[] words = successors.words();
        int[] asked = successors.asked();
        long[] hashes = successors.askedHashes();
        long[] entries = successors.entries();
        int unknown = 0;
        for (int at = 0, count = successors.askedCount(); at < count; at++) {
            int index = asked[at];
            long hash = hashes[at];
            int start = successors.start(index);
            int length = BitWriter.length(words[start]);
            int difference = entries[at] == 0 ? 1 : shardOf(hash).difference(entries[at], words, start, length);
            asked[unknown] = index;
            hashes[unknown] = hash;
            unknown += difference == 0 ? 0 : 1;
        }
        successors.setAskedCount(unknown);
    }

    private void addUnknown(Successors successors, StateLog.Tail tail) {
        long[] words = successors.words();
        int[] asked = successors.asked();
        long[] hashes = successors.askedHashes();
        for (int at = 0, count = successors.askedCount(); at < count; at++) {
            int start = successors.start(asked[at]);
            int length = BitWriter.length(words[start]);
            successors.setNew(asked[at], shardOf(hashes[at]).add(words, start, length, hashes[at], tail));
        }
    }

    private Shard shardOf(long hash) {
        return shards[(int) hash & (SHARDS - 1)];
    }

    /** The words of all states. */
    StateLog log() {
        return log;
    }

    // ---- numbering ----

    /** Numbers of states are below this. Only while nobody adds, here and below. */
    long numbers() {
        long slots = 0;
        for (int shard = 0; shard < SHARDS; shard++) {
            firstNumbers[shard] = slots;
            slots += shards[shard].slots();
        }
        return slots;
    }

    /** The number of a state, -1 for one that is not there; after {@link #numbers}. */
    long number(long[] words, int from, int length) {
        long hash = hash(words, from, length);
        int shard = (int) hash & (SHARDS - 1);
        int slot = shards[shard].slotOf(words, from, length, hash);
        return slot < 0 ? -1 : firstNumbers[shard] + slot;
    }

    // ---- what there is ----

    /** Distinct states. */
    long size() {
        long size = 0;
        for (Shard shard : shards) {
            size += shard.size();
        }
        return size;
    }

    /** Memory that words and table take, in bytes. */
    long bytes() {
        return log.bytes() + tableBytes();
    }

    private long tableBytes() {
        long bytes = 0;
        for (Shard shard : shards) {
            bytes += shard.bytes();
        }
        return bytes;
    }

    // ---- the file ----

    /**
     * Moves old words to the file until not more than so many bytes are in memory.
     *
     * @return whether that was possible
     * @throws UncheckedIOException if the file takes no more
     */
    boolean shrinkTo(long mostBytes) {
        return shrinkWordsTo(mostBytes - tableBytes());
    }

    /**
     * Moves old words to the file until not more than so many bytes of them are in memory.
     *
     * @return whether that was possible
     * @throws UncheckedIOException if the file takes no more
     */
    boolean shrinkWordsTo(long mostBytes) {
        long chunkBytes = ChunkFile.CHUNK_HALVES * Integer.BYTES;
        long tooMany = log.bytes() - mostBytes;
        if (tooMany > 0) {
            log.moveToFile((int) Math.min(Integer.MAX_VALUE, (tooMany + chunkBytes - 1) / chunkBytes));
        }
        return log.bytes() <= mostBytes;
    }

    /**
     * Writes everything down; what it takes to find it again goes to {@code out}, first the number of slots of the file that are in
     * use. No state may be added meanwhile.
     */
    void save(DataOutputStream out) throws IOException {
        ByteArrayOutputStream places = new ByteArrayOutputStream();
        log.save(new DataOutputStream(places)); // first, because it takes slots
        out.writeInt(overflow.file().slots());
        out.writeLong(size());
        places.writeTo(out);
        overflow.file().force();
    }

    /** Goes to where {@link #save} was, whose number of slots was read already, with as much in memory as fits into so many bytes. The table is made anew from the words. */
    void restore(DataInput in, long mostBytes) throws IOException {
        long states = in.readLong();
        log.restore(in);
        StateLog.Cursor cursor = log.new Cursor();
        try {
            for (int segment = 0; segment < log.segments(); segment++) {
                cursor.open(segment);
                while (cursor.next()) {
                    long[] words = cursor.words();
                    long hash = hash(words, 0, BitWriter.length(words[0]));
                    shardOf(hash).restore(hash, cursor.place());
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (size() != states) {
            throw new IOException("the file of states holds " + size() + " states where it should hold " + states);
        }
        log.readBack(mostBytes - tableBytes());
    }

    @Override
    public void close() throws IOException {
        overflow.close();
    }
}
