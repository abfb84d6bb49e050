package dev.iovacheck.engine.naive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Visits all states of a naive machine, nearest first, and remembers them all. */
final class NaiveSearch {

    /** What is known of a rule at the end, in ascending order of weight. */
    enum Kind {
        NOT_SHOWN,
        HOLDS,
        VIOLATED
    }

    /**
     * @param steps how many it takes to violate it; 0 if nothing does
     */
    record Finding(Kind kind, int steps) {}

    private final NaiveMachine machine;
    /** All states, each with the number of its steps. */
    private final Map<NaiveState, Integer> seen = new HashMap<>();

    private final Map<String, Finding> findings = new TreeMap<>();
    private long transitions;
    private int depth;

    private NaiveSearch(NaiveMachine machine) {
        this.machine = machine;
        Finding nothingYet = new Finding(Kind.NOT_SHOWN, 0);
        NaiveRules.OF_STATES.keySet().forEach(rule -> findings.put(rule, nothingYet));
        NaiveRules.OF_STEPS.keySet().forEach(rule -> findings.put(rule, nothingYet));
    }

    /** Everything there is; nothing if there are more than {@code limit} states. */
    static Optional<NaiveSearch> run(NaiveMachine machine, int limit) {
        NaiveSearch search = new NaiveSearch(machine);
        return search.run(limit) ? Optional.of(search) : Optional.empty();
    }

    private boolean run(int limit) {
        NaiveState initial = machine.initial();
        seen.put(initial, 0);
        judge(initial, 0);
        List<NaiveState> level = List.of(initial);
        while (!level.isEmpty()) {
            List<NaiveState> next = new ArrayList<>();
            for (NaiveState state : level) {
                List<NaiveStep> steps = machine.steps(state);
                seen.put(state, steps.size());
                for (NaiveStep step : steps) {
                    transitions++;
                    judge(step, depth + 1);
                    if (seen.putIfAbsent(step.after(), 0) == null) {
                        judge(step.after(), depth + 1);
                        next.add(step.after());
                    }
                }
                if (seen.size() > limit) {
                    return false;
                }
            }
            if (!next.isEmpty()) {
                depth++;
            }
            level = next;
        }
        return true;
    }

    private void judge(NaiveState state, int steps) {
        NaiveRules.OF_STATES.forEach((id, rule) -> note(id, rule.isKept(machine, state), steps));
    }

    private void judge(NaiveStep step, int steps) {
        NaiveRules.OF_STEPS.forEach((id, rule) -> note(id, rule.isKept(machine, step), steps));
    }

    private void note(String id, Optional<Boolean> kept, int steps) {
        Finding known = finding(id);
        if (kept.isEmpty() || known.kind() == Kind.VIOLATED) {
            return; // steps come in ascending order: the first violation is a nearest one
        }
        findings.put(id, kept.get() ? new Finding(Kind.HOLDS, 0) : new Finding(Kind.VIOLATED, steps));
    }

    Finding finding(String id) {
        Finding finding = findings.get(id);
        if (finding == null) {
            throw new IllegalArgumentException("no naive rule " + id);
        }
        return finding;
    }

    /** Ids of the rules that are checked. */
    static Set<String> rules() {
        Set<String> ids = new TreeSet<>(NaiveRules.OF_STATES.keySet());
        ids.addAll(NaiveRules.OF_STEPS.keySet());
        return ids;
    }

    int states() {
        return seen.size();
    }

    long transitions() {
        return transitions;
    }

    /** The greatest distance of a state from the initial one. */
    int depth() {
        return depth;
    }

    boolean hasOops() {
        return seen.containsKey(NaiveState.OOPS);
    }

    /**
     * What is left if CPU numbers do not matter.
     *
     * @param states how many, states that differ in CPU numbers only being one
     * @param transitions how many leave one of each
     */
    record Orbits(int states, long transitions) {}

    /** Insists that CPU numbers make no difference to what can be reached, and says what is left without them. */
    Orbits orbits() {
        List<int[]> renamings = permutations(machine.configuration().cpus());
        Set<NaiveState> left = new HashSet<>(seen.keySet());
        int states = 0;
        long steps = 0;
        for (Map.Entry<NaiveState, Integer> entry : seen.entrySet()) {
            if (left.contains(entry.getKey())) {
                states++;
                steps += entry.getValue();
                for (int[] names : renamings) {
                    NaiveState twin = entry.getKey().withCpusRenamed(names);
                    if (!entry.getValue().equals(seen.get(twin))) {
                        throw new AssertionError("CPU numbers make a difference: " + entry.getKey());
                    }
                    left.remove(twin);
                }
            }
        }
        return new Orbits(states, steps);
    }

    private static List<int[]> permutations(int size) {
        List<int[]> all = new ArrayList<>();
        if (size == 0) {
            all.add(new int[0]);
            return all;
        }
        for (int[] smaller : permutations(size - 1)) {
            for (int place = 0; place < size; place++) {
                int[] larger = new int[size];
                for (int index = 0; index < size; index++) {
                    larger[index] = index == place ? size - 1 : smaller[index < place ? index : index - 1];
                }
                all.add(larger);
            }
        }
        return all;
    }
}
