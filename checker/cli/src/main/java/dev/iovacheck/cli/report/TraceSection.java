package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.explain.Explanation;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Expectation;
import dev.iovacheck.model.machine.Action;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The counterexamples of a report. Invariants that the same steps violate share them; unexpected ones come first. */
public final class TraceSection {

    private static final int FEW = 3;

    private final List<List<Replay>> groups;
    private final boolean all;

    /**
     * @param replays in their order
     * @param all whether to print all in full and not only the first few
     */
    public TraceSection(List<Replay> replays, boolean all) {
        this.all = all;
        Map<Steps, List<Replay>> bySteps = new LinkedHashMap<>();
        replays.forEach(replay -> bySteps.computeIfAbsent(Steps.of(replay), steps -> new ArrayList<>())
                .add(replay));
        groups = List.copyOf(bySteps.values());
    }

    /** What makes two counterexamples the same history. */
    private record Steps(Configuration configuration, List<Integer> devices, List<Action> actions, List<Action> loop) {

        static Steps of(Replay replay) {
            // What else was asked and expected makes no other history.
            Configuration configuration = replay.counterexample().configuration().toBuilder()
                    .checks(List.of())
                    .goals(List.of())
                    .expectation(Expectation.ALL_HOLD)
                    .build();
            return new Steps(
                    configuration,
                    replay.counterexample().devices(),
                    replay.counterexample().actions(),
                    replay.counterexample().loop());
        }
    }

    /** Empty if nothing is violated; otherwise ends in an empty line. */
    public String text() {
        WrappedText text = new WrappedText();
        int shown = all ? groups.size() : Math.min(FEW, groups.size());
        for (int group = 0; group < shown; group++) {
            Replay first = groups.get(group).get(0);
            String heading = "counterexample " + (group + 1) + " of " + groups.size() + ": " + id(first);
            text.line(heading).line("-".repeat(heading.length()));
            text.add(Explanation.text(first, WrappedText.WIDTH));
            for (Replay other : groups.get(group).subList(1, groups.get(group).size())) {
                text.blank().line("The same steps also violate another invariant.");
                text.add(CounterexampleText.conclusion(other));
            }
            text.blank();
        }
        if (shown < groups.size()) {
            List<String> left = groups.subList(shown, groups.size()).stream()
                    .flatMap(List::stream)
                    .map(TraceSection::id)
                    .toList();
            text.wrap(
                    "",
                    2,
                    Numbers.of(groups.size() - shown, "more counterexample") + " left out (" + String.join(", ", left)
                            + "); --all-traces prints all of them.");
            text.blank();
        }
        return text.toString();
    }

    private static String id(Replay replay) {
        return replay.counterexample().invariant().id();
    }
}
