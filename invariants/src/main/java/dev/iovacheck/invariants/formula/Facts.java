package dev.iovacheck.invariants.formula;

/** The things of one domain in one state, or around one step, and their numbers. */
public interface Facts {

    /** The things of a sort, with their {@link Quantity#FIRST} and {@link Quantity#LAST}. Good as long as the facts are. */
    Ranges things(Sort sort);

    /**
     * A number of one thing that is none of its ends.
     *
     * @param index below the count of its sort
     * @throws IllegalArgumentException if things of this sort have no such quantity
     */
    long value(Sort sort, int index, Quantity quantity);
}
