package dev.iovacheck.cli.report;

import dev.iovacheck.engine.Verdict;
import dev.iovacheck.model.config.Expectation.Expected;

/** Verdicts in words. */
final class VerdictWords {

    private VerdictWords() {}

    /** As in a table: {@code holds}, {@code violated after 4 steps}, {@code not shown}, {@code undecided: reason}. */
    static String of(Verdict verdict) {
        if (verdict instanceof Verdict.Violated violated) {
            return violated.steps() == 0
                    ? "violated in the initial state"
                    : "violated after " + Numbers.of(violated.steps(), "step");
        }
        if (verdict instanceof Verdict.Undecided undecided) {
            return "undecided: " + undecided.reason();
        }
        return verdict instanceof Verdict.Holds ? "holds" : "not shown";
    }

    /** As part of a sentence whose subject is the invariant. */
    static String sentence(Verdict verdict) {
        return verdict instanceof Verdict.Holds ? "holds" : "is " + of(verdict);
    }

    static String of(Expected expected) {
        return switch (expected) {
            case HOLDS -> "holds";
            case VIOLATED -> "violated";
            case NOT_SHOWN -> "not shown";
            case UNDECIDED -> "undecided";
        };
    }
}
