package dev.iovacheck.model.machine;

import dev.iovacheck.model.packed.BitReader;
import dev.iovacheck.model.packed.BitWriter;
import java.util.Arrays;

/**
 * Which granules of a domain have a page-table entry: disjoint ranges of pfns, ascending, with a gap between each two. What they
 * translate to is not kept.
 */
public final class PageTable {

    private static final int COUNT_BITS = 12;

    private long[] firsts = new long[4];
    private long[] lasts = new long[4];
    private int count;

    void clear() {
        count = 0;
    }

    void copyFrom(PageTable other) {
        if (firsts.length < other.count) {
            firsts = new long[other.firsts.length];
            lasts = new long[other.firsts.length];
        }
        count = other.count;
        if (count > 0) {
            System.arraycopy(other.firsts, 0, firsts, 0, count);
            System.arraycopy(other.lasts, 0, lasts, 0, count);
        }
    }

    /**
     * Writes entries for {@code first..last} (inclusive).
     *
     * @return false if one of them is there already; then nothing changes
     */
    boolean map(long first, long last) {
        int at = 0;
        while (at < count && below(lasts[at], first)) {
            at++;
        }
        if (at < count && !below(last, firsts[at])) {
            return false;
        }
        boolean joinsBelow = at > 0 && lasts[at - 1] + 1 == first;
        boolean joinsAbove = at < count && last + 1 == firsts[at];
        if (joinsBelow && joinsAbove) {
            lasts[at - 1] = lasts[at];
            remove(at);
        } else if (joinsBelow) {
            lasts[at - 1] = last;
        } else if (joinsAbove) {
            firsts[at] = first;
        } else {
            insert(at, first, last);
        }
        return true;
    }

    /**
     * {@code iommu_unmap}: clears entries from {@code first} upwards until {@code pages} are cleared or one is not there (derived).
     *
     * @return how many were cleared
     */
    long unmap(long first, long pages) {
        int at = rangeOf(first);
        if (at < 0) {
            return 0;
        }
        long last = first + pages - 1;
        if (below(lasts[at], last)) {
            last = lasts[at];
        }
        boolean below = firsts[at] != first;
        boolean above = lasts[at] != last;
        if (below && above) {
            insert(at + 1, last + 1, lasts[at]);
            lasts[at] = first - 1;
        } else if (below) {
            lasts[at] = first - 1;
        } else if (above) {
            firsts[at] = last + 1;
        } else {
            remove(at);
        }
        return last - first + 1;
    }

    private void insert(int at, long first, long last) {
        if (count == firsts.length) {
            firsts = Arrays.copyOf(firsts, 2 * count);
            lasts = Arrays.copyOf(lasts, 2 * count);
        }
        System.arraycopy(firsts, at, firsts, at + 1, count - at);
        System.arraycopy(lasts, at, lasts, at + 1, count - at);
        firsts[at] = first;
        lasts[at] = last;
        count++;
    }

    private void remove(int at) {
        count--;
        System.arraycopy(firsts, at + 1, firsts, at, count - at);
        System.arraycopy(lasts, at + 1, lasts, at, count - at);
    }

    private int rangeOf(long pfn) {
        for (int at = 0; at < count; at++) {
            if (!below(pfn, firsts[at]) && !below(lasts[at], pfn)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean below(long a, long b) {
        return Long.compareUnsigned(a, b) < 0;
    }

    /** {@code iommu_iova_to_phys}: whether the pfn translates to anything. */
    public boolean isMapped(long pfn) {
        return rangeOf(pfn) >= 0;
    }

    /** How many ranges there are. */
    public int count() {
        return count;
    }

    /** The lowest pfn of a range. */
    public long first(int range) {
        return firsts[range];
    }

    /** The highest pfn of a range, inclusive. */
    public long last(int range) {
        return lasts[range];
    }

    /** How many pfns of {@code first..last} (inclusive) have an entry. */
    public long pagesIn(long first, long last) {
        long pages = 0;
        for (int at = 0; at < count; at++) {
            long from = below(firsts[at], first) ? first : firsts[at];
            long to = below(last, lasts[at]) ? last : lasts[at];
            if (!below(to, from)) {
                pages += to - from + 1;
            }
        }
        return pages;
    }

    /** How many pfns have an entry. */
    public long pages() {
        return pagesIn(0, -1L);
    }

    void write(BitWriter out, int pfnBits) {
        out.put(count, COUNT_BITS);
        for (int at = 0; at < count; at++) {
            out.put(firsts[at], pfnBits);
            out.put(lasts[at], pfnBits);
        }
    }

    void read(BitReader in, int pfnBits) {
        clear();
        for (int left = in.getInt(COUNT_BITS); left > 0; left--) {
            long first = in.get(pfnBits);
            insert(count, first, in.get(pfnBits));
        }
    }
}
