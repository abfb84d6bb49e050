package dev.iovacheck.cli.report;

import dev.iovacheck.cli.result.FindingStep;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.explain.Explanation;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.model.config.Configuration;
import java.util.ArrayList;
import java.util.List;

/** A replayed counterexample as steps in words, and as what it is known by. */
final class FindingSteps {

    private FindingSteps() {}

    static List<FindingStep> of(Replay replay, FindingPlaces places) {
        List<CounterexampleText.StepLines> lines = CounterexampleText.steps(replay);
        int blamed = Explanation.of(replay).step();
        List<ReplayedStep> all = new ArrayList<>(replay.steps());
        all.addAll(replay.loop());
        List<FindingStep> steps = new ArrayList<>();
        for (int index = 0; index < all.size(); index++) {
            steps.add(new FindingStep(
                    index + 1,
                    lines.get(index).call(),
                    lines.get(index).changes(),
                    places.of(all.get(index).action()),
                    index + 1 == blamed,
                    index >= replay.steps().size()));
        }
        return steps;
    }

    /** Why it ends as it does, one paragraph. */
    static String because(Replay replay) {
        return String.join(" ", Explanation.of(replay).sentences());
    }

    /**
     * What makes it this violation: the windows of the devices that take part, without their names and in no order of the file, and how
     * the last step ends. Not the addresses, nor how many steps there are: these change with every buffer.
     */
    static List<String> marks(Replay replay) {
        Configuration configuration = replay.counterexample().configuration();
        List<String> marks = new ArrayList<>(replay.counterexample().devices().stream()
                .map(index -> configuration.devices().get(index).window().toString())
                .sorted()
                .toList());
        if (replay.steps().isEmpty()) {
            marks.add("initial");
        } else {
            ReplayedStep last = replay.steps().get(replay.steps().size() - 1);
            marks.add(last.action().kind().name());
            marks.add(last.outcome().name());
            marks.add(String.valueOf(last.errno()));
        }
        return marks;
    }
}
