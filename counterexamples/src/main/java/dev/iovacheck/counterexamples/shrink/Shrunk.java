package dev.iovacheck.counterexamples.shrink;

import dev.iovacheck.counterexamples.Replay;
import java.util.List;

/**
 * What is left of a counterexample.
 *
 * @param replay what is left, confirmed
 * @param isMinimal whether everything that could still be left out or made smaller was tried in vain; false if it was ended before
 * @param isShortest whether a search has shown that its configuration has no way of fewer steps to the same violation
 * @param tries how many attempts were made
 * @param changes what helped, in the order in which it did
 */
public record Shrunk(Replay replay, boolean isMinimal, boolean isShortest, long tries, List<Change> changes) {

    public Shrunk {
        changes = List.copyOf(changes);
    }

    /**
     * One named step that helped.
     *
     * @param step in words
     * @param times how many attempts succeeded
     * @param actions how many actions were left after it
     */
    public record Change(String step, int times, int actions) {}
}
