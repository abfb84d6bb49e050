package dev.iovacheck.engine.search;

import dev.iovacheck.model.packed.BitWriter;
import java.io.DataInput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.factory.primitive.LongLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.eclipse.collections.api.list.primitive.MutableLongList;
import org.jspecify.annotations.Nullable;

/**
 * The words of all states, level by level: visited set and queue in one. Old words may be moved to a file.
 *
 * <p>Each thread appends to chunks of its own through its {@link Tail}, so that states found one after the other lie side by side and
 * are expanded one after the other: what they lead to has much in common and is still near. A state does not cross chunks. Its place is
 * the number of its first word, counted over all chunks.
 *
 * <p>A stretch of states of one level is a segment; the segments of a level are the units of work of the search.
 */
final class StateLog {

    private static final int CHUNK_BITS = ChunkFile.CHUNK_BITS;
    private static final int CHUNK_WORDS = ChunkFile.CHUNK_WORDS;

    /** A segment ends when it has so many words: enough work to go and get it, little enough to be shared among threads. */
    private static final int SEGMENT_WORDS = 1024;

    private static final int NO_SLOT = -1;

    private final Overflow overflow;
    private final List<Tail> tails = new ArrayList<>();

    /** {@code null} where a chunk is in the file only. Whoever got a place from a table sees its chunk. */
    private long[] @Nullable [] chunks = new long[64][];

    private int[] slots = new int[64];
    private int chunkCount;
    private int inFile;

    private final MutableLongList segmentStarts = LongLists.mutable.empty();
    private final MutableIntList segmentLengths = IntLists.mutable.empty();

    /** The first segment of each level. */
    private final MutableIntList levels = IntLists.mutable.of(0);

    StateLog(Overflow overflow) {
        this.overflow = overflow;
    }

    /** Where one thread appends. */
    final class Tail {
        private int chunk = -1;
        private long[] words = NOTHING;
        private int end;
        private int segmentStart;

        /** Appends a state; its place. */
        long append(long[] from, int at, int length) {
            if (end + length > words.length) {
                closeChunk();
                openChunk(this);
            }
            int index = end;
            for (int word = 0; word < length; word++) {
                words[index + word] = from[at + word];
            }
            end = index + length;
            if (end - segmentStart >= SEGMENT_WORDS) {
                closeSegment();
            }
            return ((long) chunk << CHUNK_BITS) + index;
        }

        private void closeSegment() {
            if (end > segmentStart) {
                addSegment(((long) chunk << CHUNK_BITS) + segmentStart, end - segmentStart);
                segmentStart = end;
            }
        }

        private void closeChunk() {
            closeSegment();
            chunk = -1;
            words = NOTHING;
            end = 0;
            segmentStart = 0;
        }
    }

    private static final long[] NOTHING = {};

    /** For one more thread. */
    synchronized Tail newTail() {
        Tail tail = new Tail();
        tails.add(tail);
        return tail;
    }

