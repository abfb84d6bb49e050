package dev.iovacheck.counterexamples.explain;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.invariants.ProgressInvariant;
import java.util.List;

/**
 * Why a counterexample ends as it does.
 *
 * @param step number of the step that is to blame; 0 if the initial state is
 * @param sentences at most three, which name other steps by their numbers
 * @param avoidable up to which step it could still be avoided, part of a sentence; empty if that says nothing
 * @param next what the kernel does next from a tree that is out of order, one sentence each; empty if the tree is in order
 */
public record Explanation(int step, List<String> sentences, String avoidable, List<String> next) {

    public Explanation {
        sentences = List.copyOf(sentences);
        next = List.copyOf(next);
    }

    /** Before it was searched for more. */
    Explanation(int step, List<String> sentences) {
        this(step, sentences, "", List.of());
    }

    /** Of a confirmed counterexample. */
    public static Explanation of(Replay replay) {
        Blame blame = new Blame(replay);
        Explanation found = blame.find();
        return new Explanation(
                found.step(),
                found.sentences(),
                avoidable(replay),
                blame.isOutOfOrder() ? WhatFollows.of(replay) : List.of());
    }

    private static String avoidable(Replay replay) {
        int steps = replay.steps().size();
        if (replay.counterexample().invariant() instanceof ProgressInvariant || steps < 2) {
            return "";
        }
        int since = Avoidance.since(replay);
        if (since == Avoidance.NOT_SEARCHED) {
            return "not searched, for there are too many orders of the calls.";
        }
        if (since == 0) {
            return "by no other order of these calls.";
        }
        return since == steps
                ? "up to step " + (steps - 1) + ", by what the kernel does by itself in between."
                : "before step " + since + ", by another order of the calls; after it, by none of those that are left.";
    }

    /** The counterexample as plain text, with what is to blame and why; each line ends in a line feed. */
    public static String text(Replay replay, int width) {
        return CounterexampleText.of(replay, width, cause(replay, width));
    }

    private static String cause(Replay replay, int width) {
        Explanation explanation = of(replay);
        WrappedText text = new WrappedText(width);
        if (explanation.step() > 0) {
            String call =
                    CounterexampleText.steps(replay).get(explanation.step() - 1).call();
            text.wrap("To blame: ", 4, "step " + explanation.step() + ", " + call);
        }
        text.wrap("Because: ", 4, String.join(" ", explanation.sentences()));
        if (!explanation.avoidable().isEmpty()) {
            text.wrap("Avoidable: ", 4, explanation.avoidable());
        }
        explanation.next().forEach(sentence -> text.wrap("What follows: ", 4, sentence));
        return text.toString();
    }
}
