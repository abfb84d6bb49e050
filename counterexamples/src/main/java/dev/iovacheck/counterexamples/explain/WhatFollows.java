package dev.iovacheck.counterexamples.explain;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Result;
import dev.iovacheck.invariants.StateInvariant;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Symmetry;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.factory.primitive.LongLists;
import org.eclipse.collections.api.list.primitive.LongList;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel does next from a tree that is out of order: the shortest ways on, with the calls that the configuration allows, to a
 * kernel that does not survive and to a range that two mappings have. The tree is the exact one, with its shape; what is said has been
 * replayed.
 */
final class WhatFollows {

    private static final int MOST_STATES = 20_000;

    private final Counterexample counterexample;
    private final StateInvariant disjoint = (StateInvariant) Catalogue.byId("no-live-overlap");
    private final Machine before;
    private final Machine after;
    private final BitWriter out = new BitWriter();
    private final Set<LongList> seen = new HashSet<>();
    private final ArrayDeque<Node> queue = new ArrayDeque<>();
    private @Nullable Node crash;
    private @Nullable Node overlap;
    private boolean isCutOff;

    /** A state and the action that led to it. */
    private record Node(
            LongList state, @Nullable Node parent, @Nullable Action action) {

        List<Action> way() {
            List<Action> way = new ArrayList<>();
            for (Node node = this; node.action != null && node.parent != null; node = node.parent) {
                way.add(0, node.action);
            }
            return way;
        }
    }

    private WhatFollows(Counterexample counterexample) {
        this.counterexample = counterexample;
        int[] devices =
                counterexample.devices().stream().mapToInt(Integer::intValue).toArray();
        before = new Machine(counterexample.configuration(), devices, Symmetry.NAMES_KEPT);
        after = new Machine(counterexample.configuration(), devices, Symmetry.NAMES_KEPT);
    }

    /** One sentence for each end that is found, or one that says what was looked at in vain. */
    static List<String> of(Replay replay) {
        WhatFollows follows = new WhatFollows(replay.counterexample());
        for (Action action : replay.counterexample().actions()) {
            int code = follows.after.find(action);
            if (code < 0 || !follows.after.apply(code)) {
                return List.of();
            }
        }
        if (follows.after.isCrashed() || follows.isDoubled()) {
            return List.of(); // nothing is left to come
        }
        follows.look();
        return follows.sentences();
    }

    private boolean isDoubled() {
        return disjoint.check(after) == Result.VIOLATED;
    }

    private void look() {
        Node start = new Node(stored(), null, null);
        seen.add(start.state());
        queue.add(start);
        MutableIntList enabled = IntLists.mutable.empty();
        while (!queue.isEmpty() && (crash == null || overlap == null)) {
            Node node = queue.remove();
            before.read(node.state().toArray(), 0);
            enabled.clear();
            before.enabled(enabled);
            for (int index = 0; index < enabled.size(); index++) {
                after.copyFrom(before);
                if (after.apply(enabled.get(index))) {
                    reach(node, before.describe(enabled.get(index)));
                }
            }
        }
    }

    private void reach(Node from, Action action) {
        if (after.isCrashed()) {
            crash = crash == null ? new Node(LongLists.immutable.empty(), from, action) : crash;
            return;
        }
        Node to = new Node(stored(), from, action);
        if (isDoubled()) {
            overlap = overlap == null ? to : overlap;
        }
        if (seen.size() >= MOST_STATES) {
            isCutOff = true;
        } else if (seen.add(to.state())) {
            queue.add(to);
        }
    }

    private LongList stored() {
        int length = after.write(out);
        return LongLists.immutable.of(Arrays.copyOf(out.words(), length));
    }

    // ---- words ----

    private List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        if (crash != null) {
            told(crash.way(), "the kernel does not survive").ifPresent(sentences::add);
        }
        if (overlap != null) {
            told(overlap.way(), "two mappings have the same range").ifPresent(sentences::add);
        }
        if (sentences.isEmpty()) {
            sentences.add((isCutOff ? "In the first " : "In all ") + seen.size()
                    + " states that can follow from exactly this tree, the kernel survives and no two mappings have the"
                    + " same range.");
        }
        return sentences;
    }

    /** What was found is run once more by the replayer, which has the words too. */
    private Optional<String> told(List<Action> way, String end) {
        List<Action> actions = new ArrayList<>(counterexample.actions());
        actions.addAll(way);
        Counterexample longer = new Counterexample(
                counterexample.configuration(), counterexample.devices(), counterexample.invariant(), actions);
        List<ReplayedStep> steps = Replayer.attempt(longer).steps();
        if (steps.size() != actions.size()) {
            return Optional.empty();
        }
        List<String> calls = CounterexampleText.steps(new Replay(longer, steps, List.of(), "", "")).stream()
                .skip(counterexample.actions().size())
                .map(CounterexampleText.StepLines::call)
                .toList();
        int count = calls.size();
        String lead = count == 1 ? "With the next call " : "Within " + count + " more calls ";
        return Optional.of(lead + end + ": " + String.join(", then ", calls) + ".");
    }
}