    private synchronized void openChunk(Tail tail) {
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, 2 * chunkCount);
            slots = Arrays.copyOf(slots, 2 * chunkCount);
        }
        long[] words = new long[CHUNK_WORDS];
        slots[chunkCount] = NO_SLOT;
        chunks[chunkCount] = words;
        tail.chunk = chunkCount;
        tail.words = words;
        chunkCount++;
    }

    private synchronized void addSegment(long start, int length) {
        segmentStarts.add(start);
        segmentLengths.add(length);
    }

    // ---- reading ----

    private static int number(long place) {
        return (int) (place >>> CHUNK_BITS);
    }

    /** The index of a place in its chunk. */
    static int index(long place) {
        return (int) place & (CHUNK_WORDS - 1);
    }

    /** Whether the state at a place may start with this word: a first look at it, which brings the rest near. */
    boolean mayStartWith(long place, long word) {
        long[] chunk = chunks[number(place)];
        return chunk == null || chunk[index(place)] == word;
    }

    /** Whether a state lies at a place. Its first word says its length. */
    boolean isAt(long place, long[] words, int from, int length) {
        long[] chunk = chunks[number(place)];
        int index = index(place);
        if (chunk == null) {
            return overflow.file().isAt(slotOf(number(place)), index, words, from, length);
        }
        // States are a few words long; a call to compare arrays costs more than they do.
        for (int word = 0; word < length; word++) {
            if (chunk[index + word] != words[from + word]) {
                return false;
            }
        }
        return true;
    }

    /** The chunk that holds a place; read into {@code buffer}, of as many words as a chunk has, if it is in the file only. */
    long[] chunk(long place, long[] buffer) {
        long[] words = chunks[number(place)];
        if (words != null) {
            return words;
        }
        overflow.file().read(slotOf(number(place)), buffer);
        return buffer;
    }

    /** Where a chunk went; it waits for {@link #moveToFile}. */
    private synchronized int slotOf(int chunk) {
        return slots[chunk];
    }

    // ---- levels ----

    /** What is appended from now on belongs to the next level. Nobody may append meanwhile. */
    synchronized void endLevel() {
        tails.forEach(Tail::closeSegment);
        levels.add(segmentStarts.size());
    }

    /** How many levels have ended. */
    synchronized int levels() {
        return levels.size() - 1;
    }

    /** The number of the first segment of a level; one level more than have ended may be asked for. */
    synchronized int firstSegment(int level) {
        return levels.get(level);
    }

    /** The place where a segment starts. */
    synchronized long segmentStart(int segment) {
        return segmentStarts.get(segment);
    }

    /** Words of a segment, all in one chunk. */
    synchronized int segmentLength(int segment) {
        return segmentLengths.get(segment);
    }

    // ---- the file ----

    /** Memory that words take, in bytes. */
    synchronized long bytes() {
        return (long) (chunkCount - inFile) * CHUNK_WORDS * Long.BYTES;
    }

    /** Bytes that are in the file only. */
    synchronized long fileBytes() {
        return (long) inFile * CHUNK_WORDS * Long.BYTES;
    }

    /**
     * Moves the oldest chunks to the file, but none that is being filled.
     *
     * @return how many were moved, at most {@code most}
     */
    int moveToFile(int most) {
        int moved = 0;
        for (int chunk = 0, count = chunkCount(); chunk < count && moved < most; chunk++) {
            if (moveChunk(chunk)) {
                moved++;
            }
        }
        return moved;
    }

    private synchronized int chunkCount() {
        return chunkCount;
    }

    private synchronized boolean moveChunk(int chunk) {
        if (chunks[chunk] == null || tails.stream().anyMatch(tail -> tail.chunk == chunk)) {
            return false;
        }
        copyToFile(chunk);
        chunks[chunk] = null;
        inFile++;
        return true;
    }

    private void copyToFile(int chunk) {
        long[] words = chunks[chunk];
        if (words != null && slots[chunk] == NO_SLOT) {
            ChunkFile file = overflow.file();
            int slot = file.newSlot();
            file.write(slot, words);
            slots[chunk] = slot;
        }
    }

    // ---- interruptions ----

    /** Writes all words to the file that are not there yet, and where they are to {@code out}. Nobody may append meanwhile. */
    synchronized void save(DataOutputStream out) throws IOException {
        tails.forEach(Tail::closeChunk);
        for (int chunk = 0; chunk < chunkCount; chunk++) {
            copyToFile(chunk);
        }
        out.writeInt(chunkCount);
        for (int chunk = 0; chunk < chunkCount; chunk++) {
            out.writeInt(slots[chunk]);
        }
        out.writeInt(segmentStarts.size());
        for (int segment = 0; segment < segmentStarts.size(); segment++) {
            out.writeLong(segmentStarts.get(segment));
            out.writeInt(segmentLengths.get(segment));
        }
        out.writeInt(levels.size());
        for (int level = 0; level < levels.size(); level++) {
            out.writeInt(levels.get(level));
        }
    }

    /** Goes to where {@link #save} was; all words are in the file only. */
    synchronized void restore(DataInput in) throws IOException {
        chunkCount = in.readInt();
        inFile = chunkCount;
        chunks = new long[Math.max(64, chunkCount)][];
        slots = new int[chunks.length];
        for (int chunk = 0; chunk < chunkCount; chunk++) {
            slots[chunk] = in.readInt();
        }
        int segments = in.readInt();
        for (int segment = 0; segment < segments; segment++) {
            segmentStarts.add(in.readLong());
            segmentLengths.add(in.readInt());
        }
        levels.clear();
        int count = in.readInt();
        for (int level = 0; level < count; level++) {
            levels.add(in.readInt());
        }
    }

    /** Takes the newest chunks that are in the file only into memory, as long as all words take less than this many bytes. */
    synchronized void readBack(long mostBytes) {
        for (int chunk = chunkCount - 1; chunk >= 0 && bytes() + CHUNK_WORDS * Long.BYTES <= mostBytes; chunk--) {
            if (chunks[chunk] == null) {
                long[] words = new long[CHUNK_WORDS];
                overflow.file().read(slots[chunk], words);
                chunks[chunk] = words;
                inFile--;
            }
        }
    }

    /** Takes states, one after the other. */
    @FunctionalInterface
    interface Visitor {
        void visit(long[] words, int at, int length, long place) throws IOException;
    }

    /** Shows all states of all segments, those in the file included. */
    void forEach(Visitor visitor) throws IOException {
        long[] buffer = new long[CHUNK_WORDS];
        for (int segment = 0; segment < segmentStarts.size(); segment++) {
            long start = segmentStart(segment);
            long[] words = chunk(start, buffer);
            int from = index(start);
            int end = from + segmentLength(segment);
            for (int at = from; at < end; ) {
                int length = BitWriter.length(words[at]);
                if (length == 0 || at + length > end) {
                    throw new IOException("the file of states is damaged");
                }
                visitor.visit(words, at, length, start + (at - from));
                at += length;
            }
        }
    }
}
