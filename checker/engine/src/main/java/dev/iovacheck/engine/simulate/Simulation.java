package dev.iovacheck.engine.simulate;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.shrink.Shrinker;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.Coverage;
import dev.iovacheck.engine.GoalWatch;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.machine.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Random walks, all devices together, invariants checked after every step. */
public final class Simulation {

    private final Configuration configuration;
    private final SimulationOptions options;
    private final BooleanSupplier interrupted;
    private final List<Invariant> invariants;
    private final int[] devices;
    private final long start = System.nanoTime();
    private final AtomicInteger nextWalk = new AtomicInteger();
    private final @Nullable Violation[] violations;
    private volatile @Nullable RuntimeException failure;

    /** The first walk that finds a violation wins, so that threads do not matter. */
    private record Violation(int walk, List<Action> actions) {}

    private Simulation(Configuration configuration, SimulationOptions options, BooleanSupplier interrupted) {
        this.configuration = configuration;
        this.options = options;
        this.interrupted = interrupted;
        invariants = configuration.checks().stream().map(Catalogue::byId).toList();
        devices = configuration.devices().stream()
                .mapToInt(device -> device.index())
                .toArray();
        violations = new Violation[invariants.size()];
    }

    /**
     * @param search what the result names as the options of the search
     * @param interrupted asked before every walk; once it says true no further one begins
     */
    public static CheckResult run(
            Configuration configuration, SimulationOptions options, SearchOptions search, BooleanSupplier interrupted) {
        return new Simulation(configuration, options, interrupted).run(search);
    }

    private CheckResult run(SearchOptions search) {
        List<Walk> walks = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int worker = 0; worker < options.workers(); worker++) {
            Walk walk = new Walk(configuration, devices, invariants);
            walks.add(walk);
            Thread thread = new Thread(() -> work(walk), "walk-" + worker);
            threads.add(thread);
            thread.start();
        }
        threads.forEach(Simulation::join);
        RuntimeException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
        int begun = Math.toIntExact(walks.stream().mapToLong(Walk::begun).sum());
        String reason = "random walks show no more than what they meet";
        List<CheckResult.Finding> findings = new ArrayList<>();
        for (int index = 0; index < invariants.size(); index++) {
            findings.add(new CheckResult.Finding(invariants.get(index), verdict(index, reason)));
        }
        long steps = walks.stream().mapToLong(Walk::steps).sum();
        Coverage coverage = new Coverage(
                List.of(),
                Optional.of(reason),
                neverFired(walks),
                branches(walks),
                Optional.of(new Coverage.Walks(options.seed(), begun, options.length(), steps)),
                Duration.ofNanos(System.nanoTime() - start));
        GoalWatch seen = walks.get(0).goals();
        walks.forEach(walk -> seen.add(walk.goals()));
        return new CheckResult(
                configuration, findings, CheckResult.GoalFinding.of(configuration, seen), coverage, search);
    }

    private static void join(Thread thread) {
        boolean done = false;
        while (!done) {
            try {
                thread.join();
                done = true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while walking", e);
            }
        }
    }

    private void work(Walk walk) {
        try {
            for (int number = nextWalk.getAndIncrement();
                    number < options.walks() && failure == null && mayBegin();
                    number = nextWalk.getAndIncrement()) {
                int current = number;
                int[] nearest = new int[invariants.size()];
                Arrays.fill(nearest, Integer.MAX_VALUE);
                walk.run(
                        options.seed() + number,
                        options.length(),
                        nearest,
                        (invariant, actions) -> found(invariant, new Violation(current, actions)));
            }
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private boolean mayBegin() {
        return !interrupted.getAsBoolean()
                && Duration.ofNanos(System.nanoTime() - start).compareTo(options.timeLimit()) < 0;
    }

    private synchronized void found(int invariant, Violation violation) {
        Violation known = violations[invariant];
        if (known == null || violation.walk() < known.walk()) {
            violations[invariant] = violation;
        }
    }

    private Verdict verdict(int index, String reason) {
        Violation violation = violations[index];
        if (violation == null) {
            return new Verdict.Undecided(reason);
        }
        Invariant invariant = invariants.get(index);
        List<Integer> members = Arrays.stream(devices).boxed().toList();
        return new Verdict.Violated(
                Shrinker.fewerActions(new Counterexample(configuration, members, invariant, violation.actions())));
    }

    private static List<String> neverFired(List<Walk> walks) {
        Map<String, Long> fired = new LinkedHashMap<>();
        for (Walk walk : walks) {
            for (int family = 0; family < walk.families().count(); family++) {
                fired.merge(walk.families().name(family), walk.fired(family), Long::sum);
            }
        }
        return fired.entrySet().stream()
                .filter(family -> family.getValue() == 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Set<Branch> branches(List<Walk> walks) {
        Set<Branch> all = EnumSet.noneOf(Branch.class);
        walks.forEach(walk -> all.addAll(walk.branches()));
        return all;
    }
}
