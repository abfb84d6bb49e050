package dev.iovacheck.model.fq;

import dev.iovacheck.model.packed.BitReader;
import dev.iovacheck.model.packed.BitWriter;
import java.util.Arrays;

/**
 * What the IOTLB may still hold although its page-table entries are gone: no kernel keeps this book. A range gets in when its entries
 * are cleared. It gets out by a flush of just this range, or of everything: but only by one that was started after it got in, since one
 * under way may have passed it by.
 *
 * <p>A flush of everything is named by the CPU that makes it, which makes one at a time.
 */
public final class StaleTranslations {

    private long[] firstPfns = new long[4];
    private long[] sizes = new long[4];

    /** Bit {@code cpu} is set while that CPU makes a flush that was started after the range got in. */
    private int[] flushes = new int[4];

    private int count;

    public void clear() {
        count = 0;
    }

    public void copyFrom(StaleTranslations other) {
        if (firstPfns.length < other.count) {
            resize(other.firstPfns.length);
        }
        count = other.count;
        for (int index = 0; index < count; index++) {
            firstPfns[index] = other.firstPfns[index];
            sizes[index] = other.sizes[index];
            flushes[index] = other.flushes[index];
        }
    }

    private void resize(int length) {
        firstPfns = Arrays.copyOf(firstPfns, length);
        sizes = Arrays.copyOf(sizes, length);
        flushes = Arrays.copyOf(flushes, length);
    }

    /**
     * The page-table entries of a range are cleared; or it gets into a flush queue, which asks for a flush that is started after that, and
     * no other counts.
     */
    public void add(long firstPfn, long pages) {
        flushed(firstPfn, pages); // whatever is under way does not count any more
        int at = 0;
        while (at < count && Long.compareUnsigned(firstPfns[at], firstPfn) < 0) {
            at++;
        }
        insert(at, firstPfn, pages, 0);
    }

    private void insert(int at, long firstPfn, long pages, int underWay) {
        if (count == firstPfns.length) {
            resize(2 * count);
        }
        for (int index = count++; index > at; index--) {
            move(index - 1, index);
        }
        firstPfns[at] = firstPfn;
        sizes[at] = pages;
        flushes[at] = underWay;
    }

    private void move(int from, int to) {
        firstPfns[to] = firstPfns[from];
        sizes[to] = sizes[from];
        flushes[to] = flushes[from];
    }

    private void remove(int at) {
        count--;
        for (int index = at; index < count; index++) {
            move(index + 1, index);
        }
    }

    /** Just this range was flushed. Of one that reaches out of it, the rest stays. */
    public void flushed(long firstPfn, long pages) {
        long last = firstPfn + pages - 1;
        int index = 0;
        while (index < count) {
            long oldFirst = firstPfns[index];
            long oldLast = lastPfn(index);
            if (Long.compareUnsigned(oldLast, firstPfn) < 0 || Long.compareUnsigned(last, oldFirst) < 0) {
                index++;
                continue;
            }
            int underWay = flushes[index];
            remove(index);
            if (Long.compareUnsigned(oldFirst, firstPfn) < 0) {
                insert(index++, oldFirst, firstPfn - oldFirst, underWay);
            }
            if (Long.compareUnsigned(last, oldLast) < 0) {
                insert(index++, last + 1, oldLast - last, underWay);
            }
        }
    }

    /** A flush of everything starts. */
    public void flushStarts(int cpu) {
        for (int index = 0; index < count; index++) {
            flushes[index] |= 1 << cpu;
        }
    }

    /** The flush that this CPU started has been made. */
    public void flushMade(int cpu) {
        int kept = 0;
        for (int index = 0; index < count; index++) {
            if ((flushes[index] & 1 << cpu) == 0) {
                move(index, kept++);
            }
        }
        count = kept;
    }

    // ---- views ----

    /** How many ranges there are, in the order of addresses. */
    public int count() {
        return count;
    }

    public long firstPfn(int index) {
        return firstPfns[index];
    }

    /** Inclusive. */
    public long lastPfn(int index) {
        return firstPfns[index] + sizes[index] - 1;
    }

    // ---- storing ----

    private static final int COUNT_BITS = 10;

    /** @param cpus 0 if no flush can be in the making */
    public void write(BitWriter out, int pfnBits, int sizeBits, int cpus) {
        out.put(count, COUNT_BITS);
        for (int index = 0; index < count; index++) {
            out.put(firstPfns[index], pfnBits);
            out.put(sizes[index], sizeBits);
            out.put(flushes[index], cpus);
        }
    }

    /** Reads what {@link #write} wrote. */
    public void read(BitReader in, int pfnBits, int sizeBits, int cpus) {
        count = in.getInt(COUNT_BITS);
        if (firstPfns.length < count) {
            resize(count);
        }
        for (int index = 0; index < count; index++) {
            firstPfns[index] = in.get(pfnBits);
            sizes[index] = in.get(sizeBits);
            flushes[index] = in.getInt(cpus);
        }
    }
}
