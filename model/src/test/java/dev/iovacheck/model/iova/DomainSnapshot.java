package dev.iovacheck.model.iova;

import dev.iovacheck.model.oracle.ReferenceRange;
import dev.iovacheck.model.oracle.ReferenceSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The state of an {@link IovaDomain} in the oracle's form, by its public views only. */
final class DomainSnapshot {

    private final IovaDomain domain;
    private final List<ReferenceRange> tree = new ArrayList<>();
    private final Map<Integer, Integer> places = new HashMap<>();
    private final List<Integer> shape = new ArrayList<>();
    private final List<Integer> red = new ArrayList<>();

    private DomainSnapshot(IovaDomain domain) {
        this.domain = domain;
    }

    static ReferenceSnapshot of(IovaDomain domain, AllocatorConstants constants, IovaDomain.Nodes nodes) {
        return new DomainSnapshot(domain).take(constants, nodes);
    }

    private ReferenceSnapshot take(AllocatorConstants constants, IovaDomain.Nodes nodes) {
        int node = domain.firstNode();
        while (domain.isNode(node)) {
            places.put(node, tree.size());
            tree.add(new ReferenceRange(domain.nodeLo(node), domain.nodeHi(node)));
            node = domain.nextNode(node);
        }
        places.put(node, tree.size());
        if (nodes == IovaDomain.Nodes.RED_BLACK) {
            walk(domain.shape(), domain.shape().root());
            red.sort(Integer::compare);
        }
        List<Integer> online = new ArrayList<>();
        List<ReferenceSnapshot.Magazines> magazines = new ArrayList<>();
        for (int cpu = 0; cpu < constants.cpus(); cpu++) {
            if (domain.isOnline(cpu)) {
                online.add(cpu);
            }
            for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
                List<Long> loaded = magazine(order, cpu, true);
                List<Long> prev = magazine(order, cpu, false);
                if (!loaded.isEmpty() || !prev.isEmpty()) {
                    magazines.add(new ReferenceSnapshot.Magazines(cpu, order, loaded, prev));
                }
            }
        }
        List<ReferenceSnapshot.Depot> depots = new ArrayList<>();
        List<Integer> workPending = new ArrayList<>();
        for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
            if (domain.depotSize(order) > 0) {
                depots.add(new ReferenceSnapshot.Depot(order, depot(order)));
            }
            if ((domain.pendingDepotWork() & 1 << order) != 0) {
                workPending.add(order);
            }
        }
        return new ReferenceSnapshot(
                tree,
                shape,
                red,
                domain.max32AllocSize(),
                hint(domain.cached32Node()),
                hint(domain.cachedNode()),
                online,
                magazines,
                depots,
                workPending);
    }

    private void walk(TreeShape tree, int node) {
        if (node != IovaDomain.noNode()) {
            int place = places.getOrDefault(node, -1);
            shape.add(place);
            if (tree.isRed(node)) {
                red.add(place);
            }
            walk(tree, tree.left(node));
            walk(tree, tree.right(node));
        }
    }

    private ReferenceSnapshot.Hint hint(int node) {
        if (node == IovaDomain.noNode()) {
            return ReferenceSnapshot.Hint.NOWHERE;
        }
        return new ReferenceSnapshot.Hint(
                new ReferenceRange(domain.nodeLo(node), domain.nodeHi(node)),
                domain.isAnchor(node),
                domain.isLinked(node) ? places.getOrDefault(node, -1) : -1);
    }

    private List<Long> magazine(int order, int cpu, boolean loaded) {
        List<Long> pfns = new ArrayList<>();
        for (int index = 0; index < domain.magazineSize(order, cpu, loaded); index++) {
            pfns.add(domain.magazinePfn(order, cpu, loaded, index));
        }
        return pfns;
    }

    private List<List<Long>> depot(int order) {
        List<List<Long>> newestFirst = new ArrayList<>();
        for (int magazine = domain.depotSize(order) - 1; magazine >= 0; magazine--) {
            List<Long> pfns = new ArrayList<>();
            for (int index = 0; index < domain.magazineCapacity(); index++) {
                pfns.add(domain.depotPfn(order, magazine, index));
            }
            newestFirst.add(pfns);
        }
        return newestFirst;
    }
}
