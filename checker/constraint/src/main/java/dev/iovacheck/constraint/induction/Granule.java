package dev.iovacheck.constraint.induction;

/**
 * The number of a granule of which only its place among others is known. Ends of ranges are known by the granule after them, so that
 * ranges that touch can be told from ranges that do not by order alone.
 */
sealed interface Granule {

    /**
     * A number of its own.
     *
     * @param point which
     * @param isLast whether the granule meant is the one before it: the last of a range that ends there
     */
    record Placed(int point, boolean isLast) implements Granule {}

    /** One of two. */
    record Either(Condition condition, Granule ifTrue, Granule ifFalse) implements Granule {}
}
