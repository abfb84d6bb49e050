package dev.iovacheck.counterexamples;

import java.util.List;

/**
 * A counterexample that was run on the model and found to be true.
 *
 * @param counterexample what was claimed
 * @param steps what happened, one for each action
 * @param violation what is wrong at the end, in words with names and addresses
 */
public record Replay(Counterexample counterexample, List<ReplayedStep> steps, String violation) {

    public Replay {
        steps = List.copyOf(steps);
    }
}
