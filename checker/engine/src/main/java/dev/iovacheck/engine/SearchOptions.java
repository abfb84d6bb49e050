package dev.iovacheck.engine;

import dev.iovacheck.model.machine.Symmetry;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * Limits and ways of a search. None of them changes what is true; a limit that is reached makes verdicts undecided.
 *
 * @param maxStates stop after this many distinct states
 * @param maxDepth do not look further than this many steps
 * @param timeLimit stop after this long
 * @param memoryBytes stop before stored states take more than this
 * @param workers number of threads, at least 1
 * @param reductions which ways to look at fewer states are taken
 */
public record SearchOptions(
        long maxStates, int maxDepth, Duration timeLimit, long memoryBytes, int workers, Set<Reduction> reductions) {

    public SearchOptions {
        reductions = Set.copyOf(reductions);
    }

    /** No limit but memory: half of what the virtual machine may use; all processors; reductions on. */
    public static SearchOptions defaults() {
        return new SearchOptions(
                Long.MAX_VALUE,
                Integer.MAX_VALUE,
                Duration.ofDays(365),
                Runtime.getRuntime().maxMemory() / 2,
                Runtime.getRuntime().availableProcessors(),
                EnumSet.allOf(Reduction.class));
    }

    public SearchOptions withMaxStates(long states) {
        return new SearchOptions(states, maxDepth, timeLimit, memoryBytes, workers, reductions);
    }

    public SearchOptions withMaxDepth(int depth) {
        return new SearchOptions(maxStates, depth, timeLimit, memoryBytes, workers, reductions);
    }

    public SearchOptions withTimeLimit(Duration limit) {
        return new SearchOptions(maxStates, maxDepth, limit, memoryBytes, workers, reductions);
    }

    public SearchOptions withMemoryBytes(long bytes) {
        return new SearchOptions(maxStates, maxDepth, timeLimit, bytes, workers, reductions);
    }

    public SearchOptions withWorkers(int threads) {
        return new SearchOptions(maxStates, maxDepth, timeLimit, memoryBytes, threads, reductions);
    }

    /** All reductions or none. */
    public SearchOptions withReductions(boolean on) {
        return withReductions(on ? EnumSet.allOf(Reduction.class) : EnumSet.noneOf(Reduction.class));
    }

    public SearchOptions withReductions(Set<Reduction> some) {
        return new SearchOptions(maxStates, maxDepth, timeLimit, memoryBytes, workers, some);
    }

    /** Whether all reductions are on, as they are by default. */
    public boolean isReduced() {
        return reductions.size() == Reduction.values().length;
    }

    /** What stored states forget. */
    Symmetry symmetry() {
        return new Symmetry(
                reductions.contains(Reduction.CPUS),
                reductions.contains(Reduction.DEVICES),
                reductions.contains(Reduction.SLOTS));
    }
}
