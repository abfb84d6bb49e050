package dev.iovacheck.invariants;

/** What an invariant says of one state or step. */
public enum Result {
    /** The invariant does not speak about this state or step. A run with nothing else has not shown anything. */
    PREMISE_NOT_MET,
    HOLDS,
    VIOLATED
}
