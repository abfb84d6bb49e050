package dev.iovacheck.counterexamples.monitor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that remembers the last of what was read from it, so that a pipe can be looked at once more. */
public final class RecentBytes extends InputStream {

    private final InputStream in;
    private final byte[] ring;
    private long count;
    private long forgottenLines;

    /**
     * @param in closed with this
     * @param size bytes to be remembered
     */
    public RecentBytes(InputStream in, int size) {
        this.in = in;
        ring = new byte[size];
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        int read = in.read(to, offset, length);
        for (int index = 0; index < read; index++) {
            int at = (int) (count % ring.length);
            if (count >= ring.length && ring[at] == '\n') {
                forgottenLines++;
            }
            ring[at] = to[offset + index];
            count++;
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Lines that are not remembered as a whole. */
    public long forgottenLines() {
        return count > ring.length ? forgottenLines + 1 : 0;
    }

    /** What is remembered, from the first whole line on. */
    public InputStream again() {
        int size = (int) Math.min(count, ring.length);
        byte[] bytes = new byte[size];
        for (int index = 0; index < size; index++) {
            bytes[index] = ring[(int) ((count - size + index) % ring.length)];
        }
        int start = 0;
        if (count > ring.length) {
            while (start < size && bytes[start] != '\n') {
                start++;
            }
            start = Math.min(size, start + 1);
        }
        return new ByteArrayInputStream(bytes, start, size - start);
    }
}
