package dev.iovacheck.cli.report;

import dev.iovacheck.cli.result.Outcome;

/** What the process tells the script that started it. Other numbers are never used. */
public enum ExitCode {
    /** Everything came out as expected: all invariants hold, or exactly what {@code expect:} says. */
    EXPECTED(0, 0, "everything as expected: all hold, or exactly what expect: says"),
    /** A search was cut off before it could decide. A gate must not pass because a limit was too small. */
    UNDECIDED(3, 1, "undecided: a limit or an interruption ended a search early"),
    /** An invariant is violated that should hold, or holds although it should be violated; or a recording differs from the model. */
    UNEXPECTED(1, 2, "not as expected: violated where it should hold, or the reverse"),
    /** The question was not understood: options, configurations, files. Nothing is said about any kernel. */
    USAGE(2, 3, "bad usage, bad configuration, unreadable input"),
    /** This program is wrong. Nothing it printed may be used. */
    INTERNAL(70, 4, "internal error: please report it");

    private final int number;
    private final int severity;
    private final String reason;

    ExitCode(int number, int severity, String reason) {
        this.number = number;
        this.severity = severity;
        this.reason = reason;
    }

    public int number() {
        return number;
    }

    /** @throws IllegalArgumentException if there is none with this number */
    public static ExitCode of(int number) {
        for (ExitCode code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        throw new IllegalArgumentException("no exit code " + number);
    }

    /** Of a configuration that came out so. */
    public static ExitCode of(Outcome outcome) {
        return switch (outcome) {
            case EXPECTED -> EXPECTED;
            case UNEXPECTED -> UNEXPECTED;
            case UNDECIDED -> UNDECIDED;
            case UNREADABLE -> USAGE;
            case INTERNAL_ERROR -> INTERNAL;
        };
    }

    /** When it is used, in a few words. */
    public String reason() {
        return reason;
    }

    /** The one that a run with both outcomes ends with: 70 before 2 before 1 before 3 before 0. */
    public ExitCode worse(ExitCode other) {
        return severity >= other.severity ? this : other;
    }
}
