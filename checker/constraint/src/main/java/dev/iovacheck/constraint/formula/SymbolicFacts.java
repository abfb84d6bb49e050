package dev.iovacheck.constraint.formula;

import dev.iovacheck.invariants.formula.Sort;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The things of one domain in a state that is not known; those of a sort that is ordered are in its order.
 *
 * @param <C> a condition of the solver
 * @param <N> a number of the solver
 */
public final class SymbolicFacts<C, N> {

    private final Map<Sort, List<Thing<C, N>>> things = new EnumMap<>(Sort.class);

    public void add(Sort sort, Thing<C, N> thing) {
        things.computeIfAbsent(sort, none -> new ArrayList<>()).add(thing);
    }

    public List<Thing<C, N>> of(Sort sort) {
        return things.getOrDefault(sort, List.of());
    }
}
