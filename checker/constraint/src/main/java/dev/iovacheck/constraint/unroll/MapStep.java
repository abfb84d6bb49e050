package dev.iovacheck.constraint.unroll;

import dev.iovacheck.constraint.formula.Algebra;
import dev.iovacheck.model.iova.AllocatorConstants;
import java.util.ArrayList;
import java.util.List;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;

/** {@code alloc_iova_fast} with the caches emptied if there is nothing else. */
final class MapStep {

    private final Algebra algebra;
    private final Allocator allocator;
    private final int cpus;

    /** Of a CPU's magazine of one range each, the full one is emptied after the one in use. */
    private final boolean newestFirst;

    MapStep(Algebra algebra, Allocator allocator, int cpus, int magazineSize) {
        this.algebra = algebra;
        this.allocator = allocator;
        this.cpus = cpus;
        newestFirst = magazineSize == 1;
    }

    /**
     * What comes of a map.
     *
     * @param isTaken whether it got a range
     * @param first the first granule of that
     */
    record After(Tree tree, List<RunState.CachedRange> cached, BoolVar isTaken, IntVar first) {}

    /** @param onCpu for each CPU, whether it is that one's call */
    After map(RunState before, MapRequest request, List<BoolVar> onCpu) {
        List<RunState.CachedRange> cached = before.cached();
        List<BoolVar> matches = new ArrayList<>();
        for (RunState.CachedRange range : cached) {
            List<BoolVar> here = new ArrayList<>();
            for (int cpu = 0; cpu < cpus; cpu++) {
                here.add(algebra.and(onCpu.get(cpu), range.onCpu().get(cpu)));
            }
            List<BoolVar> fitting = new ArrayList<>();
            for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
                fitting.add(algebra.and(
                        range.ofOrder().get(order), request.ofOrder().get(order)));
            }
            matches.add(algebra.and(range.isThere(), algebra.or(fitting), algebra.or(here)));
        }
        BoolVar isHit = algebra.or(matches);
        IntVar hitAt = allocator.anchor();
        List<RunState.CachedRange> left = new ArrayList<>();
        for (int index = 0; index < cached.size(); index++) {
            // The one that was put there last comes first.
            List<BoolVar> later = matches.subList(index + 1, matches.size());
            BoolVar isPopped = algebra.and(matches.get(index), algebra.not(algebra.or(later)));
            hitAt = algebra.select(isPopped, cached.get(index).first(), hitAt);
            left.add(cached.get(index).withThere(algebra.and(cached.get(index).isThere(), algebra.not(isPopped))));
        }
        Allocator.Found first = allocator.allocate(before.tree(), request);
        if (cached.isEmpty()) {
            return new After(first.after(), left, first.found(), first.first());
        }
        Allocator.Found second = allocator.allocate(emptied(first.after(), cached), request);
        BoolVar isEmptied = algebra.not(algebra.or(isHit, first.found()));
        Tree searched = Tree.select(algebra, first.found(), first.after(), second.after(), allocator.anchor());
        List<RunState.CachedRange> kept = left.stream()
                .map(range -> range.withThere(algebra.and(range.isThere(), algebra.not(isEmptied))))
                .toList();
        return new After(
                Tree.select(algebra, isHit, before.tree(), searched, allocator.anchor()),
                kept,
                algebra.or(isHit, first.found(), second.found()),
                algebra.select(isHit, hitAt, algebra.select(first.found(), first.first(), second.first())));
    }

    /** All caches into the tree: CPU by CPU, class by class, the full magazine after the one in use. */
    private Tree emptied(Tree tree, List<RunState.CachedRange> cached) {
        Tree after = tree;
        if (cached.size() == 1) {
            return allocator.free(after, cached.get(0).first(), cached.get(0).isThere());
        }
        for (int cpu = 0; cpu < cpus; cpu++) {
            for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
                for (int index = 0; index < cached.size(); index++) {
                    RunState.CachedRange range = cached.get(newestFirst ? cached.size() - 1 - index : index);
                    BoolVar isIt = algebra.and(
                            range.isThere(),
                            range.ofOrder().get(order),
                            range.onCpu().get(cpu));
                    if (!isIt.isInstantiatedTo(0)) {
                        after = allocator.free(after, range.first(), isIt);
                    }
                }
            }
        }
        return after;
    }
}
