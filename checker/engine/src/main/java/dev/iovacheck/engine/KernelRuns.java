package dev.iovacheck.engine;

import dev.iovacheck.invariants.KernelWork;
import dev.iovacheck.invariants.ProgressInvariant;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.factory.primitive.LongLists;
import org.eclipse.collections.api.factory.primitive.ObjectIntMaps;
import org.eclipse.collections.api.list.primitive.LongList;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.eclipse.collections.api.map.primitive.MutableObjectIntMap;

/**
 * All that can happen by itself from one state on without getting to a goal, and whether it can go on so for ever from this state back to
 * it, no work being put off for ever that can always be done.
 *
 * <p>States in which a driver's call is in flight are left out: such calls end, and nothing begins them again by itself.
 */
final class KernelRuns {

    /** A step to another state. {@code work} is its number, as {@link KernelWork} has it. */
    private record Edge(int from, int to, int work, Action action) {}

    private final ProgressInvariant invariant;
    private final Machine before;
    private final Machine after;
    private final int most;
    private final BitWriter out = new BitWriter();
    private final List<long[]> states = new ArrayList<>();
    private final List<BitSet> possible = new ArrayList<>();
    private final List<List<Edge>> edges = new ArrayList<>();
    private final MutableObjectIntMap<LongList> numbers = ObjectIntMaps.mutable.empty();
    private BitSet component = new BitSet();

    /**
     * @param before a machine to work with
     * @param after likewise; what its stored states forget, is forgotten here
     * @param most how many states are looked at
     */
    KernelRuns(ProgressInvariant invariant, Machine before, Machine after, int most) {
        this.invariant = invariant;
        this.before = before;
        this.after = after;
        this.most = most;
    }

    /**
     * Looks at everything.
     *
     * @param start stored words of a state that is no goal
     * @return false if there is too much
     */
    boolean explore(long[] start) {
        after.read(start, 0);
        number();
        MutableIntList actions = IntLists.mutable.empty();
        for (int state = 0; state < states.size(); state++) {
            before.read(states.get(state), 0);
            actions.clear();
            before.enabled(actions);
            for (int index = 0; index < actions.size(); index++) {
                int action = actions.get(index);
                if (invariant.mayHelp(before, action)) {
                    follow(state, action);
                }
            }
            if (states.size() > most) {
                return false;
            }
        }
        component = component();
        return true;
    }

    private void follow(int from, int action) {
        int work = KernelWork.of(before, action);
        if (work >= 0) {
            possible.get(from).set(work);
        }
        after.copyFrom(before);
        if (after.apply(action) && !after.isCrashed() && !invariant.isGoal(after) && !KernelWork.isAwaited(after)) {
            Action described = before.describe(action);
            edges.get(from).add(new Edge(from, number(), work, described));
        }
    }

    /** The number of the state that {@code after} is in. */
    private int number() {
        after.write(out);
        long[] words = Arrays.copyOf(out.words(), BitWriter.length(out.words()[0]));
        LongList key = LongLists.immutable.of(words);
        int known = numbers.getIfAbsent(key, -1);
        if (known >= 0) {
            return known;
        }
        numbers.put(key, states.size());
        states.add(words);
        possible.add(new BitSet());
        edges.add(new ArrayList<>());
        return states.size() - 1;
    }

    /** The states from which there is a way back to the first one. */
    private BitSet component() {
        List<List<Edge>> backwards = new ArrayList<>();
        states.forEach(state -> backwards.add(new ArrayList<>()));
        edges.forEach(some -> some.forEach(edge -> backwards.get(edge.to()).add(edge)));
        BitSet reached = new BitSet();
        Deque<Integer> queue = new ArrayDeque<>(List.of(0));
        reached.set(0);
        while (!queue.isEmpty()) {
            for (Edge edge : backwards.get(queue.remove())) {
                if (!reached.get(edge.from())) {
                    reached.set(edge.from());
                    queue.add(edge.from());
                }
            }
        }
        return reached;
    }

    private List<Edge> inside(int state) {
        return edges.get(state).stream()
                .filter(edge -> component.get(edge.to()))
                .toList();
    }

    /** Stored words of the states that the first one can get to and back from. */
    List<long[]> loopStates() {
        return component.stream().mapToObj(states::get).toList();
    }

    /** Whether it can go on for ever: a way back, on which each work is done or cannot be done for a moment. */
    boolean hasFairLoop() {
        BitSet excused = new BitSet();
        component.stream().forEach(state -> {
            excuse(state, excused);
            inside(state).stream()
                    .mapToInt(Edge::work)
                    .filter(work -> work >= 0)
                    .forEach(excused::set);
        });
        boolean returns = component.stream().anyMatch(state -> !inside(state).isEmpty());
        return returns && excused.cardinality() == KernelWork.count(before);
    }

    private void excuse(int state, BitSet excused) {
        BitSet idle = (BitSet) possible.get(state).clone();
        idle.flip(0, KernelWork.count(before));
        excused.or(idle);
    }

    /** Such a way back, not always the shortest. Only if {@link #hasFairLoop}. */
    List<Action> fairLoop() {
        List<Edge> walk = new ArrayList<>();
        BitSet excused = new BitSet();
        excuse(0, excused);
        for (int work = excused.nextClearBit(0); work < KernelWork.count(before); work = excused.nextClearBit(work)) {
            int wanted = work;
            extend(walk, state -> !possible.get(state).get(wanted), edge -> edge.work() == wanted);
            walk.forEach(edge -> {
                excuse(edge.to(), excused);
                if (edge.work() >= 0) {
                    excused.set(edge.work());
                }
            });
        }
        if (walk.isEmpty()) {
            walk.add(inside(0).get(0));
        }
        extend(walk, state -> state == 0, edge -> false);
        return walk.stream().map(Edge::action).toList();
    }

    /** Goes on by the shortest way to a state, or over an edge, as wanted. */
    private void extend(List<Edge> walk, IntPredicate wantedState, Predicate<Edge> wantedEdge) {
        int start = walk.isEmpty() ? 0 : walk.get(walk.size() - 1).to();
        if (wantedState.test(start)) {
            return;
        }
        Edge[] by = new Edge[states.size()];
        Deque<Integer> queue = new ArrayDeque<>(List.of(start));
        while (!queue.isEmpty()) {
            for (Edge edge : inside(queue.remove())) {
                if (wantedState.test(edge.to()) || wantedEdge.test(edge)) {
                    List<Edge> way = new ArrayList<>(List.of(edge));
                    for (int at = edge.from(); at != start; at = way.get(0).from()) {
                        way.add(0, by[at]);
                    }
                    walk.addAll(way);
                    return;
                }
                if (edge.to() != start && by[edge.to()] == null) {
                    by[edge.to()] = edge;
                    queue.add(edge.to());
                }
            }
        }
        throw new IllegalStateException("a loop that was found is not there");
    }
}
