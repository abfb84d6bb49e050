package dev.iovacheck.cli.result;

/**
 * What became of one invariant.
 *
 * @param id of the invariant
 * @param steps of the shortest way to the violation; 0 if there is none
 * @param reason why it is undecided; otherwise empty
 * @param outcome how that relates to what was expected: expected, unexpected or undecided
 */
public record InvariantResult(
        String id, VerdictKind verdict, int steps, String reason, VerdictKind expected, Outcome outcome) {

    /** As a sentence without its end: {@code is violated after 4 steps}. */
    public String sentence() {
        return switch (verdict) {
            case HOLDS -> "holds";
            case NOT_SHOWN -> "is not shown";
            case UNDECIDED -> "is undecided: " + reason;
            case VIOLATED ->
                steps == 0
                        ? "is violated in the initial state"
                        : "is violated after " + steps + (steps == 1 ? " step" : " steps");
        };
    }
}
