package dev.iovacheck.invariants.formula;

/** The things of one domain in one state, or around one step, and their numbers. */
public interface Facts {

    int count(Sort sort);

    /**
     * A number of one thing.
     *
     * @param index below the {@link #count} of its sort
     * @throws IllegalArgumentException if things of this sort have no such quantity
     */
    long value(Sort sort, int index, Quantity quantity);
}
