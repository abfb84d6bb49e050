package dev.iovacheck.engine;

import java.time.Duration;

/**
 * Limits and ways of a search. None of them changes what is true; a limit that is reached makes verdicts undecided.
 *
 * @param maxStates stop after this many distinct states
 * @param maxDepth do not look further than this many steps
 * @param timeLimit stop after this long
 * @param memoryBytes stop before stored states take more than this
 * @param workers number of threads, at least 1
 * @param reductions whether independent domains are checked apart and interchangeable CPUs are not told apart
 */
public record SearchOptions(
        long maxStates, int maxDepth, Duration timeLimit, long memoryBytes, int workers, boolean reductions) {

    /** No limit but memory: half of what the virtual machine may use; all processors; reductions on. */
    public static SearchOptions defaults() {
        return new SearchOptions(
                Long.MAX_VALUE,
                Integer.MAX_VALUE,
                Duration.ofDays(365),
                Runtime.getRuntime().maxMemory() / 2,
                Runtime.getRuntime().availableProcessors(),
                true);
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

    public SearchOptions withReductions(boolean on) {
        return new SearchOptions(maxStates, maxDepth, timeLimit, memoryBytes, workers, on);
    }
}
