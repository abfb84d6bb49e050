package dev.iovacheck.cli.result;

/** Whether a gate has to bother about a finding. */
public enum Standing implements Labelled {
    /** Nobody has said that it may be so. */
    NEW,
    /** A baseline has it. */
    KNOWN,
    /** The configuration itself expects it. */
    EXPECTED
}
