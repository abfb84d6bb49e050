package dev.iovacheck.counterexamples.trace;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import java.util.List;

/**
 * A counterexample and what it came to when it was written down.
 *
 * @param counterexample what happens and what is violated
 * @param results what each action came to, in order
 * @param loop what each action of the loop came to
 * @param violation what was wrong at the end, in words
 * @param isMinimal whether it was tried that no action and no part of the configuration can be left out
 */
public record RecordedCounterexample(
        Counterexample counterexample,
        List<RecordedResult> results,
        List<RecordedResult> loop,
        String violation,
        boolean isMinimal) {

    public RecordedCounterexample {
        results = List.copyOf(results);
        loop = List.copyOf(loop);
    }

    /**
     * As a replay went. Of the configuration that is kept which matters for it: not what else was asked and expected, so that a file stays
     * readable when invariants come and go.
     */
    public static RecordedCounterexample of(Replay replay, boolean isMinimal) {
        return new RecordedCounterexample(
                replay.counterexample().alone(),
                replay.steps().stream().map(RecordedResult::of).toList(),
                replay.loop().stream().map(RecordedResult::of).toList(),
                replay.violation(),
                isMinimal);
    }
}
