package dev.iovacheck.engine.search;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A set of states by their numbers, to which several threads add. */
public final class StateSet {

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] bits;

    /** @param bound numbers are below this */
    public StateSet(long bound) {
        bits = new long[Math.toIntExact((bound + Long.SIZE - 1) / Long.SIZE)];
    }

    /** Memory that such a set takes, in bytes. */
    public static long bytes(long bound) {
        return (bound + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
    }

    public boolean contains(long number) {
        long word = (long) WORD.getOpaque(bits, (int) (number / Long.SIZE));
        return (word & 1L << number) != 0;
    }

    /** @return whether it was new */
    public boolean add(long number) {
        long bit = 1L << number;
        return ((long) WORD.getAndBitwiseOr(bits, (int) (number / Long.SIZE), bit) & bit) == 0;
    }
}
