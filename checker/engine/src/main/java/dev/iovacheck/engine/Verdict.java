package dev.iovacheck.engine;

import dev.iovacheck.counterexamples.Replay;
import java.util.List;

/** What a check says about one invariant. A run that was cut off never says {@link Holds}. */
public sealed interface Verdict {

    /** It holds in all reachable states, and its premise was met in some. The search was complete. */
    record Holds() implements Verdict {}

    /** Nothing violates it, but its premise was never met either: this configuration shows nothing about it. */
    record NotShown() implements Verdict {}

    /**
     * A way to a violation was found and confirmed.
     *
     * @param replay the shortest
     * @param elsewhere the shortest in each other independent part in which it is violated too, in the order of the parts
     */
    record Violated(Replay replay, List<Replay> elsewhere) implements Verdict {

        public Violated {
            elsewhere = List.copyOf(elsewhere);
        }

        /** Nothing is known of other parts. */
        public Violated(Replay replay) {
            this(replay, List.of());
        }

        /** How many actions it takes. */
        public int steps() {
            return replay.steps().size();
        }
    }

    /** No violation was found, but the search was cut off. */
    record Undecided(String reason) implements Verdict {}
}
