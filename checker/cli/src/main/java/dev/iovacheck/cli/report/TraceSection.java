package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.explain.Explanation;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Expectation;
import java.util.ArrayList;
import java.util.List;

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
        List<List<Replay>> byHistory = new ArrayList<>();
        for (Replay replay : replays) {
            byHistory.stream()
                    .filter(group -> haveSameHistory(group.get(0), replay))
                    .findFirst()
                    .ifPresentOrElse(group -> group.add(replay), () -> byHistory.add(new ArrayList<>(List.of(replay))));
        }
        groups = List.copyOf(byHistory);
    }

    private static boolean haveSameHistory(Replay one, Replay other) {
        Counterexample a = one.counterexample();
        Counterexample b = other.counterexample();
        return a.devices().equals(b.devices())
                && a.actions().equals(b.actions())
                && a.loop().equals(b.loop())
                && haveSameMachine(a.configuration(), b.configuration());
    }

    /** What else was asked and expected makes no other history. Counterexamples of one search have one configuration in most cases. */
    @SuppressWarnings("ReferenceEquality") // the same one is equal to itself, which takes long to find out
    private static boolean haveSameMachine(Configuration one, Configuration other) {
        return one == other || machine(one).equals(machine(other));
    }

    private static Configuration machine(Configuration configuration) {
        return configuration.toBuilder()
                .checks(List.of())
                .goals(List.of())
                .expectation(Expectation.ALL_HOLD)
                .build();
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
