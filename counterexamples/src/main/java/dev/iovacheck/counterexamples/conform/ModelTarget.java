package dev.iovacheck.counterexamples.conform;

import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.iova.TreeShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The allocator that all engines run, on either of its ways to keep the nodes. */
final class ModelTarget implements TraceTarget {

    private final AllocatorConstants constants;
    private final IovaDomain.Nodes nodes;
    private final IovaDomain domain;

    ModelTarget(TraceHeader header, IovaDomain.Nodes nodes) {
        constants = header.constants();
        this.nodes = nodes;
        domain = new IovaDomain(constants, nodes);
        domain.init(header.granuleShift(), header.startPfn());
    }

    @Override
    public String name() {
        return nodes == IovaDomain.Nodes.SORTED ? "model with sorted nodes" : "model with red-black nodes";
    }

    private Optional<NodeRange> result(boolean there) {
        return there ? Optional.of(new NodeRange(domain.resultLo(), domain.resultHi())) : Optional.empty();
    }

    @Override
    public Optional<NodeRange> allocIova(long size, long limitPfn, boolean sizeAligned) {
        return result(domain.allocIova(size, limitPfn, sizeAligned));
    }

    @Override
    public long allocIovaFast(int cpu, long size, long limitPfn, boolean flushRcache) {
        return domain.allocIovaFast(cpu, size, limitPfn, flushRcache);
    }

    @Override
    public Optional<NodeRange> findIova(long pfn) {
        return result(domain.findIova(pfn));
    }

    @Override
    public void freeIova(long pfn) {
        domain.freeIova(pfn);
    }

    @Override
    public void freeIovaFast(int cpu, long pfn, long size) {
        domain.freeIovaFast(cpu, pfn, size);
    }

    @Override
    public Optional<NodeRange> reserveIova(long lo, long hi) {
        return result(domain.reserveIova(lo, hi));
    }

    @Override
    public void freeCpuCachedIovas(int cpu) {
        domain.freeCpuCachedIovas(cpu);
    }

    @Override
    public void freeGlobalCachedIovas() {
        domain.freeGlobalCachedIovas();
    }

    @Override
    public void cpuDead(int cpu) {
        domain.cpuDead(cpu);
    }

    @Override
    public void cpuOnline(int cpu) {
        domain.cpuOnline(cpu);
    }

    @Override
    public boolean depotWork(int order) {
        return domain.depotWork(order);
    }

    @Override
    public boolean workPending(int order) {
        return (domain.pendingDepotWork() & 1 << order) != 0;
    }

    @Override
    public int warnings() {
        return domain.warnings();
    }

    @Override
    public Optional<String> crash() {
        return domain.crashed() ? Optional.of(TraceOutcome.NULL_DEREFERENCE) : Optional.empty();
    }

    @Override
    public boolean wellFormed() {
        return !domain.illFormed();
    }

    @Override
    public TraceState state() {
        List<NodeRange> tree = new ArrayList<>();
        Map<Integer, Integer> places = new HashMap<>();
        int node = domain.firstNode();
        while (domain.isNode(node)) {
            places.put(node, tree.size());
            tree.add(new NodeRange(domain.nodeLo(node), domain.nodeHi(node)));
            node = domain.nextNode(node);
        }
        places.put(node, tree.size());
        List<Integer> online = new ArrayList<>();
        List<TraceState.Magazines> cpus = new ArrayList<>();
        for (int cpu = 0; cpu < constants.cpus(); cpu++) {
            if (domain.isOnline(cpu)) {
                online.add(cpu);
            }
            for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
                List<TraceState.Pfn> loaded = magazine(order, cpu, true);
                List<TraceState.Pfn> prev = magazine(order, cpu, false);
                if (!loaded.isEmpty() || !prev.isEmpty()) {
                    cpus.add(new TraceState.Magazines(cpu, order, loaded, prev));
                }
            }
        }
        List<TraceState.Depot> depots = new ArrayList<>();
        List<Integer> workPending = new ArrayList<>();
        for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
            if (domain.depotSize(order) > 0) {
                depots.add(new TraceState.Depot(order, depot(order)));
            }
            if (workPending(order)) {
                workPending.add(order);
            }
        }
        return new TraceState(
                tree,
                domain.max32AllocSize(),
                hint(domain.cached32Node()),
                hint(domain.cachedNode()),
                nodes == IovaDomain.Nodes.RED_BLACK ? Optional.of(shape(places)) : Optional.empty(),
                online,
                cpus,
                depots,
                workPending);
    }

    private TraceState.Hint hint(int node) {
        return domain.isNode(node)
                ? new TraceState.Hint(
                        Optional.of(new NodeRange(domain.nodeLo(node), domain.nodeHi(node))), !domain.isLinked(node))
                : new TraceState.Hint(Optional.empty(), false);
    }

    private TraceState.Shape shape(Map<Integer, Integer> places) {
        TreeShape shape = domain.shape();
        List<Integer> preOrder = new ArrayList<>();
        List<Integer> red = new ArrayList<>();
        addPreOrder(shape, shape.root(), places, preOrder, red);
        red.sort(Integer::compare);
        return new TraceState.Shape(preOrder, red);
    }

    private static void addPreOrder(
            TreeShape shape, int node, Map<Integer, Integer> places, List<Integer> preOrder, List<Integer> red) {
        if (node == IovaDomain.noNode()) {
            return;
        }
        int place = places.getOrDefault(node, -1);
        preOrder.add(place);
        if (shape.isRed(node)) {
            red.add(place);
        }
        addPreOrder(shape, shape.left(node), places, preOrder, red);
        addPreOrder(shape, shape.right(node), places, preOrder, red);
    }

    private List<TraceState.Pfn> magazine(int order, int cpu, boolean loaded) {
        List<TraceState.Pfn> pfns = new ArrayList<>();
        for (int index = 0; index < domain.magazineSize(order, cpu, loaded); index++) {
            pfns.add(new TraceState.Pfn(domain.magazinePfn(order, cpu, loaded, index)));
        }
        return pfns;
    }

    private List<List<TraceState.Pfn>> depot(int order) {
        List<List<TraceState.Pfn>> mags = new ArrayList<>();
        // The newest is taken out next, and so comes first.
        for (int magazine = domain.depotSize(order) - 1; magazine >= 0; magazine--) {
            List<TraceState.Pfn> pfns = new ArrayList<>();
            for (int index = 0; index < domain.magazineCapacity(); index++) {
                pfns.add(new TraceState.Pfn(domain.depotPfn(order, magazine, index)));
            }
            mags.add(pfns);
        }
        return mags;
    }
}
