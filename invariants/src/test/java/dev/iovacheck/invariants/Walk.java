package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.jspecify.annotations.Nullable;

/** A plain breadth-first walk through all states of a configuration, with one invariant looking on. */
final class Walk {

    /** No test needs more; a walk that does is a mistake in the test. */
    private static final int MOST_STATES = 200_000;

    private final Invariant invariant;
    /** For a claim about what can follow: the whole graph. */
    private final Map<List<Long>, Node> graph = new LinkedHashMap<>();

    private final Machine before;
    private final Machine after;
    private final Step step;
    private final BitWriter out = new BitWriter();
    private boolean held;
    private int shortest = -1;
    private String description = "";
    private List<String> actions = List.of();

    private record Place(
            List<Long> state, int depth, @Nullable Place from, String action) {}

    /** @param helping those of the next states that are reached by what may help */
    private record Node(Place place, boolean isGoal, boolean isEnd, Set<List<Long>> helping) {}

    private Walk(Invariant invariant, Question question, @Nullable Defect defect) {
        this.invariant = invariant;
        before = machine(question, defect);
        after = machine(question, defect);
        step = new Step(before, after);
        run();
    }

    private static Machine machine(Question question, @Nullable Defect defect) {
        return defect == null ? new Machine(question.build()) : Machine.withDefect(question.build(), defect);
    }

    /** Walks until the first violation, or to the end. */
    static Walk of(String id, Question question) {
        return new Walk(Catalogue.byId(id), question, null);
    }

    static Walk withDefect(String id, Question question, Defect defect) {
        return new Walk(Catalogue.byId(id), question, defect);
    }

    /** Whether it held in some state or step before the first violation, if any. */
    boolean held() {
        return held;
    }

    boolean violated() {
        return shortest >= 0;
    }

    /** Number of actions of the shortest way to a violation. */
    OptionalInt shortest() {
        return shortest < 0 ? OptionalInt.empty() : OptionalInt.of(shortest);
    }

    /** What the invariant says of the violation; empty if there is none. */
    String description() {
        return description;
    }

    /** What happened on the shortest way, for messages. */
    List<String> actions() {
        return actions;
    }

    private void run() {
        Set<List<Long>> seen = new HashSet<>();
        ArrayDeque<Place> queue = new ArrayDeque<>();
        Place start = new Place(stored(), 0, null, "");
        look(start, false);
        queue.add(start);
        seen.add(start.state());
        note(start);
        while (!queue.isEmpty() && shortest < 0) {
            Place place = queue.remove();
            long[] words = place.state().stream().mapToLong(Long::longValue).toArray();
            before.read(words, 0);
            MutableIntList enabled = IntLists.mutable.empty();
            before.enabled(enabled);
            for (int index = 0; index < enabled.size() && shortest < 0; index++) {
                after.read(words, 0);
                boolean helps =
                        invariant instanceof ProgressInvariant progress && progress.mayHelp(before, enabled.get(index));
                String action = before.describe(enabled.get(index)).toString();
                if (!after.apply(enabled.get(index))) {
                    continue;
                }
                step.set(enabled.get(index));
                Place next = new Place(List.of(), place.depth() + 1, place, action);
                look(next, true);
                if (shortest < 0) {
                    Place reached = new Place(stored(), next.depth(), place, action);
                    if (seen.add(reached.state())) {
                        queue.add(reached);
                        note(reached);
                    }
                    if (helps) {
                        Objects.requireNonNull(graph.get(place.state()))
                                .helping()
                                .add(reached.state());
                    }
                }
            }
            if (seen.size() > MOST_STATES) {
                throw new AssertionError("more than " + MOST_STATES + " states");
            }
        }
        if (invariant instanceof ProgressInvariant progress) {
            judge(progress);
        }
    }

    /** Of the machine that has just got to a new state. */
    private void note(Place place) {
        if (invariant instanceof ProgressInvariant progress) {
            held |= progress.speaksOf(after);
            graph.put(place.state(), new Node(place, progress.isGoal(after), after.isCrashed(), new HashSet<>()));
        }
    }

    /** Finds the nearest state from which no goal is reached, or may not be reached. */
    private void judge(ProgressInvariant progress) {
        Set<List<Long>> good = new HashSet<>();
        boolean recoverable = progress.kind() == ProgressInvariant.Kind.RECOVERABLE;
        for (boolean changed = true; changed; ) {
            changed = false;
            for (Map.Entry<List<Long>, Node> entry : graph.entrySet()) {
                Set<List<Long>> next = entry.getValue().helping();
                // No question of these tests has two kinds of work to be done at a time: one is as fair as the other.
                boolean leads = recoverable
                        ? next.stream().anyMatch(good::contains)
                        : !next.isEmpty() && good.containsAll(next);
                boolean excused = entry.getValue().isEnd() && !recoverable;
                boolean isGood = leads || excused || entry.getValue().isGoal();
                changed |= isGood && good.add(entry.getKey());
            }
        }
        for (Map.Entry<List<Long>, Node> entry : graph.entrySet()) {
            if (!good.contains(entry.getKey()) && !entry.getValue().isEnd() && shortest < 0) {
                violated(entry.getValue().place());
                after.read(entry.getKey().stream().mapToLong(Long::longValue).toArray(), 0);
                description = progress.describe(after);
            }
        }
    }

    private void violated(Place place) {
        shortest = place.depth();
        List<String> way = new ArrayList<>();
        for (Place at = place; at != null && !at.action().isEmpty(); at = at.from()) {
            way.add(0, at.action());
        }
        actions = List.copyOf(way);
    }

    private List<Long> stored() {
        after.write(out);
        return Arrays.stream(out.words(), 0, BitWriter.length(out.words()[0]))
                .boxed()
                .toList();
    }

    private void look(Place place, boolean withStep) {
        Result result = Result.PREMISE_NOT_MET;
        if (invariant instanceof StateInvariant state) {
            result = state.check(after);
        } else if (invariant instanceof StepInvariant ofSteps && withStep) {
            result = ofSteps.check(step);
        }
        held |= result == Result.HOLDS;
        if (result == Result.VIOLATED) {
            violated(place);
            description = invariant instanceof StateInvariant state
                    ? state.describe(after)
                    : ((StepInvariant) invariant).describe(step);
        }
    }
}
