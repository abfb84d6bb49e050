package dev.iovacheck.counterexamples;

import java.util.List;

/**
 * A counterexample that was run on the model and found to be true.
 *
 * @param counterexample what was claimed
 * @param steps what happened, one for each action
 * @param loop what happens from there on again and again, one for each action of the loop
 * @param violation what is wrong at the end, in words with names and addresses
 * @param aftermath what can follow, as far as it was looked at, one sentence; empty if the last step says it all
 */
public record Replay(
        Counterexample counterexample,
        List<ReplayedStep> steps,
        List<ReplayedStep> loop,
        String violation,
        String aftermath) {

    public Replay {
        steps = List.copyOf(steps);
        loop = List.copyOf(loop);
    }
}
