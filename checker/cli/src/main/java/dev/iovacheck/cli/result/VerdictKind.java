package dev.iovacheck.cli.result;

/** What a check says about one invariant. */
public enum VerdictKind implements Labelled {
    HOLDS,
    VIOLATED,
    /** Nothing violates it, and nothing could have: its premise was never met. */
    NOT_SHOWN,
    UNDECIDED
}
