package dev.iovacheck.model.machine;

/** Counts of states that differ in names only. Products that do not fit stay at the greatest {@code long}. */
public final class Namings {

    private Namings() {}

    /** The product of two positive numbers, or {@link Long#MAX_VALUE} if that does not fit. */
    public static long product(long one, long other) {
        return Math.multiplyHigh(one, other) != 0 || one * other < 0 ? Long.MAX_VALUE : one * other;
    }

    /** The sum of two numbers that are not negative, or {@link Long#MAX_VALUE} if that does not fit. */
    public static long sum(long one, long other) {
        return one + other < 0 ? Long.MAX_VALUE : one + other;
    }
}
