package dev.iovacheck.invariants.formula;

import java.util.Arrays;

/** The first and the last granules of the things of a sort, as unsigned numbers. Filled again and again, so that nothing is allocated for a state. */
public final class Ranges {

    private long[] firsts = new long[8];
    private long[] lasts = new long[8];
    private int count;

    public void clear() {
        count = 0;
    }

    /** @param last inclusive; less than {@code first} for a node that is inverted, and for what holds nothing */
    public void add(long first, long last) {
        if (count == firsts.length) {
            firsts = Arrays.copyOf(firsts, 2 * count);
            lasts = Arrays.copyOf(lasts, 2 * count);
        }
        firsts[count] = first;
        lasts[count] = last;
        count++;
    }

    public int count() {
        return count;
    }

    public long first(int range) {
        return firsts[range];
    }

    /** Inclusive. */
    public long last(int range) {
        return lasts[range];
    }
}
