package dev.iovacheck.counterexamples.picture;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Symmetry;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.factory.primitive.LongLists;
import org.eclipse.collections.api.list.primitive.LongList;
import org.eclipse.collections.api.list.primitive.MutableIntList;

/**
 * The graph of states around a counterexample in the language of Graphviz, nearest states first, up to a limit that is told when it is
 * reached; the way of the counterexample is marked. All names are kept, so that its states are among those of the graph.
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

    private StateGraphDot(Counterexample counterexample) {
        int[] devices =
                counterexample.devices().stream().mapToInt(Integer::intValue).toArray();
        before = new Machine(counterexample.configuration(), devices, Symmetry.NAMES_KEPT);
        after = new Machine(counterexample.configuration(), devices, Symmetry.NAMES_KEPT);
    }

    /** Ends in a line feed. */
    public static String of(Replay replay) {
        return new StateGraphDot(replay.counterexample()).draw(replay.counterexample());
    }

    private String draw(Counterexample counterexample) {
        Set<String> way = way(counterexample);
        int onWay = states.size();
        look();
        StringBuilder dot = new StringBuilder("digraph states {\n");
        dot.append("  // ")
                .append(states.size())
                .append(cutOff ? " states; there are more\n" : " states, all there are\n");
        dot.append("  node [shape=circle, width=0.2, fixedsize=true, label=\"\"];\n");
        for (int state = 0; state < states.size(); state++) {
            if (state < onWay) {
                String last = state == onWay - 1 ? ", shape=doublecircle" : "";
                dot.append("  s")
                        .append(state)
                        .append(" [style=filled, fillcolor=red")
                        .append(last);
                dot.append(", tooltip=\"after step ").append(state).append("\"];\n");
            } else {
                dot.append("  s").append(state).append(";\n");
            }
        }
        way.forEach(edge -> dot.append("  ").append(edge).append("\", color=red, penwidth=2];\n"));
        edges.stream()
                .filter(edge -> !way.contains(edge))
                .forEach(edge -> dot.append("  ").append(edge).append("\"];\n"));
        return dot.append("}\n").toString();
    }

    private Set<String> way(Counterexample counterexample) {
        Set<String> way = new LinkedHashSet<>();
        int here = number();
        for (Action action : counterexample.actions()) {
            int code = after.find(action);
            after.apply(code);
            int there = number();
            way.add(edge(here, there, action.kind()));
            here = there;
        }
        return way;
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
