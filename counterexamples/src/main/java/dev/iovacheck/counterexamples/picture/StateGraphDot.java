package dev.iovacheck.counterexamples.picture;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Expectation;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Symmetry;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.factory.primitive.LongLists;
import org.eclipse.collections.api.list.primitive.LongList;
import org.eclipse.collections.api.list.primitive.MutableIntList;

/**
 * The graph of states around counterexamples in the language of Graphviz, nearest states first, up to a limit that is told when it is
 * reached; their ways are marked. All names are kept, so that their states are among those of the graph. There is one graph: of the
 * counterexamples, those are in it that are about the same devices of the same configuration as the first.
 */
public final class StateGraphDot {

    /** More states make no picture. */
    public static final int MOST_STATES = 2000;

    private final Map<LongList, Integer> states = new LinkedHashMap<>();
    private final Set<String> edges = new LinkedHashSet<>();
    private final BitWriter out = new BitWriter();
    private final Machine before;
    private final Machine after;
    private boolean cutOff;

    private StateGraphDot(Supplier<Machine> machines) {
        before = machines.get();
        after = machines.get();
    }

    /** Ends in a line feed. */
    public static String of(List<Replay> replays) {
        if (replays.isEmpty()) {
            return "digraph states {\n  // no counterexample\n}\n";
        }
        Counterexample first = replays.get(0).counterexample();
        int[] devices = first.devices().stream().mapToInt(Integer::intValue).toArray();
        return of(replays, () -> new Machine(first.configuration(), devices, Symmetry.NAMES_KEPT));
    }

    /**
     * The same on machines of one's own making.
     *
     * @param replays at least one
     * @param machines makes machines of the first one's configuration and devices that forget no name
     */
    static String of(List<Replay> replays, Supplier<Machine> machines) {
        Counterexample first = replays.get(0).counterexample();
        List<Counterexample> alike = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Replay replay : replays) {
            Counterexample each = replay.counterexample();
            if (isAlike(first, each)) {
                alike.add(each);
            } else {
                others.add(each.invariant().id());
            }
        }
        return new StateGraphDot(machines).draw(alike, others);
    }

    /** Whether the graph is the same; what else was asked and expected makes no other graph. */
    private static boolean isAlike(Counterexample one, Counterexample other) {
        return one.devices().equals(other.devices()) && asked(one).equals(asked(other));
    }

    private static Configuration asked(Counterexample counterexample) {
        return counterexample.configuration().toBuilder()
                .checks(List.of())
                .goals(List.of())
                .expectation(Expectation.ALL_HOLD)
                .build();
    }

    private String draw(List<Counterexample> counterexamples, List<String> others) {
        Set<String> way = new LinkedHashSet<>();
        Set<String> again = new LinkedHashSet<>();
        Map<Integer, String> ends = new TreeMap<>();
        for (Counterexample counterexample : counterexamples) {
            after.reset();
            int end = go(counterexample.actions(), way);
            ends.merge(end, counterexample.invariant().id(), (known, id) -> known + ", " + id);
            go(counterexample.loop(), again);
        }
        way.removeAll(again);
        int onWay = states.size();
        look();
        StringBuilder dot = new StringBuilder("digraph states {\n");
        dot.append("  // ")
                .append(states.size())
                .append(cutOff ? " states; there are more\n" : " states, all there are\n");
        if (!others.isEmpty()) {
            dot.append("  // in graphs of their own: ")
                    .append(String.join(", ", others))
                    .append("; --only shows one of them\n");
        }
        dot.append("  node [shape=circle, width=0.2, fixedsize=true, label=\"\"];\n");
        for (int state = 0; state < states.size(); state++) {
            if (state < onWay) {
                String last = ends.containsKey(state)
                        ? ", shape=doublecircle, tooltip=\"" + ends.get(state) + "\""
                        : ", tooltip=\"on the way\"";
                dot.append("  s")
                        .append(state)
                        .append(" [style=filled, fillcolor=red")
                        .append(last)
                        .append("];\n");
            } else {
                dot.append("  s").append(state).append(";\n");
            }
        }
        if (!again.isEmpty()) {
            dot.append("  // dashed: again and again, for ever\n");
        }
        way.forEach(edge -> dot.append("  ").append(edge).append("\", color=red, penwidth=2];\n"));
        again.forEach(edge -> dot.append("  ").append(edge).append("\", color=red, penwidth=2, style=dashed];\n"));
        edges.stream()
                .filter(edge -> !way.contains(edge) && !again.contains(edge))
                .forEach(edge -> dot.append("  ").append(edge).append("\"];\n"));
        return dot.append("}\n").toString();
    }

    /** From the current state; the number of the state at the end. */
    private int go(List<Action> actions, Set<String> way) {
        int here = number();
        for (Action action : actions) {
            after.apply(after.find(action));
            int there = number();
            way.add(edge(here, there, action.kind()));
            here = there;
        }
        return here;
    }

    private static String edge(int from, int to, Action.Kind kind) {
        return "s" + from + " -> s" + to + " [label=\""
                + kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Of the current state; a new one gets the next number. */
    private int number() {
        return states.computeIfAbsent(stored(), state -> states.size());
    }

    private LongList stored() {
        after.write(out);
        return LongLists.immutable.of(Arrays.copyOf(out.words(), BitWriter.length(out.words()[0])));
    }

    private void look() {
        after.reset();
        ArrayDeque<LongList> queue = new ArrayDeque<>();
        Set<LongList> seen = new LinkedHashSet<>();
        queue.add(stored());
        seen.add(stored());
        MutableIntList enabled = IntLists.mutable.empty();
        while (!queue.isEmpty()) {
            LongList state = queue.remove();
            before.read(state.toArray(), 0);
            if (before.isCrashed()) {
                continue;
            }
            enabled.clear();
            before.enabled(enabled);
            for (int index = 0; index < enabled.size(); index++) {
                after.copyFrom(before);
                if (!after.apply(enabled.get(index))) {
                    continue;
                }
                LongList next = stored();
                if (!states.containsKey(next) && states.size() >= MOST_STATES) {
                    cutOff = true;
                    continue;
                }
                int from = states.computeIfAbsent(state, fresh -> states.size());
                int to = states.computeIfAbsent(next, fresh -> states.size());
                edges.add(edge(from, to, before.kindOf(enabled.get(index))));
                if (seen.add(next)) {
                    queue.add(next);
                }
            }
        }
    }
}
