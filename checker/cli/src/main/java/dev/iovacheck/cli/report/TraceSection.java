package dev.iovacheck.cli.report;

import dev.iovacheck.cli.report.Assessment.Assessed;
import dev.iovacheck.cli.report.Assessment.Match;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.model.machine.Action;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The counterexamples of a report. Invariants that the same steps violate share them; unexpected ones come first. */
final class TraceSection {

    private static final int FEW = 3;

    private final List<List<Replay>> groups;
    private final boolean all;

    TraceSection(Assessment assessment, boolean all) {
        this.all = all;
        Map<Steps, List<Replay>> bySteps = new LinkedHashMap<>();
        for (Match match : List.of(Match.UNEXPECTED, Match.EXPECTED)) {
            for (Assessed each : assessment.invariants()) {
                if (each.match() == match && each.finding().verdict() instanceof Verdict.Violated violated) {
                    bySteps.computeIfAbsent(Steps.of(violated.replay()), steps -> new ArrayList<>())
                            .add(violated.replay());
                }
            }
        }
        groups = List.copyOf(bySteps.values());
    }

    /** What makes two counterexamples the same history. */
    private record Steps(List<Integer> devices, List<Action> actions, List<Action> loop) {

        static Steps of(Replay replay) {
            return new Steps(
                    replay.counterexample().devices(),
                    replay.counterexample().actions(),
                    replay.counterexample().loop());
        }
    }

    /** Empty if nothing is violated; otherwise ends in an empty line. */
    String text() {
        WrappedText text = new WrappedText();
        int shown = all ? groups.size() : Math.min(FEW, groups.size());
        for (int group = 0; group < shown; group++) {
            Replay first = groups.get(group).get(0);
            String heading = "counterexample " + (group + 1) + " of " + groups.size() + ": " + id(first);
            text.line(heading).line("-".repeat(heading.length()));
            text.add(CounterexampleText.of(first));
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
