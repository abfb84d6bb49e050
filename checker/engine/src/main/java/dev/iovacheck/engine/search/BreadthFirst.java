package dev.iovacheck.engine.search;

import dev.iovacheck.model.packed.BitWriter;
import dev.iovacheck.model.packed.StateTooLargeException;
import java.io.Closeable;
import java.io.DataInput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Visits all states, level by level: all states at distance n from the initial state are expanded before any at distance n + 1. So what
 * is found first is found by a shortest way, whatever the number of threads.
 */
public final class BreadthFirst implements Closeable {

    /** Successors that are looked up together. */
    private static final int BATCH = 128;

    private static final int NONE = -1;

    /** Successors after which a thread looks whether it must stop. */
    private static final int LOOK = 1 << 14;

    /** With fingerprints, words are only needed to expand them and to find traces: more of them than this go to the file. */
    private static final long MOST_FINGERPRINTED_WORDS = 256L << 20;

    private final Settings settings;
    private final Limits limits;
    private final StateStore store;
    private final StateLog log;
    private final List<Worker> workers = new ArrayList<>();
    private final AtomicReference<@Nullable String> cutOff = new AtomicReference<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final LongAdder transitions = new LongAdder();
    private @Nullable Keeper keeper;

    /** What is looked at again, kept for the next level because it is large. No worker's: these only see what they store. */
    private @Nullable Successors replayed;

    // Changed by one thread while all others wait, or under the lock.
    private int busy;
    private boolean pausing;
    private int keptAt = NONE;
    private boolean finished;
    private boolean restored;

    // The segments of the level that is being expanded, and the first nobody has taken yet.
    private volatile int firstSegment;
    private volatile int nextSegment;
    private volatile int stopSegment;

    private volatile int depth;
    private volatile long levelStates;
    private volatile long statesAtLevelStart;
    private volatile long statesAtDepth;
    private volatile long transitionsAtDepth;

    /**
     * How a search goes about it. Nothing here changes what is found, except that a limit may end it.
     *
     * @param workers number of threads, at least 1
     * @param maxDepth states so many steps away are not expanded
     * @param storage what the visited set keeps of a state
     * @param memoryBytes states are moved to a file when they take more
     * @param folder where that file is made
     */
    public record Settings(int workers, int maxDepth, Storage storage, long memoryBytes, Path folder) {}

    /** Why a search may have to end early. */
    @FunctionalInterface
    public interface Limits {

        /** Asked now and then by every thread; a reason ends the search. */
        Optional<String> reached(BreadthFirst search);
    }

    /** Writes down now and then how far a search is. */
    public interface Keeper {

        /** Whether it is time. Asked often, by one thread at a time. */
        boolean isDue();

        /**
         * Told while no thread works, so that {@link BreadthFirst#save} can be called; and once more when the search was cut off. If it
         * cannot do it, the search goes on.
         */
        void keep(BreadthFirst search);
    }

    /** What a thread has for itself. */
    private static final class Worker {
        private final Explorer explorer;
        private final StateLog.Tail tail;
        private final Successors successors = new Successors();

        /** In the segment it works on, behind what it has visited of it. */
        private final StateLog.Cursor cursor;

        private int sinceLook;

        Worker(Explorer explorer, StateStore store) {
            this.explorer = explorer;
            tail = store.log().newTail();
            cursor = store.log().new Cursor();
        }
    }

    /**
     * @param factory makes an explorer for each thread
     * @param limits asked whether to go on
     */
    public BreadthFirst(Supplier<? extends Explorer> factory, Settings settings, Limits limits) {
        this(factory, settings, limits, null);
    }

    /** @param file where words go that have no room in memory; {@code null} for one that vanishes with this process */
    public BreadthFirst(
            Supplier<? extends Explorer> factory, Settings settings, Limits limits, @Nullable ChunkFile file) {
        this.settings = settings;
        this.limits = limits;
        store = new StateStore(settings.storage(), new Overflow(settings.folder(), file));
        log = store.log();
        for (int worker = 0; worker < settings.workers(); worker++) {
            workers.add(new Worker(factory.get(), store));
        }
    }

    /** From now on somebody writes down how far the search is. */
    public void keepWith(Keeper wanted) {
        keeper = wanted;
    }

    /** Runs to the end or to a limit. */
    public void run() {
        try {
            if (!restored) {
                begin();
            }
            prepareLevel();
            inThreads(this::work);
        } catch (RuntimeException | Error e) {
            fail(e);
        }
        if (keeper != null && cutOff.get() != null && failure.get() == null) {
            keeper.keep(this);
        }
        if (cutOff.get() != null) {
            checkWaiting(); // after keeping: what goes on from there will visit them
        }
        explainFailure();
    }

    private void begin() {
        BitWriter initial = new BitWriter();
        Explorer explorer = workers.get(0).explorer;
        explorer.initial(initial);
        store.add(initial.words(), BitWriter.length(initial.words()[0]), workers.get(0).tail);
        log.endLevel();
    }

