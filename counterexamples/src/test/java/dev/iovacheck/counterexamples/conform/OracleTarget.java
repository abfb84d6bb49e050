package dev.iovacheck.counterexamples.conform;

import dev.iovacheck.model.oracle.ReferenceAllocator;
import dev.iovacheck.model.oracle.ReferenceRange;
import dev.iovacheck.model.oracle.ReferenceSnapshot;
import java.util.List;
import java.util.Optional;

/** The oracle as something a trace is replayed on. */
final class OracleTarget implements TraceTarget {

    private final ReferenceAllocator oracle;
    private int warningsBefore;

    OracleTarget(TraceHeader header) {
        oracle = new ReferenceAllocator(
                header.granuleShift(),
                header.startPfn(),
                header.constants().cpus(),
                header.constants().magazineSize(),
                header.profile().depotIsBounded()
                        ? Optional.of(header.constants().depotSize())
                        : Optional.empty());
    }

    @Override
    public String name() {
        return "oracle";
    }

    /** To be called before each call: the oracle counts warnings from its start. */
    private ReferenceAllocator begin() {
        warningsBefore = oracle.warnings();
        return oracle;
    }

    private static Optional<NodeRange> range(Optional<ReferenceRange> range) {
        return range.map(OracleTarget::range);
    }

    private static NodeRange range(ReferenceRange range) {
        return new NodeRange(range.lo(), range.hi());
    }

    @Override
    public Optional<NodeRange> allocIova(long size, long limitPfn, boolean sizeAligned) {
        return range(begin().allocIova(size, limitPfn, sizeAligned));
    }

    @Override
    public long allocIovaFast(int cpu, long size, long limitPfn, boolean flushRcache) {
        return begin().allocIovaFast(cpu, size, limitPfn, flushRcache);
    }

    @Override
    public Optional<NodeRange> findIova(long pfn) {
        return range(begin().findIova(pfn));
    }

    @Override
    public void freeIova(long pfn) {
        begin().freeIova(pfn);
    }

    @Override
    public void freeIovaFast(int cpu, long pfn, long size) {
        begin().freeIovaFast(cpu, pfn, size);
    }

    @Override
    public Optional<NodeRange> reserveIova(long lo, long hi) {
        return range(begin().reserveIova(lo, hi));
    }

    @Override
    public void freeCpuCachedIovas(int cpu) {
        begin().freeCpuCachedIovas(cpu);
    }

    @Override
    public void freeGlobalCachedIovas() {
        begin().freeGlobalCachedIovas();
    }

    @Override
    public void cpuDead(int cpu) {
        begin().cpuDead(cpu);
    }

    @Override
    public void cpuOnline(int cpu) {
        begin().cpuOnline(cpu);
    }

    @Override
    public boolean depotWork(int order) {
        return begin().depotWork(order);
    }

    @Override
    public boolean workPending(int order) {
        return oracle.snapshot().workPending().contains(order);
    }

    @Override
    public int warnings() {
        return oracle.warnings() - warningsBefore;
    }

    @Override
    public Optional<String> crash() {
        return oracle.crash()
                .map(crash -> crash == ReferenceAllocator.Crash.NULL_DEREFERENCE
                        ? TraceOutcome.NULL_DEREFERENCE
                        : "endless-search");
    }

    @Override
    public boolean wellFormed() {
        return true;
    }

    @Override
    public TraceState state() {
        ReferenceSnapshot snapshot = oracle.snapshot();
        return new TraceState(
                snapshot.tree().stream().map(OracleTarget::range).toList(),
                snapshot.max32AllocSize(),
                hint(snapshot.cached32()),
                hint(snapshot.cached()),
                Optional.of(new TraceState.Shape(snapshot.shape(), snapshot.red())),
                snapshot.online(),
                snapshot.magazines().stream()
                        .map(each -> new TraceState.Magazines(
                                each.cpu(), each.order(), pfns(each.loaded()), pfns(each.prev())))
                        .toList(),
                snapshot.depots().stream()
                        .map(each -> new TraceState.Depot(
                                each.order(),
                                each.magazines().stream()
                                        .map(OracleTarget::pfns)
                                        .toList()))
                        .toList(),
                snapshot.workPending());
    }

    private static TraceState.Hint hint(ReferenceSnapshot.Hint hint) {
        return new TraceState.Hint(
                hint.anchor() ? Optional.empty() : Optional.of(range(hint.range())), hint.detached());
    }

    private static List<TraceState.Pfn> pfns(List<Long> pfns) {
        return pfns.stream().map(TraceState.Pfn::new).toList();
    }
}
