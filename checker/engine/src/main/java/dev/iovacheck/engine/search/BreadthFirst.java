package dev.iovacheck.engine.search;

import dev.iovacheck.model.packed.BitWriter;
import dev.iovacheck.model.packed.StateTooLargeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Visits all states, level by level: all states at distance n from the initial state are expanded before any at distance n + 1. So what
 * is found first is found by a shortest way, whatever the number of threads.
 */
public final class BreadthFirst {

    private final StateStore store = new StateStore();
    private final List<Explorer> explorers = new ArrayList<>();
    private final int maxDepth;
    private final Limits limits;
    private final AtomicReference<@Nullable String> cutOff = new AtomicReference<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final LongAdder transitions = new LongAdder();
    private final AtomicInteger nextUnit = new AtomicInteger();
    private List<Unit> units = List.of();
    private volatile int depth;
    private volatile long levelStates;
    private volatile long statesAtLevelStart;

    /** A stretch of states of one level that lie in one chunk. */
    private static final class Unit {
        private final long[] chunk;
        private final int from;
        private final int to;

        Unit(long[] chunk, int from, int to) {
            this.chunk = chunk;
            this.from = from;
            this.to = to;
        }
    }

    /** Why a search may have to end early. */
    public interface Limits {

        /** Asked now and then by every thread; a reason ends the search. */
        Optional<String> reached(BreadthFirst search);
    }

    public BreadthFirst(Supplier<? extends Explorer> factory, int workers, int maxDepth, Limits limits) {
        this.maxDepth = maxDepth;
        for (int worker = 0; worker < workers; worker++) {
            explorers.add(factory.get());
        }
        this.limits = limits;
    }

    /** Runs to the end or to a limit. */
    public void run() {
        BitWriter initial = new BitWriter();
        explorers.get(0).initial(initial);
        store.markLevel();
        store.add(initial.words(), BitWriter.length(initial.words()[0]));
        explorers.get(0).enter(initial.words(), 0, 0);
        store.markLevel();
        prepareLevel();
        if (explorers.size() == 1) {
            runAlone();
        } else {
            runTogether();
        }
        Throwable thrown = failure.get();
        if (thrown instanceof OutOfMemoryError) {
            cutOff.set("memory was exhausted");
        } else if (thrown instanceof StateTooLargeException) {
            cutOff.set(thrown.getMessage());
        } else if (thrown != null) {
            throw new IllegalStateException("the search failed: " + thrown, thrown);
        }
    }

    private void runAlone() {
        while (!units.isEmpty()) {
            work(explorers.get(0));
            finishLevel();
        }
    }

    private void runTogether() {
        CyclicBarrier barrier = new CyclicBarrier(explorers.size(), this::finishLevel);
        List<Thread> threads = new ArrayList<>();
        for (Explorer explorer : explorers) {
            Thread thread = new Thread(() -> workLevels(explorer, barrier), "search-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            join(thread);
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void workLevels(Explorer explorer, CyclicBarrier barrier) {
        try {
            while (!units.isEmpty()) {
                work(explorer);
                barrier.await();
            }
        } catch (InterruptedException | BrokenBarrierException e) {
            failure.compareAndSet(null, e);
        }
    }

    private void work(Explorer explorer) {
        Successors successors = new Successors();
        try {
            for (int unit = nextUnit.getAndIncrement(); unit < units.size(); unit = nextUnit.getAndIncrement()) {
                if (!expand(units.get(unit), explorer, successors)) {
                    return;
                }
            }
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
            cutOff.compareAndSet(null, "the search failed");
        }
    }

    private boolean expand(Unit unit, Explorer explorer, Successors successors) {
        int at = unit.from;
        int sinceLook = 0;
        while (at < unit.to) {
            int length = BitWriter.length(unit.chunk[at]);
            if (length == 0) {
                break; // the unused rest of a chunk
            }
            successors.clear();
            explorer.expand(unit.chunk, at, depth + 1, successors);
            transitions.add(successors.count());
            store.addAll(successors);
            for (int index = 0; index < successors.count(); index++) {
                if (successors.isNew(index)) {
                    explorer.enter(successors.words(), successors.start(index), depth + 1);
                }
            }
            at += length;
            if (++sinceLook == 64) {
                sinceLook = 0;
                if (mustStop()) {
                    return false;
                }
            }
        }
        return !mustStop();
    }

    private boolean mustStop() {
        if (cutOff.get() != null) {
            return true;
        }
        Optional<String> reason = limits.reached(this);
        reason.ifPresent(text -> cutOff.compareAndSet(null, text));
        return reason.isPresent();
    }

    private void finishLevel() {
        if (cutOff.get() != null) {
            units = List.of();
            return;
        }
        try {
            store.markLevel();
            prepareLevel();
        } catch (OutOfMemoryError e) {
            failure.compareAndSet(null, e);
            units = List.of();
        }
        if (!units.isEmpty()) {
            depth = store.shard(0).levels() - 2;
        }
    }

    /** Cuts the newest level into units. It lies between the last two marks. */
    private void prepareLevel() {
        List<Unit> cut = new ArrayList<>();
        int level = store.shard(0).levels() - 2;
        for (int shard = 0; shard < StateStore.SHARDS; shard++) {
            cutIntoUnits(store.shard(shard), level, cut);
        }
        if (!cut.isEmpty() && level >= maxDepth) {
            cutOff.compareAndSet(null, "the depth limit of " + maxDepth + " steps was reached");
            cut.clear();
        }
        levelStates = store.size() - statesAtLevelStart;
        statesAtLevelStart = store.size();
        nextUnit.set(0);
        units = cut;
    }

    private static void cutIntoUnits(StateStore.Shard shard, int level, List<Unit> into) {
        long end = shard.levelStart(level + 1);
        for (long place = shard.levelStart(level); place < end; ) {
            long stop = Math.min(end, StateStore.Shard.nextChunk(place));
            int from = StateStore.Shard.index(place);
            into.add(new Unit(shard.chunk(place), from, from + (int) (stop - place)));
            place = stop;
        }
    }

    /** Expands all states of a finished level again, on one thread, with another explorer. */
    public void replayLevel(int level, Explorer explorer, Replay replay) {
        List<Unit> cut = new ArrayList<>();
        for (int shard = 0; shard < StateStore.SHARDS; shard++) {
            cutIntoUnits(store.shard(shard), level, cut);
        }
        Successors successors = new Successors();
        for (Unit unit : cut) {
            int at = unit.from;
            while (at < unit.to) {
                int length = BitWriter.length(unit.chunk[at]);
                if (length == 0) {
                    break;
                }
                successors.clear();
                explorer.expand(unit.chunk, at, level + 1, successors);
                replay.expanded(unit.chunk, at, successors);
                at += length;
            }
        }
    }

    /** Takes states with their successors again. */
    @FunctionalInterface
    public interface Replay {
        void expanded(long[] words, int at, Successors successors);
    }

    /** Why it ended early, if it did. */
    public Optional<String> cutOff() {
        return Optional.ofNullable(cutOff.get());
    }

    /** Distinct states so far. */
    public long states() {
        return store.size();
    }

    public long transitions() {
        return transitions.sum();
    }

    /** Steps from the initial state to the states being expanded; after a complete run, the greatest distance of a state. */
    public int depth() {
        return depth;
    }

    /** About how many states are not expanded yet. */
    public long waiting() {
        long all = Math.max(1, units.size());
        long left = Math.max(0, all - nextUnit.get());
        return levelStates * left / all + store.size() - statesAtLevelStart;
    }

    public long bytes() {
        return store.bytes();
    }
}
