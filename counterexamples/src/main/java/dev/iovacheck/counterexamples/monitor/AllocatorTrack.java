package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import org.jspecify.annotations.Nullable;

/** What is known of one allocator ({@code struct iova_domain}) of a recording. */
final class AllocatorTrack {

    /**
     * A range that somebody has.
     *
     * @param size pages asked for
     * @param line where it was handed out
     * @param device who asked; empty if that is not known
     */
    record Allocation(long size, long line, String device) {}

    private final String name;
    final int number;
    final LockStep model;

    /** What is allocated, pfns. */
    final Ranges<Allocation> live = new Ranges<>();

    /** What was reserved, pfns, with the line. */
    final Ranges<Long> reserved = new Ranges<>();

    /** {@code null} as long as it is not known whose it is. */
    @Nullable
    DomainTrack domain;

    int shift = 12;
    long startPfn = 1;

    /** Whether everything since its beginning was seen. */
    boolean isFromBeginning;

    /** Whether something was said already about a result of it. */
    boolean isReported;

    /** The line of the last event of each CPU. */
    final long[] lastOfCpu = new long[LockStep.MOST_CPUS];

    /** Calls that are in progress. */
    int inFlight;

    AllocatorTrack(long iovad, int number, LockStep model) {
        this.number = number;
        name = "allocator " + Hex.of(iovad);
        this.model = model;
    }

    String name() {
        DomainTrack owner = domain;
        return owner == null ? name : owner.name();
    }

    /** A CPU works on it. */
    void touch(Event event) {
        model.online(event.cpu);
        lastOfCpu[event.cpu] = event.line;
    }

    /** The last byte of a page. */
    long last(long pfn) {
        return (pfn << shift) + ((1L << shift) - 1);
    }

    /** Pages as bytes, for messages. */
    String bytes(long lo, long hi) {
        long first = lo << shift;
        long last = last(hi);
        return Long.compareUnsigned(first, last) <= 0 ? new Extent(first, last).toString() : Hex.of(first);
    }

    void begin(int granuleShift, long start) {
        live.clear();
        reserved.clear();
        shift = granuleShift;
        startPfn = start;
        isFromBeginning = true;
        isReported = false;
        model.begin(granuleShift, start);
    }

    void beginUnknown() {
        live.clear();
        reserved.clear();
        isFromBeginning = false;
        inFlight = 0;
        model.beginUnknown(shift);
    }

    /**
     * Whether another CPU has worked on it so shortly before, or works on it still, that the order of the two cannot be told.
     *
     * @param since the line where the call began
     */
    boolean isContended(int cpu, long since) {
        if (inFlight > 1) {
            return true;
        }
        for (int other = 0; other < lastOfCpu.length; other++) {
            if (other != cpu && lastOfCpu[other] > since) {
                return true;
            }
        }
        return false;
    }
}
