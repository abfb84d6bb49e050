package dev.iovacheck.engine.search;

import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * All states of a search that was complete, each with a number, to be looked at again. Nothing is stored for it: the number of a state is
 * where the table of the search has it. So a set of states is a set of bits, two to three for each state.
 *
 * <p>With fingerprints, a state that was taken for another one has its number.
 */
public final class StateGraph {

    private final StateStore store;
    private final StateLog log;
    private final long bound;

    StateGraph(StateStore store) {
        this.store = store;
        log = store.log();
        bound = store.numbers();
    }

    /** Looks at states; every thread has one of its own. */
    @FunctionalInterface
    public interface Visitor {

        /** @param depth steps from the initial state to the state whose words begin at {@code at} */
        void visit(long[] words, int at, int depth);
    }

    /** Numbers are below this. */
    public long bound() {
        return bound;
    }

    /** Distinct states. */
    public long size() {
        return store.size();
    }

    /** The number of the state whose words begin at {@code at}; -1 if the search has not seen it. */
    public long number(long[] words, int at) {
        return store.number(words, at, BitWriter.length(words[at]));
    }

    /**
     * Shows every state to one of the visitors, about level by level.
     *
     * @param visitors one for each thread
     * @param fromTheEnd whether the farthest states come first
     * @param mustStop asked often, by every thread
     * @return false if it was stopped
     */
    public boolean scan(List<? extends Visitor> visitors, boolean fromTheEnd, BooleanSupplier mustStop) {
        int segments = log.firstSegment(log.levels());
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Runnable stop = () -> next.set(segments);
        List<Thread> threads = new ArrayList<>();
        for (Visitor visitor : visitors) {
            Runnable work = () -> {
                try {
                    scan(visitor, next, segments, fromTheEnd, mustStop, stop);
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                    stop.run();
                }
            };
            if (visitors.size() == 1) {
                work.run();
            } else {
                Thread thread = new Thread(work, "scan-" + threads.size());
                thread.setDaemon(true);
                threads.add(thread);
                thread.start();
            }
        }
        threads.forEach(BreadthFirst::join);
        Throwable thrown = failure.get();
        if (thrown instanceof OutOfMemoryError error) {
            throw error;
        } else if (thrown != null) {
            throw new IllegalStateException("looking at the states again failed: " + thrown, thrown);
        }
        return !mustStop.getAsBoolean();
    }

    private void scan(
            Visitor visitor,
            AtomicInteger next,
            int segments,
            boolean fromTheEnd,
            BooleanSupplier mustStop,
            Runnable stop) {
        StateLog.Cursor cursor = log.new Cursor();
        int level = fromTheEnd ? log.levels() - 1 : 0;
        for (int number = next.getAndIncrement(); number < segments; number = next.getAndIncrement()) {
            if (mustStop.getAsBoolean()) {
                stop.run();
                return;
            }
            int segment = fromTheEnd ? segments - 1 - number : number;
            while (log.firstSegment(level) > segment || log.firstSegment(level + 1) <= segment) {
                level += fromTheEnd ? -1 : 1;
            }
            cursor.open(segment);
            while (cursor.next()) {
                visitor.visit(cursor.words(), 0, level);
            }
        }
    }
}
