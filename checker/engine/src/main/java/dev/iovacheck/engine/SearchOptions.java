package dev.iovacheck.engine;

import dev.iovacheck.engine.search.Storage;
import dev.iovacheck.model.machine.Symmetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Limits and ways of a search. None of them changes what is true; a limit that is reached makes verdicts undecided.
 *
 * @param maxStates stop after this many distinct states
 * @param maxTransitions stop after this many transitions
 * @param maxDepth do not look further than this many steps
 * @param timeLimit stop after this long
 * @param memoryBytes move states to a file before they take more than this, and stop if that is not enough
 * @param workers number of threads, at least 1
 * @param reductions which ways to look at fewer states are taken
 * @param storage what the visited set keeps of a state
 * @param folder where a file for states is made when they take more memory than allowed
 * @param checkpoint where to write down how far the search is, if anywhere
 */
public record SearchOptions(
        long maxStates,
        long maxTransitions,
        int maxDepth,
        Duration timeLimit,
        long memoryBytes,
        int workers,
        Set<Reduction> reductions,
        Storage storage,
        Path folder,
        Optional<CheckpointOptions> checkpoint) {

    public SearchOptions {
        reductions = Set.copyOf(reductions);
    }

    /** No limit but memory: half of what the virtual machine may use; all processors; reductions on; whole states. */
    public static SearchOptions defaults() {
        return new SearchOptions(
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                Integer.MAX_VALUE,
                Duration.ofDays(365),
                Runtime.getRuntime().maxMemory() / 2,
                Runtime.getRuntime().availableProcessors(),
                EnumSet.allOf(Reduction.class),
                Storage.EXACT,
                Path.of(System.getProperty("java.io.tmpdir")),
                Optional.empty());
    }

    public SearchOptions withMaxStates(long states) {
        return new SearchOptions(
                states,
                maxTransitions,
                maxDepth,
                timeLimit,
                memoryBytes,
                workers,
                reductions,
                storage,
                folder,
                checkpoint);
    }

    public SearchOptions withMaxTransitions(long transitions) {
        return new SearchOptions(
                maxStates,
                transitions,
                maxDepth,
                timeLimit,
                memoryBytes,
                workers,
                reductions,
                storage,
                folder,
                checkpoint);
    }

    public SearchOptions withMaxDepth(int depth) {
        return new SearchOptions(
                maxStates,
                maxTransitions,
                depth,
                timeLimit,
                memoryBytes,
                workers,
                reductions,
                storage,
                folder,
                checkpoint);
    }

    public SearchOptions withTimeLimit(Duration limit) {
        return new SearchOptions(
                maxStates,
                maxTransitions,
                maxDepth,
                limit,
                memoryBytes,
                workers,
                reductions,
                storage,
                folder,
                checkpoint);
    }

    public SearchOptions withMemoryBytes(long bytes) {
        return new SearchOptions(
                maxStates,
                maxTransitions,
                maxDepth,
                timeLimit,
                bytes,
                workers,
                reductions,
                storage,
                folder,
                checkpoint);
    }

    public SearchOptions withWorkers(int threads) {
        return new SearchOptions(
                maxStates,
                maxTransitions,
                maxDepth,
                timeLimit,
                memoryBytes,
                threads,
                reductions,
                storage,
                folder,
                checkpoint);
    }

    /** All reductions or none. */
    public SearchOptions withReductions(boolean on) {
        return withReductions(on ? EnumSet.allOf(Reduction.class) : EnumSet.noneOf(Reduction.class));
    }

    public SearchOptions withReductions(Set<Reduction> some) {
        return new SearchOptions(
                maxStates,
                maxTransitions,
                maxDepth,
                timeLimit,
                memoryBytes,
                workers,
                some,
                storage,
                folder,
                checkpoint);
    }

    public SearchOptions withStorage(Storage kind) {
        return new SearchOptions(
                maxStates,
                maxTransitions,
                maxDepth,
                timeLimit,
                memoryBytes,
                workers,
                reductions,
                kind,
                folder,
                checkpoint);
    }

    public SearchOptions withFolder(Path place) {
        return new SearchOptions(
                maxStates,
                maxTransitions,
                maxDepth,
                timeLimit,
                memoryBytes,
                workers,
                reductions,
                storage,
                place,
                checkpoint);
    }

    public SearchOptions withCheckpoint(CheckpointOptions wanted) {
        return new SearchOptions(
                maxStates,
                maxTransitions,
                maxDepth,
                timeLimit,
                memoryBytes,
                workers,
                reductions,
                storage,
                folder,
                Optional.of(wanted));
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

    /** Whether of several orders of steps that come to the same only one is looked at. */
    boolean leavesOutOrders() {
        return reductions.contains(Reduction.ORDERS);
    }
}
