package dev.iovacheck.model.config;

import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Errno;
import java.util.List;
import java.util.Optional;

/** Reads the {@code sometimes} block. */
final class GoalReader {

    private static final List<String> WHAT = List.of("live", "map", "returns", "branch");

    private final Values values;

    GoalReader(Values values) {
        this.values = values;
    }

    Optional<List<Draft.OfGoal>> read(YamlNode node) {
        return values.listOf(node, "sometimes", Vocabulary.MOST_GOALS, this::entry)
                .map(entries -> entries.stream().map(Placed::value).toList());
    }

    private Optional<Draft.OfGoal> entry(YamlNode node) {
        return Section.of(node, "a sometimes entry", Vocabulary.Block.GOAL, values)
                .flatMap(this::entry);
    }

    private Optional<Draft.OfGoal> entry(Section entry) {
        List<String> given = WHAT.stream().filter(entry::has).toList();
        if (given.size() != 1) {
            values.faults()
                    .report(
                            given.isEmpty() ? entry.place() : entry.placeOf(given.get(1)),
                            given.isEmpty()
                                    ? "the entry does not say what must happen"
                                    : "the entry has a goal already",
                            "write one of live, map, returns and branch in each entry");
            return Optional.empty();
        }
        String what = given.get(0);
        if (!what.equals("returns") && entry.has("of")) {
            return misplaced(entry, "of", "'of' goes with returns");
        }
        if (what.equals("branch") && entry.has("device")) {
            return misplaced(entry, "device", "a branch is taken for no device in particular");
        }
        Setting<Optional<String>> device = entry.optional("device", node -> values.name(node, "device"));
        YamlNode value = entry.value(what).orElseThrow();
        return goal(what, value, entry)
                .filter(goal -> device.isSound())
                .map(goal -> new Draft.OfGoal(entry.placeOf(what), device, goal));
    }

    private Optional<Draft.OfGoal> misplaced(Section entry, String key, String what) {
        values.faults().report(entry.placeOf(key), what, "leave it out");
        return Optional.empty();
    }

    /** The goal, about no device yet. */
    private Optional<Goal> goal(String what, YamlNode value, Section entry) {
        return switch (what) {
            case "live" ->
                values.count(value, "live", 1, Vocabulary.MOST_LIVE).map(count -> new Goal.Live(Goal.ANY, count));
            case "map" ->
                values.word(value, "result of a map", Vocabulary.MAP_RESULTS).map(fails -> new Goal.MapFails(Goal.ANY));
            case "branch" -> branch(value);
            default -> returns(value, entry);
        };
    }

    private Optional<Goal> branch(YamlNode value) {
        Optional<Branch> branch = values.word(value, "branch", Vocabulary.BRANCHES);
        return branch.map(Goal.Taken::new);
    }

    private Optional<Goal> returns(YamlNode value, Section entry) {
        Optional<Optional<Errno>> result = values.word(value, "result", Vocabulary.RESULTS);
        Optional<YamlNode> of = entry.value("of");
        if (of.isEmpty()) {
            values.faults()
                    .report(
                            entry.placeOf("returns"),
                            "the entry does not say what returns it",
                            "add of: " + String.join(" or of: ", Vocabulary.GOAL_CALLS.written()));
            return Optional.empty();
        }
        Optional<Goal.Call> call = values.word(of.get(), "call", Vocabulary.GOAL_CALLS);
        return result.flatMap(
                errno -> call.map(known -> new Goal.Returns(Goal.ANY, known, errno.isPresent() ? errno.get() : null)));
    }
}