    /** Does the same with every worker, each in a thread of its own unless there is only one. */
    private void inThreads(Consumer<Worker> work) {
        if (workers.size() == 1) {
            work.accept(workers.get(0));
            return;
        }
        List<Thread> threads = new ArrayList<>();
        for (Worker worker : workers) {
            Thread thread = new Thread(() -> work.accept(worker), "search-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            join(thread);
        }
    }

    static void join(Thread thread) {
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

    private void explainFailure() {
        Throwable thrown = failure.get();
        if (thrown instanceof OutOfMemoryError) {
            cutOff.set("memory was exhausted");
        } else if (thrown instanceof StateTooLargeException) {
            cutOff.set(thrown.getMessage());
        } else if (thrown instanceof UncheckedIOException io) {
            cutOff.set("the file of states in " + settings.folder() + " failed: " + io.getMessage());
        } else if (thrown != null) {
            throw new IllegalStateException("the search failed: " + thrown, thrown);
        }
    }

    private void fail(Throwable thrown) {
        failure.compareAndSet(null, thrown);
        cutOff.compareAndSet(null, "the search failed");
    }

    // ---- who does what ----

    private void work(Worker worker) {
        try {
            for (int segment = next(); segment != NONE; segment = nextAfterOne()) {
                expand(segment, worker);
            }
        } catch (RuntimeException | Error e) {
            fail(e);
            wakeOthers();
        }
    }

    private synchronized void wakeOthers() {
        notifyAll();
    }

    private synchronized int nextAfterOne() {
        busy--;
        return next();
    }

    /** The next segment to be expanded, or {@link #NONE} if there is none left. Who finds that a level is done begins the next. */
    private synchronized int next() {
        while (true) {
            if (cutOff.get() != null || finished) {
                notifyAll();
                return NONE;
            }
            pausing |= keeper != null && keptAt != nextSegment && keeper.isDue();
            if (nextSegment < stopSegment && !pausing) {
                busy++;
                int segment = nextSegment;
                nextSegment = segment + 1;
                return segment;
            }
            if (busy > 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    // Nobody outside knows these threads; and in the only one of a search nothing is waited for.
                    throw new IllegalStateException(e);
                }
            } else if (pausing && keeper != null) {
                keeper.keep(this);
                keptAt = nextSegment; // something must have been done before it is due again
                pausing = false;
                notifyAll();
            } else {
                log.endLevel();
                prepareLevel();
                if (!finished) {
                    mustStop();
                }
                notifyAll();
            }
        }
    }

    /** Turns to the level that ended last. */
    private void prepareLevel() {
        int level = log.levels() - 1;
        firstSegment = log.firstSegment(level);
        stopSegment = log.firstSegment(level + 1);
        if (!restored) {
            nextSegment = firstSegment;
            levelStates = store.size() - statesAtLevelStart;
            statesAtLevelStart = store.size();
        }
        boolean isNew = !restored;
        restored = false;
        if (firstSegment == stopSegment) {
            finished = true;
            depth = level - 1;
        } else if (level >= settings.maxDepth()) {
            cutOff.compareAndSet(null, "the depth limit of " + settings.maxDepth() + " steps was reached");
        } else {
            depth = level;
            if (isNew) {
                statesAtDepth = store.size();
                transitionsAtDepth = transitions.sum();
            }
        }
        if (settings.storage() == Storage.FINGERPRINT) {
            store.shrinkWordsTo(Math.min(MOST_FINGERPRINTED_WORDS, settings.memoryBytes() / 4));
        }
    }

    // ---- the work ----

    private void expand(int segment, Worker worker) {
        worker.cursor.open(segment);
        boolean more = true;
        while (more) {
            more = visitSome(worker);
            take(worker);
            // What is to be kept is kept between segments.
            if (worker.sinceLook >= LOOK) {
                worker.sinceLook = 0;
                if (mustStop() && keeper == null) {
                    return;
                }
            }
        }
    }

    /** Visits states of a segment until there are enough successors; whether there may be more states. */
    private boolean visitSome(Worker worker) {
        while (worker.successors.count() < BATCH) {
            if (!worker.cursor.next()) {
                return false;
            }
            worker.explorer.visit(worker.cursor.words(), 0, depth, worker.successors);
        }
        return true;
    }

    /** Stores what a worker has found. */
    private void take(Worker worker) {
        Successors successors = worker.successors;
        int count = successors.count();
        transitions.add(count);
        worker.sinceLook += count;
        store.addAll(successors, worker.tail);
        successors.clear();
    }

    /**
     * Checks the states that were found and will not be expanded, because the search ends early: those of the level that is being
     * expanded to which nobody came, and all of the next one.
     */
    private void checkWaiting() {
        int level = log.levels() - 1;
        log.endLevel();
        AtomicInteger next = new AtomicInteger(nextSegment);
        int stop = log.firstSegment(level + 2);
        inThreads(worker -> {
            try {
                checkRest(worker, level);
                for (int segment = next.getAndIncrement(); segment < stop; segment = next.getAndIncrement()) {
                    worker.cursor.open(segment);
                    checkRest(worker, segment < stopSegment ? level : level + 1);
                }
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        });
    }

    private static void checkRest(Worker worker, int level) {
        while (worker.cursor.next()) {
            worker.explorer.enter(worker.cursor.words(), 0, level);
        }
    }

    private boolean mustStop() {
        if (cutOff.get() != null) {
            return true;
        }
        Optional<String> reason = limits.reached(this);
        if (reason.isEmpty() && !makeRoom()) {
            reason = Optional.of("the memory limit of " + settings.memoryBytes() + " bytes was reached");
        }
        reason.ifPresent(text -> cutOff.compareAndSet(null, text));
        return reason.isPresent();
    }

    /** Moves states to the file if they take too much memory; whether that was enough. */
    private boolean makeRoom() {
        long most = settings.memoryBytes();
        // Somewhat more than is needed, so that it is not needed again at once.
        return store.bytes() <= most || store.shrinkTo(most - most / 8) || store.bytes() <= most;
    }

    // ---- looking again ----

    /** Expands all states of a finished level again, on one thread, with another explorer. */
    public void replayLevel(int level, Explorer explorer, Replay replay) {
        if (replayed == null) {
            replayed = new Successors();
        }
        Successors successors = replayed;
        StateLog.Cursor cursor = log.new Cursor();
        int stop = log.firstSegment(level + 1);
        for (int segment = log.firstSegment(level); segment < stop; segment++) {
            cursor.open(segment);
            while (cursor.next()) {
                successors.clear();
                explorer.expand(cursor.words(), 0, level + 1, successors);
                replay.expanded(cursor.words(), 0, successors);
            }
        }
    }

    /** Takes states with their successors again. */
    @FunctionalInterface
    public interface Replay {
        void expanded(long[] words, int at, Successors successors);
    }

    /** All states, once the search is complete; no further ones are added then. */
    public StateGraph graph() {
        if (cutOff.get() != null) {
            throw new IllegalStateException("not all states are known");
        }
        return new StateGraph(store);
    }

    /** Takes away words from memory until this many bytes are free below the limit; whether that was possible. */
    public boolean makeRoomFor(long bytes) {
        long most = settings.memoryBytes() - bytes;
        return store.bytes() <= most || (most > 0 && store.shrinkTo(most));
    }

    // ---- interruptions ----

    /** Writes down everything that it takes to go on; only for a {@link Keeper} while it is told to. */
    public void save(DataOutputStream out) throws IOException {
        store.save(out);
        out.writeInt(nextSegment);
        out.writeLong(levelStates);
        out.writeLong(statesAtLevelStart);
        out.writeLong(statesAtDepth);
        out.writeLong(transitionsAtDepth);
        out.writeLong(transitions.sum());
        out.writeInt(workers.size());
        for (Worker worker : workers) {
            worker.explorer.save(out);
        }
    }

    /**
     * Goes to where {@link #save} was, instead of to the initial state.
     *
     * @param in after its first number, the slots of the file in use, which it takes to open the file
     */
    public void restore(DataInput in) throws IOException {
        store.restore(in, settings.memoryBytes());
        nextSegment = in.readInt();
        levelStates = in.readLong();
        statesAtLevelStart = in.readLong();
        statesAtDepth = in.readLong();
        transitionsAtDepth = in.readLong();
        transitions.add(in.readLong());
        int explorers = in.readInt();
        for (int explorer = 0; explorer < explorers; explorer++) {
            workers.get(0).explorer.restore(in);
        }
        restored = true;
    }

    @Override
    public void close() throws IOException {
        store.close();
    }

    // ---- what is known ----

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

    /** Distinct states when those {@link #depth} steps away began to be expanded: the same however many threads there are. */
    public long statesAtDepth() {
        return statesAtDepth;
    }

    /** Transitions when the states {@link #depth} steps away began to be expanded: the same however many threads there are. */
    public long transitionsAtDepth() {
        return transitionsAtDepth;
    }

    /** Distinct states of the level that is being expanded. */
    public long levelStates() {
        return levelStates;
    }

    /** About how many states are not expanded yet. */
    public long waiting() {
        long all = Math.max(1, stopSegment - firstSegment);
        long left = Math.max(0, stopSegment - nextSegment);
        return levelStates * left / all + Math.max(0, store.size() - statesAtLevelStart);
    }

    /** Memory that states take, in bytes. */
    public long bytes() {
        return store.bytes();
    }

    /** Bytes of states that are in a file. */
    public long fileBytes() {
        return log.fileBytes();
    }

    /**
     * With fingerprints, an upper estimate of the probability that at least two of so many states had the same one, so that one of them
     * and what lies behind it may have been missed: n (n - 1) / 2 pairs, each with probability 2^-64.
     */
    public static double collisionProbability(long states) {
        return Math.min(1, (double) states * Math.max(0, states - 1) * 0x1p-65);
    }
}
