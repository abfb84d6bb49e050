package dev.iovacheck.counterexamples.conform;

import dev.iovacheck.counterexamples.conform.TraceResult.Values;
import java.util.Optional;

/** A call of the allocator as a trace records it, or a look at its state. All numbers are unsigned. */
public sealed interface TraceOperation {

    /** The trace's word for it. */
    String op();

    /** Repeats the operation on an allocator. The result means nothing if the allocator crashed. */
    TraceResult applyTo(TraceTarget target);

    /**
     * {@code alloc_iova}.
     *
     * @param size pages
     * @param limitPfn highest pfn allowed
     * @param sizeAligned whether natural alignment is wanted
     */
    record AllocIova(long size, long limitPfn, boolean sizeAligned) implements TraceOperation {
        @Override
        public String op() {
            return "alloc_iova";
        }

        @Override
        public TraceResult applyTo(TraceTarget target) {
            return Values.ofNode("ret", target.allocIova(size, limitPfn, sizeAligned));
        }
    }

    /**
     * {@code alloc_iova_fast}.
     *
     * @param cpu where the call runs
     * @param size pages
     * @param limitPfn highest pfn allowed
     * @param flushRcache whether to empty the caches and try again on failure
     */
    record AllocIovaFast(int cpu, long size, long limitPfn, boolean flushRcache) implements TraceOperation {
        @Override
        public String op() {
            return "alloc_iova_fast";
        }

        @Override
        public TraceResult applyTo(TraceTarget target) {
            return Values.ofNumber("ret", target.allocIovaFast(cpu, size, limitPfn, flushRcache));
        }
    }

    /**
     * {@code free_iova}.
     *
     * @param pfn any pfn of the node
     */
    record FreeIova(long pfn) implements TraceOperation {
        @Override
        public String op() {
            return "free_iova";
        }

        @Override
        public TraceResult applyTo(TraceTarget target) {
            // The call itself returns nothing; the recorder looked before it called, too.
            Optional<NodeRange> freed = target.findIova(pfn);
            target.freeIova(pfn);
            return Values.ofNode("freed", freed);
        }
    }

    /**
     * {@code free_iova_fast}.
     *
     * @param cpu where the call runs
     * @param pfn lowest pfn of the range, if the caller is honest
     * @param size pages
     */
    record FreeIovaFast(int cpu, long pfn, long size) implements TraceOperation {
        @Override
        public String op() {
            return "free_iova_fast";
        }

        @Override
        public TraceResult applyTo(TraceTarget target) {
            target.freeIovaFast(cpu, pfn, size);
            return Values.NONE;
        }
    }

    /**
     * {@code find_iova}.
     *
     * @param pfn any pfn
     */
    record FindIova(long pfn) implements TraceOperation {
        @Override
        public String op() {
            return "find_iova";
        }

        @Override
        public TraceResult applyTo(TraceTarget target) {
            return Values.ofNode("ret", target.findIova(pfn));
        }
    }

    /**
     * {@code reserve_iova}.
     *
     * @param lo first pfn
     * @param hi last pfn, possibly below {@code lo}
     */
    record ReserveIova(long lo, long hi) implements TraceOperation {
        @Override
        public String op() {
            return "reserve_iova";
        }

        @Override
        public TraceResult applyTo(TraceTarget target) {
            return Values.ofNode("ret", target.reserveIova(lo, hi));
        }
    }

    /**
     * {@code free_cpu_cached_iovas}.
     *
     * @param cpu whose magazines are emptied; may be offline
     */
    record FreeCpuCachedIovas(int cpu) implements TraceOperation {
        @Override
        public String op() {
            return "free_cpu_cached_iovas";
        }

        @Override
        public TraceResult applyTo(TraceTarget target) {
            target.freeCpuCachedIovas(cpu);
            return Values.NONE;
        }
    }

    /** {@code free_global_cached_iovas}. */
    record FreeGlobalCachedIovas() implements TraceOperation {
        @Override
        public String op() {
            return "free_global_cached_iovas";
        }

        @Override
        public TraceResult applyTo(TraceTarget target) {
            target.freeGlobalCachedIovas();
            return Values.NONE;
        }
    }

    /**
     * A CPU goes offline and its magazines are emptied.
     *
     * @param cpu which was online
     */
    record CpuDead(int cpu) implements TraceOperation {
        @Override
        public String op() {
            return "cpu_dead";
        }

        @Override
        public TraceResult applyTo(TraceTarget target) {
            target.cpuDead(cpu);
            return Values.NONE;
        }
    }

    /**
     * A CPU comes back.
     *
     * @param cpu which was offline
     */
    record CpuOnline(int cpu) implements TraceOperation {
        @Override
        public String op() {
            return "cpu_online";
        }

        @Override
        public TraceResult applyTo(TraceTarget target) {
            target.cpuOnline(cpu);
            return Values.NONE;
        }
    }

    /**
     * One run of the depot worker of 7.1.
     *
     * @param order whose depot, 0 to 5
     */
    record DepotWork(int order) implements TraceOperation {
        @Override
        public String op() {
            return "depot_work";
        }

        @Override
        public TraceResult applyTo(TraceTarget target) {
            boolean released = target.depotWork(order);
            return Values.of("released", released).and("rescheduled", target.workPending(order));
        }
    }

    /** A look at the state; changes nothing. */
    record Dump() implements TraceOperation {
        @Override
        public String op() {
            return "dump";
        }

        @Override
        public TraceResult applyTo(TraceTarget target) {
            return target.state();
        }
    }
}
