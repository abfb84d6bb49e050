package dev.iovacheck.cli.result;

import java.util.List;

/**
 * Something that somebody may have to look at.
 *
 * @param rule id of the invariant, or of a {@link OtherRule}
 * @param summary what it is, in a few words without addresses: {@code lower-bound is violated after 6 steps, expected holds}
 * @param message what it is, one paragraph
 * @param because why it comes to that, one paragraph; may be empty
 * @param location where to look first
 * @param fingerprint the same as long as it is the same finding: {@link Fingerprint}
 * @param steps the shortest way there; empty if it is no violation
 */
public record Finding(
        String rule,
        Level level,
        Standing standing,
        String summary,
        String message,
        String because,
        Location location,
        String fingerprint,
        List<FindingStep> steps) {

    public Finding {
        steps = List.copyOf(steps);
    }

    /** The same, known. */
    public Finding known() {
        return new Finding(rule, Level.NOTE, Standing.KNOWN, summary, message, because, location, fingerprint, steps);
    }

    /** Whether it says that nothing was decided. That is never known nor expected: a gate that knows nothing does not pass. */
    public boolean isUndecided() {
        return rule.equals(OtherRule.UNDECIDED.id());
    }

    /** The steps as plain text, one or more lines each; empty if there are none. */
    public String stepsAsText() {
        StringBuilder text = new StringBuilder();
        for (FindingStep step : steps) {
            text.append(step.number()).append(". ").append(step.title()).append('\n');
            step.changes().forEach(change -> text.append("     ").append(change).append('\n'));
        }
        return text.toString();
    }
}
