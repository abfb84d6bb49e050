package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.model.iova.IovaCall;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What one task, or the idle task of one CPU, is in the middle of. Interrupts nest: what began last ends first. */
final class ThreadTrack {

    /** More than are ever nested. */
    private static final int MOST = 8;

    /** A call of {@code alloc_iova_fast}, or of {@code alloc_iova} alone. */
    static final class Call {
        final AllocatorTrack allocator;
        final long size;
        final long limit;
        final boolean flush;
        final long line;
        final IovaCall model = new IovaCall();

        @Nullable
        DomainTrack domain;

        String device = "";

        /** Whether it is {@code alloc_iova} that nobody called from {@code alloc_iova_fast}. */
        boolean isAlone;

        boolean aligned;

        /** How often {@code alloc_iova} was begun. */
        int searches;

        /** What the last search found; 0 for nothing. */
        long foundLo;

        /** Whether it was recorded what a search found. */
        boolean isFound;

        /** Whether the model was asked and came to something else, or could not be asked. */
        boolean isSettled;

        Call(AllocatorTrack allocator, long size, long limit, boolean flush, long line) {
            this.allocator = allocator;
            this.size = size;
            this.limit = limit;
            this.flush = flush;
            this.line = line;
        }
    }

    /**
     * A call of {@code __iommu_map} or {@code __iommu_unmap} whose event is to follow.
     *
     * @param paddr 0 for an unmap
     */
    record Mapping(DomainTrack domain, long iova, long size, long paddr, long line, byte context) {}

    /**
     * What {@code free_iova_fast} was called with.
     *
     * @param waits whether it depends on what comes next if the range was cached
     */
    record Freed(AllocatorTrack allocator, int cpu, long pfn, long size, long line, boolean waits) {}

    final Deque<Call> calls = new ArrayDeque<>();
    final Deque<Mapping> maps = new ArrayDeque<>();
    final Deque<Mapping> unmaps = new ArrayDeque<>();

    /** Who asked for an address last, and for whom. */
    @Nullable
    DomainTrack wantedIn;

    String wantedBy = "";

    /** The last range that was handed out here, in bytes; 0 for none. */
    long lastFirst;

    long lastLast;

    /** Cleared with the next event. */
    @Nullable
    Freed freed;

    /** Whether caches of a CPU are being emptied. */
    boolean isEmptying;

    static <T> void push(Deque<T> stack, T each) {
        if (stack.size() == MOST) {
            stack.removeLast();
        }
        stack.push(each);
    }

    boolean isIdle() {
        return calls.isEmpty() && maps.isEmpty() && unmaps.isEmpty() && freed == null;
    }
}
