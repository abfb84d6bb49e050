package dev.iovacheck.constraint.unroll;

import dev.iovacheck.constraint.formula.Algebra;
import dev.iovacheck.constraint.formula.SymbolicFacts;
import dev.iovacheck.constraint.formula.Thing;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.iova.AllocatorConstants;
import java.util.List;
import java.util.Map;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;

/** What invariants can ask about the last step of a run and the state after it. */
final class RunFacts {

    private final Algebra algebra;
    private final Setting setting;
    private final Coordinates coordinates;
    private final IntVar anchor;
    private final SymbolicFacts<BoolVar, IntVar> facts = new SymbolicFacts<>();

    private RunFacts(Algebra algebra, Setting setting, Coordinates coordinates, IntVar anchor) {
        this.algebra = algebra;
        this.setting = setting;
        this.coordinates = coordinates;
        this.anchor = anchor;
    }

    /** @param before the state before the last step; that after the set-up if there was none */
    static SymbolicFacts<BoolVar, IntVar> of(
            Algebra algebra, Setting setting, Coordinates coordinates, IntVar anchor, RunState before, RunState after) {
        RunFacts all = new RunFacts(algebra, setting, coordinates, anchor);
        all.addRanges(after);
        all.addTree(after.tree());
        all.addPromises(before, after);
        return all.facts;
    }

    private void addRanges(RunState after) {
        for (RunState.Mapped mapped : after.mapped()) {
            facts.add(Sort.MAPPING, mapping(mapped));
            for (Sort sort : List.of(Sort.LIVE, Sort.IN_USE, Sort.HELD)) {
                facts.add(sort, range(mapped.isLive(), mapped.first(), mapped.lastTaken()));
            }
        }
        for (RunState.CachedRange cached : after.cached()) {
            for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
                BoolVar isIt = algebra.and(cached.isThere(), cached.ofOrder().get(order));
                if (!isIt.isInstantiatedTo(0)) {
                    Thing<BoolVar, IntVar> range =
                            range(isIt, cached.first(), algebra.plus(cached.first(), (1 << order) - 1));
                    facts.add(Sort.POOLED, range);
                    facts.add(Sort.HELD, range);
                }
            }
        }
        if (!after.mapped().isEmpty()) {
            // A mapping that was made in the last step is live.
            RunState.Mapped taken = after.mapped().get(after.mapped().size() - 1);
            facts.add(Sort.TAKEN, range(taken.isLive(), taken.first(), taken.last()));
            // What was not made has no place that could be divided.
            IntVar first = algebra.select(taken.isLive(), taken.first(), algebra.number(0));
            IntVar offset = algebra.minus(first, algebra.roundDown(first, taken.alignment()));
            facts.add(
                    Sort.RETURNED,
                    new Thing<>(taken.isLive(), Map.of(Quantity.FIRST, taken.first(), Quantity.OFFSET, offset)));
        }
    }

    private Thing<BoolVar, IntVar> range(BoolVar exists, IntVar first, IntVar last) {
        return Thing.range(exists, first, last, algebra.plus(last, 1));
    }

    private Thing<BoolVar, IntVar> mapping(RunState.Mapped mapped) {
        return new Thing<>(
                mapped.isLive(),
                Map.of(
                        Quantity.FIRST, mapped.first(),
                        Quantity.LAST, mapped.last(),
                        Quantity.END, algebra.plus(mapped.last(), 1),
                        Quantity.WINDOW_FIRST, bound(setting.windowFirst()),
                        Quantity.WINDOW_END, bound(setting.windowEnd()),
                        Quantity.LIMIT, bound(setting.limit()),
                        Quantity.START_PFN, bound(setting.iova().startPfn())));
    }

    /** A bound on mappings, which lie among what the device can be given: what is above all of that is as good as the anchor. */
    private IntVar bound(long pfn) {
        return pfn > setting.limit() ? anchor : algebra.number(coordinates.of(pfn));
    }

    private void addTree(Tree tree) {
        IntVar covered = algebra.number(0);
        for (int place = 0; place <= tree.places(); place++) {
            boolean isEnd = place == tree.places();
            IntVar lo = isEnd ? anchor : tree.los().get(place);
            facts.add(
                    Sort.GAP,
                    new Thing<>(algebra.below(covered, lo), Map.of(Quantity.FIRST, covered, Quantity.END, lo)));
            if (!isEnd) {
                IntVar hi = tree.his().get(place);
                facts.add(Sort.NODE, range(algebra.below(lo, anchor), lo, hi));
                covered = algebra.max(covered, algebra.plus(hi, 1));
            }
        }
    }

    private void addPromises(RunState before, RunState after) {
        for (Extent promised : setting.promised(true)) {
            facts.add(Sort.KEPT_PROMISE, constant(promised));
        }
        for (Extent promised : setting.promised(false)) {
            facts.add(Sort.PROMISE, constant(promised));
            facts.add(Sort.MADE_PROMISE, constant(promised));
        }
        addAll(Sort.KEPT_PROMISE, after.promises());
        addAll(Sort.MADE_PROMISE, after.promises());
        addAll(Sort.PROMISE, before.promises());
    }

    private void addAll(Sort sort, List<RunState.Promised> promises) {
        for (RunState.Promised promised : promises) {
            facts.add(sort, range(promised.stands(), promised.first(), promised.last()));
        }
    }

    private Thing<BoolVar, IntVar> constant(Extent pfns) {
        return range(
                algebra.truth(true),
                algebra.number(coordinates.of(pfns.first())),
                algebra.number(coordinates.of(pfns.last())));
    }
}
