package dev.iovacheck.engine.search;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Chunks of states in a file: where states go when there is no more room for them in memory, and from where a search goes on after an
 * interruption. A chunk has a number, its slot, and is written as a whole; writing it again with more at its end leaves those
 * that were there as they were.
 *
 * <p>Thread-safe. What cannot be written, because the disk is full say, is an {@link UncheckedIOException}.
 */
public final class ChunkFile implements Closeable {

    static final int CHUNK_BITS = 13;

    /** 8 Ki halves of words: 32 KiB. */
    static final int CHUNK_HALVES = 1 << CHUNK_BITS;

    private static final int CHUNK_BYTES = CHUNK_HALVES * Integer.BYTES;

    /** Slots of a stretch of the file that is mapped at once, 64 MiB. */
    private static final int WINDOW_SLOTS = 1 << 11;

    private final FileChannel channel;
    private final ThreadLocal<ByteBuffer> buffers =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN));

    private int slots;
    private volatile @Nullable IntBuffer[] windows = {};

    private ChunkFile(FileChannel channel, int slots) {
        this.channel = channel;
        this.slots = slots;
    }

    /** A file that vanishes with this process, even if the process is killed. */
    static ChunkFile temporary(Path folder) {
        try {
            Path path = Files.createTempFile(folder, "iovacheck-states-", ".tmp");
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Files.delete(path); // its room is given back when the last to have it open is gone
            return new ChunkFile(channel, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A file that stays.
     *
     * @param slots how many slots of it are in use; what lies behind them is overwritten
     */
    public static ChunkFile at(Path path, int slots) throws IOException {
        return new ChunkFile(
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                slots);
    }

    /** Slots in use. */
    public synchronized int slots() {
        return slots;
    }

    synchronized int newSlot() {
        if (slots % WINDOW_SLOTS == 0) {
            extend();
        }
        return slots++;
    }

    /** Makes the file as long as it has to be for the next window to be mapped; the new part takes no room on the disk yet. */
    private void extend() {
        try {
            channel.write(ByteBuffer.allocate(1), (long) (slots + WINDOW_SLOTS) * CHUNK_BYTES - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(int slot, int[] chunk) {
        ByteBuffer buffer = buffers.get();
        buffer.clear();
        buffer.asIntBuffer().put(chunk, 0, CHUNK_HALVES);
        try {
            for (long position = (long) slot * CHUNK_BYTES; buffer.hasRemaining(); ) {
                position += channel.write(buffer, position);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void read(int slot, int[] into) {
        ByteBuffer buffer = buffers.get();
        buffer.clear();
        try {
            for (long position = (long) slot * CHUNK_BYTES; buffer.hasRemaining(); ) {
                int count = channel.read(buffer, position);
                if (count < 0) {
                    throw new IOException("the file of states is shorter than it was");
                }
                position += count;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        buffer.flip();
        buffer.asIntBuffer().get(into, 0, CHUNK_HALVES);
    }

    /** Whether a chunk has these halves at this index. */
    boolean isAt(int slot, int index, int[] halves) {
        IntBuffer window = window(slot / WINDOW_SLOTS);
        int at = slot % WINDOW_SLOTS * CHUNK_HALVES + index;
        for (int half = 0; half < halves.length; half++) {
            if (window.get(at + half) != halves[half]) {
                return false;
            }
        }
        return true;
    }

    private IntBuffer window(int number) {
        IntBuffer[] known = windows;
        IntBuffer window = number < known.length ? known[number] : null;
        return window != null ? window : map(number);
    }

    private synchronized IntBuffer map(int number) {
        IntBuffer known = number < windows.length ? windows[number] : null;
        if (known != null) {
            return known;
        }
        long bytes = (long) WINDOW_SLOTS * CHUNK_BYTES;
        try {
            IntBuffer window = channel.map(FileChannel.MapMode.READ_ONLY, number * bytes, bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer();
            IntBuffer[] more = Arrays.copyOf(windows, Math.max(windows.length, number + 1));
            more[number] = window;
            windows = more;
            return window;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns when everything written has reached the disk. */
    public void force() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
