package dev.iovacheck.constraint.unroll;

/** Kinds of arguments of a reservation call. Every pair of a start and a length of 64 bits is of exactly one. */
public enum CallClass {
    /** Length 0 at 0. */
    EMPTY_AT_ZERO("length 0 at 0"),
    /** Length 0 above 0. */
    EMPTY("length 0 above 0"),
    /** The range goes past the last byte there is. */
    WRAPS("start + length past 2^64"),
    /** The start is no multiple of the granule. */
    UNALIGNED("a start inside a granule that somebody holds"),
    /** The start is a multiple of the granule, and so the end is what may lie amiss: inside what somebody holds. */
    ENDS_INSIDE("an end inside what somebody holds");

    private final String label;

    CallClass(String label) {
        this.label = label;
    }

    /** As reports call it. */
    public String label() {
        return label;
    }
}
