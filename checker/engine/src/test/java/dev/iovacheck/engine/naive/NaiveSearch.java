package dev.iovacheck.engine.naive;

import dev.iovacheck.model.config.Device;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** What happens, and the state after it. */
    private record Way(String what, NaiveState to) {}

    private final NaiveMachine machine;

    /** The steps of the shortest way to each state. */
    private final Map<NaiveState, Integer> distances = new HashMap<>();

    /** One object for each state that there are several equal ones of. */
    private final Map<NaiveState, NaiveState> same = new HashMap<>();

    /** All states, each with the number of its steps. */
    private final Map<NaiveState, Integer> seen = new HashMap<>();

    /** What can happen, where it leads, state by state, nearest first. */
    private final Map<NaiveState, List<Way>> ways = new LinkedHashMap<>();

    private final Map<String, Finding> findings = new TreeMap<>();
    private long transitions;
    private int depth;

    private NaiveSearch(NaiveMachine machine) {
        this.machine = machine;
        Finding nothingYet = new Finding(Kind.NOT_SHOWN, 0);
        NaiveRules.OF_STATES.keySet().forEach(rule -> findings.put(rule, nothingYet));
        NaiveRules.OF_STEPS.keySet().forEach(rule -> findings.put(rule, nothingYet));
        NaiveProgress.CLAIMS.keySet().forEach(claim -> findings.put(claim, nothingYet));
    }

    /** Everything there is; nothing if there are more than {@code limit} states. */
    static Optional<NaiveSearch> run(NaiveMachine machine, int limit) {
        NaiveSearch search = new NaiveSearch(machine);
        return search.run(limit) ? Optional.of(search) : Optional.empty();
    }

    private boolean run(int limit) {
        NaiveState initial = machine.initial();
        seen.put(initial, 0);
        distances.put(initial, 0);
        same.put(initial, initial);
        judge(initial, 0);
        List<NaiveState> level = List.of(initial);
        while (!level.isEmpty()) {
            List<NaiveState> next = new ArrayList<>();
            for (NaiveState state : level) {
                List<NaiveStep> steps = machine.steps(state);
                seen.put(state, steps.size());
                ways.put(state, new ArrayList<>());
                for (NaiveStep step : steps) {
                    transitions++;
                    judge(step, depth + 1);
                    if (seen.putIfAbsent(step.after(), 0) == null) {
                        judge(step.after(), depth + 1);
                        next.add(step.after());
                        distances.put(step.after(), depth + 1);
                        same.put(step.after(), step.after());
                    }
                    NaiveState after = Objects.requireNonNull(same.get(step.after()));
                    Objects.requireNonNull(ways.get(state)).add(new Way(step.what(), after));
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
        NaiveProgress.CLAIMS.forEach(this::judge);
        return true;
    }

    /** Finds the nearest state that does not get where it must. */
    private void judge(String id, NaiveProgress.Claim claim) {
        Set<NaiveState> goals = new HashSet<>();
        boolean isShown = false;
        for (NaiveState state : ways.keySet()) {
            isShown |= !state.oops() && claim.speaksOf().of(machine, state);
            if (!state.oops() && claim.isGoal().of(machine, state)) {
                goals.add(state);
            }
        }
        Set<NaiveState> good = new HashSet<>(goals);
        boolean changed = true;
        while (changed && !claim.byItself()) {
            changed = false;
            for (Map.Entry<NaiveState, List<Way>> entry : ways.entrySet()) {
                boolean getsThere = entry.getValue().stream()
                        .anyMatch(way -> claim.helps().test(way.what()) && good.contains(way.to()));
                changed |= getsThere && good.add(entry.getKey());
            }
        }
        for (Map.Entry<NaiveState, List<Way>> entry : ways.entrySet()) {
            // What the kernel does by itself it cannot do for ever: it is enough to look where it has nothing left to
            // do.
            boolean goesOn = claim.byItself()
                    && entry.getValue().stream().anyMatch(way -> claim.helps().test(way.what()));
            if (!entry.getKey().oops() && !good.contains(entry.getKey()) && !goesOn) {
                int steps = Objects.requireNonNull(distances.get(entry.getKey()));
                findings.put(id, new Finding(Kind.VIOLATED, steps));
                return;
            }
        }
        findings.put(id, new Finding(isShown ? Kind.HOLDS : Kind.NOT_SHOWN, 0));
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

    Map<String, Finding> findings() {
        return findings;
    }

    /** Ids of the rules that are checked. */
    static Set<String> rules() {
        Set<String> ids = new TreeSet<>(NaiveRules.OF_STATES.keySet());
        ids.addAll(NaiveRules.OF_STEPS.keySet());
        ids.addAll(NaiveProgress.CLAIMS.keySet());
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
     * What is left if names do not matter.
     *
     * @param states how many, states that differ in names only being one
     * @param transitions how many leave one of each
     * @param represented how many states there are if drivers tell their buffers apart, and nobody forgets a name: for each state that
     *     is left, as many as the renamings make of it
     */
    record Orbits(long states, long transitions, long represented) {}

    /** Insists that names make no difference to what can be reached, and says what is left without them. */
    Orbits orbits(List<Renaming> renamings) {
        Set<NaiveState> left = new HashSet<>(seen.keySet());
        long states = 0;
        long steps = 0;
        long represented = 0;
        for (Map.Entry<NaiveState, Integer> entry : seen.entrySet()) {
            if (left.contains(entry.getKey())) {
                states++;
                steps += entry.getValue();
                int unchanged = 0;
                for (Renaming renaming : renamings) {
                    NaiveState twin = renaming.of(entry.getKey());
                    if (!entry.getValue().equals(seen.get(twin))) {
                        throw new AssertionError("names make a difference: " + entry.getKey());
                    }
                    unchanged += twin.equals(entry.getKey()) ? 1 : 0;
                    left.remove(twin);
                }
                // Orbit and stabiliser: as many states as there are renamings, over those that change nothing.
                represented += renamings.size() / unchanged * fillings(entry.getKey());
            }
        }
        return new Orbits(states, steps, represented);
    }

    /** In how many ways drivers can have put their mappings into their buffers. */
    private long fillings(NaiveState state) {
        long ways = 1;
        for (NaiveDomain domain : state.domains().values()) {
            for (Device device : machine.configuration().devices()) {
                List<NaiveMapping> held = domain.live().stream()
                        .filter(mapping -> mapping.device() == device.index())
                        .toList();
                Set<Map<Integer, NaiveMapping>> found = new HashSet<>();
                fill(held, device.live(), new HashMap<>(), found);
                ways *= found.size();
            }
        }
        return ways;
    }

    private static void fill(
            List<NaiveMapping> held,
            int buffers,
            Map<Integer, NaiveMapping> filled,
            Set<Map<Integer, NaiveMapping>> found) {
        if (held.isEmpty()) {
            found.add(Map.copyOf(filled));
            return;
        }
        for (int buffer = 0; buffer < buffers; buffer++) {
            if (filled.putIfAbsent(buffer, held.get(0)) == null) {
                fill(held.subList(1, held.size()), buffers, filled, found);
                filled.remove(buffer);
            }
        }
    }
}
