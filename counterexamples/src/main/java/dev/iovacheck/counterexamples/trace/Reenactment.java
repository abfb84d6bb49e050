package dev.iovacheck.counterexamples.trace;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.Replayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A counterexample of a file, run again by this version on this model.
 *
 * @param replay what it comes to now; empty if it is no counterexample any more
 * @param difference the first place at which it comes to something else than what was written down, one sentence; empty if it does not
 */
public record Reenactment(Optional<Replay> replay, Optional<String> difference) {

    /** Runs it. */
    public static Reenactment of(RecordedCounterexample recorded) {
        Replayer.Attempt attempt = Replayer.attempt(recorded.counterexample());
        List<RecordedResult> expected = new ArrayList<>(recorded.results());
        expected.addAll(recorded.loop());
        return new Reenactment(attempt.replay(), difference(expected, attempt));
    }

    private static Optional<String> difference(List<RecordedResult> expected, Replayer.Attempt attempt) {
        List<ReplayedStep> steps = attempt.steps();
        for (int index = 0; index < steps.size(); index++) {
            RecordedResult now = RecordedResult.of(steps.get(index));
            if (!now.equals(expected.get(index))) {
                return Optional.of("step " + (index + 1) + " of " + expected.size() + " came to "
                        + expected.get(index).words() + " when it was written down, and comes to " + now.words()
                        + " now");
            }
        }
        if (attempt.replay().isPresent()) {
            return Optional.empty();
        }
        // The refusal of a step names the whole action; its number is enough to find it in the file.
        return Optional.of(
                steps.size() < expected.size()
                        ? "step " + (steps.size() + 1) + " of " + expected.size() + " cannot happen here"
                        : attempt.refusal());
    }
}
