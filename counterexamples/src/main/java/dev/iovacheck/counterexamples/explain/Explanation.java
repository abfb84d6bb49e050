package dev.iovacheck.counterexamples.explain;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.invariants.Invariant;
import java.util.List;

/**
 * Why a counterexample ends as it does.
 *
 * @param step number of the step that is to blame; 0 if the initial state is
 * @param sentences at most three, which name other steps by their numbers
 */
public record Explanation(int step, List<String> sentences) {

    public Explanation {
        sentences = List.copyOf(sentences);
    }

    /** Of a confirmed counterexample. */
    public static Explanation of(Replay replay) {
        return new Blame(replay).find();
    }

    /** As plain text with the step, the sentences and the source of the rule; each line ends in a line feed. */
    public static String text(Replay replay, int width) {
        Explanation explanation = of(replay);
        Invariant invariant = replay.counterexample().invariant();
        WrappedText text = new WrappedText(width);
        if (explanation.step() > 0) {
            String call =
                    CounterexampleText.steps(replay).get(explanation.step() - 1).call();
            text.wrap("To blame: ", 4, "step " + explanation.step() + ", " + call);
        }
        text.wrap("Because: ", 4, String.join(" ", explanation.sentences()));
        text.wrap("Rule: ", 4, invariant.claim());
        invariant.references().forEach(reference -> text.wrap("  ", 4, reference.toString()));
        return text.toString();
    }
}
