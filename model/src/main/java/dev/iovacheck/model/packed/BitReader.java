package dev.iovacheck.model.packed;

/** Reads fields back in the order in which a {@link BitWriter} wrote them. */
public final class BitReader {

    private long[] words = {};
    private long bit;

    /** Starts to read the state that begins at word {@code at}. */
    public void start(long[] from, int at) {
        words = from;
        bit = ((long) at << 6) + BitWriter.LENGTH_BITS;
    }

    /** The next field of 0 to 64 bits. */
    public long get(int width) {
        if (width == 0) {
            return 0;
        }
        int word = (int) (bit >>> 6);
        int offset = (int) (bit & 63);
        bit += width;
        long value = words[word] >>> offset;
        if (offset + width > 64) {
            value |= words[word + 1] << (64 - offset);
        }
        return width == 64 ? value : value & ((1L << width) - 1);
    }

    public boolean getBoolean() {
        return get(1) != 0;
    }

    public int getInt(int width) {
        return (int) get(width);
    }
}
