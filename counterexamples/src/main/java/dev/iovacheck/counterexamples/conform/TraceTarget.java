package dev.iovacheck.counterexamples.conform;

import java.util.Optional;

/**
 * An allocator on which a trace is replayed: a freshly initialised domain with all CPUs online. Numbers are unsigned.
 *
 * <p>No call follows a crash, and none runs on an offline CPU: the reader sees to that.
 */
interface TraceTarget {

    /** Which allocator this is, for the report. */
    String name();

    Optional<NodeRange> allocIova(long size, long limitPfn, boolean sizeAligned);

    /** The lowest pfn, 0 for failure. */
    long allocIovaFast(int cpu, long size, long limitPfn, boolean flushRcache);

    Optional<NodeRange> findIova(long pfn);

    void freeIova(long pfn);

    void freeIovaFast(int cpu, long pfn, long size);

    /** The node that the call returned, as it is afterwards. */
    Optional<NodeRange> reserveIova(long lo, long hi);

    void freeCpuCachedIovas(int cpu);

    void freeGlobalCachedIovas();

    void cpuDead(int cpu);

    void cpuOnline(int cpu);

    /** Whether the worker took a magazine out of the depot. */
    boolean depotWork(int order);

    /** Whether the depot worker of that order is scheduled. */
    boolean workPending(int order);

    TraceState state();

    /** Kernel warnings of the last call. */
    int warnings();

    /** How the last call failed to return; empty if it did return. */
    Optional<String> crash();

    /** Whether the tree still is what it should be, so that its shape does not matter. */
    boolean wellFormed();
}
