package dev.iovacheck.counterexamples.trace;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Expectation;
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
        Counterexample whole = replay.counterexample();
        Configuration configuration = whole.configuration().toBuilder()
                .checks(List.of(whole.invariant().id()))
                .goals(List.of())
                .expectation(Expectation.ALL_HOLD)
                .build();
        return new RecordedCounterexample(
                new Counterexample(configuration, whole.devices(), whole.invariant(), whole.actions(), whole.loop()),
                replay.steps().stream().map(RecordedResult::of).toList(),
                replay.loop().stream().map(RecordedResult::of).toList(),
                replay.violation(),
                isMinimal);
    }
}
