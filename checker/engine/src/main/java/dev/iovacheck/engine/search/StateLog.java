package dev.iovacheck.engine.search;

import java.io.DataInput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.collections.impl.list.mutable.primitive.IntArrayList;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;
import org.jspecify.annotations.Nullable;

/**
 * All states, packed, level by level: visited set and queue in one. Old ones may be moved to a file.
 *
 * <p>Each thread appends to chunks of its own through its {@link Tail}, so that states found one after the other lie side by side and
 * are expanded one after the other: what they lead to has much in common and is still near. A state does not cross chunks. Its place is
 * the number of its first half, counted over all chunks.
 *
 * <p>A stretch of states of one level is a segment; the segments of a level are the units of work of the search.
 */
final class StateLog {

    private static final int CHUNK_BITS = ChunkFile.CHUNK_BITS;
    private static final int CHUNK_HALVES = ChunkFile.CHUNK_HALVES;

    /** A segment ends when it has so many halves of words: enough work to go and get it, little enough to be shared among threads. */
    private static final int SEGMENT_HALVES = 2048;

    private static final int NO_SLOT = -1;

    private final Overflow overflow;
    private final List<Tail> tails = new ArrayList<>();

    /** {@code null} where a chunk is in the file only. Whoever got a place from a table sees its chunk. */
    private int[] @Nullable [] chunks = new int[64][];

    private int[] slots = new int[64];
    private int chunkCount;
    private int inFile;

    private final LongArrayList segmentStarts = new LongArrayList();
    private final IntArrayList segmentLengths = new IntArrayList();

    /** The first segment of each level. */
    private final IntArrayList levels = IntArrayList.newListWith(0);

    StateLog(Overflow overflow) {
        this.overflow = overflow;
    }

    /** Where one thread appends. */
    final class Tail {
        private int chunk = -1;
        private int[] halves = NOTHING;
        private int end;
        private int segmentStart;

        /** Appends a state; its place. */
        long append(long[] from, int at, int length) {
            int count = PackedState.halves(from, at, length);
            if (end + count > halves.length) {
                closeChunk();
                openChunk(this);
            }
            int index = end;
            PackedState.pack(from, at, count, halves, index);
            end = index + count;
            if (end - segmentStart >= SEGMENT_HALVES) {
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
            halves = NOTHING;
            end = 0;
            segmentStart = 0;
        }
    }

    private static final int[] NOTHING = {};

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
        int[] halves = new int[CHUNK_HALVES];
        slots[chunkCount] = NO_SLOT;
        chunks[chunkCount] = halves;
        tail.chunk = chunkCount;
        tail.halves = halves;
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
    private static int index(long place) {
        return (int) place & (CHUNK_HALVES - 1);
    }

    /** Looks at the state at a place, -1 for none, so that it comes near; what it returns means nothing. */
    int fetch(long place) {
        if (place < 0) {
            return 0;
        }
        int[] chunk = chunks[number(place)];
        return chunk == null ? 0 : chunk[index(place)];
    }

    /** Compares the state at a place with words: 0 if it has just these, anything else if not. */
    int difference(long place, long[] words, int from, int length) {
        int[] chunk = chunks[number(place)];
        if (chunk == null) {
            int[] packed = new int[PackedState.halves(words, from, length)];
            PackedState.pack(words, from, packed.length, packed, 0);
            return overflow.file().isAt(slotOf(number(place)), index(place), packed) ? 0 : 1;
        }
        return PackedState.difference(chunk, index(place), words, from, length);
    }

    /** Goes through the states of one segment after the other. Each thread has one of its own. */
    final class Cursor {

        /** For chunks that are in the file only; made when there is one. */
        private int[] buffer = NOTHING;

        private int[] halves = NOTHING;
        private int at;
        private int end;
        private long place;
        private long nextPlace;
        private long[] words = new long[16];

        /** Turns to a segment, and there to what is before its first state. */
        void open(int segment) {
            nextPlace = segmentStart(segment);
            halves = chunk(nextPlace);
            at = index(nextPlace);
            end = at + segmentLength(segment);
        }

        private int[] chunk(long place) {
            int[] chunk = chunks[number(place)];
            if (chunk != null) {
                return chunk;
            }
            if (buffer.length == 0) {
                buffer = new int[CHUNK_HALVES];
            }
            overflow.file().read(slotOf(number(place)), buffer);
            return buffer;
        }

        /**
         * Turns to the next state of the segment, if there is one.
         *
         * @throws UncheckedIOException if there is something else
         */
        boolean next() {
            if (at >= end) {
                return false;
            }
            int count = PackedState.halves(halves, at);
            if (count == 0 || count > end - at) {
                throw new UncheckedIOException(new IOException("the file of states is damaged"));
            }
            if (count > 2 * words.length) {
                words = new long[count];
            }
            PackedState.unpack(halves, at, count, words);
            at += count;
            place = nextPlace;
            nextPlace += count;
            return true;
        }

        /** The words of the state, from the first on; until the next call of {@link #next}. */
        long[] words() {
            return words;
        }

        /** Where the state lies. */
        long place() {
            return place;
        }
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
    private synchronized long segmentStart(int segment) {
        return segmentStarts.get(segment);
    }

    /** Halves of words of a segment, all in one chunk. */
    private synchronized int segmentLength(int segment) {
        return segmentLengths.get(segment);
    }

    // ---- the file ----

    /** Memory that words take, in bytes. */
    synchronized long bytes() {
        return (long) (chunkCount - inFile) * CHUNK_HALVES * Integer.BYTES;
    }

    /** Bytes that are in the file only. */
    synchronized long fileBytes() {
        return (long) inFile * CHUNK_HALVES * Integer.BYTES;
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
        int[] halves = chunks[chunk];
        if (halves != null && slots[chunk] == NO_SLOT) {
            ChunkFile file = overflow.file();
            int slot = file.newSlot();
            file.write(slot, halves);
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
        chunks = new int[Math.max(64, chunkCount)][];
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
        for (int chunk = chunkCount - 1; chunk >= 0 && bytes() + CHUNK_HALVES * Integer.BYTES <= mostBytes; chunk--) {
            if (chunks[chunk] == null) {
                int[] halves = new int[CHUNK_HALVES];
                overflow.file().read(slots[chunk], halves);
                chunks[chunk] = halves;
                inFile--;
            }
        }
    }

    /** All segments. */
    synchronized int segments() {
        return segmentStarts.size();
    }
}
