package dev.iovacheck.cli.result;

/** How much a finding matters. */
public enum Level implements Labelled {
    /** A contract is broken in a state that can be reached, or the question cannot be understood. */
    ERROR,
    /** Nothing is known. */
    WARNING,
    /** As it should be, or known. */
    NOTE
}
