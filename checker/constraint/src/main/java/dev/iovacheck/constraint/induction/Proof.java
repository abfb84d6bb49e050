package dev.iovacheck.constraint.induction;

import dev.iovacheck.invariants.Invariant;
import java.time.Duration;
import java.util.List;

/**
 * What came of the attempt to prove an invariant.
 *
 * @param invariant which
 * @param lemmas what was shown along with it
 * @param outcome what came of it
 * @param elapsed how long it took
 */
public record Proof(Invariant invariant, List<Lemma> lemmas, Outcome outcome, Duration elapsed) {

    public Proof {
        lemmas = List.copyOf(lemmas);
    }

    /** What can come of an attempt. */
    public sealed interface Outcome {

        /** It holds in all runs in which the tree has at most so many nodes, in windows of any size. */
        record Proved(int nodes) implements Outcome {}

        /** A step from a state in which all held leads to one in which something does not. The state need not be reachable. */
        record NotInductive(Counterstate counterstate) implements Outcome {}

        /** The solver was stopped. */
        record Undecided(String reason) implements Outcome {}
    }
}
