package dev.iovacheck.cli.result;

/** How one configuration came out, for a gate. */
public enum Outcome implements Labelled {
    EXPECTED,
    UNEXPECTED,
    UNDECIDED,
    /** Not a configuration: nothing was checked. */
    UNREADABLE,
    INTERNAL_ERROR
}
