package dev.iovacheck.constraint.induction;

import dev.iovacheck.constraint.formula.Logic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sat4j.core.VecInt;
import org.sat4j.minisat.SolverFactory;
import org.sat4j.specs.ContradictionException;
import org.sat4j.specs.ISolver;
import org.sat4j.specs.TimeoutException;

/**
 * Conditions about the order of granules, for a solver of propositional logic. For each two points there is a variable that says whether
 * the one is below the other; that they are in some order, ties allowed, is stated for all. Every such order is that of some numbers, and
 * all numbers are in some such order, however large the window is: so what holds for all orders holds for all windows.
 */
final class OrderLogic implements Logic<Condition, Granule> {

    /** The first granule there is. */
    private static final int ZERO = 0;

    /** The granule after the last one there is. */
    private static final int TOP = 1;

    private final List<int[]> clauses = new ArrayList<>();
    private final Map<List<Integer>, Condition> known = new HashMap<>();
    private int variables;
    private int points = 2;

    // ---- granules ----

    /** A granule that is somewhere. */
    Granule unknown() {
        return new Granule.Placed(points++, false);
    }

    /** A granule that is somewhere, to be compared as the last of a range. */
    Granule unknownLast() {
        Granule.Placed last = new Granule.Placed(points++, true);
        require(below(zero(), after(last)));
        return last;
    }

    Granule zero() {
        return new Granule.Placed(ZERO, false);
    }

    /** The granule after the last one there is. */
    Granule top() {
        return new Granule.Placed(TOP, false);
    }

    /** Only 0 has a name here. */
    @Override
    public Granule number(int value) {
        if (value != 0) {
            throw new IllegalArgumentException("only order is known here, and not where " + value + " is");
        }
        return zero();
    }

    /** The granule after the last of a range. */
    Granule after(Granule last) {
        if (last instanceof Granule.Placed placed && placed.isLast()) {
            return new Granule.Placed(placed.point(), false);
        }
        if (last instanceof Granule.Either either) {
            return new Granule.Either(either.condition(), after(either.ifTrue()), after(either.ifFalse()));
        }
        throw new IllegalArgumentException("not the last of a range");
    }

    /** The granule before the first of a range, as the last of the one before. */
    Granule before(Granule first) {
        if (first instanceof Granule.Placed placed && !placed.isLast()) {
            return new Granule.Placed(placed.point(), true);
        }
        if (first instanceof Granule.Either either) {
            return new Granule.Either(either.condition(), before(either.ifTrue()), before(either.ifFalse()));
        }
        throw new IllegalArgumentException("not the first of a range");
    }

    Granule select(Condition condition, Granule ifTrue, Granule ifFalse) {
        if (condition.isTrue() || ifTrue.equals(ifFalse)) {
            return ifTrue;
        }
        return condition.isFalse() ? ifFalse : new Granule.Either(condition, ifTrue, ifFalse);
    }

    Granule min(Granule one, Granule other) {
        return select(below(one, other), one, other);
    }

    Granule max(Granule one, Granule other) {
        return select(below(one, other), other, one);
    }

    // ---- conditions ----

    Condition unknownCondition() {
        return new Condition(++variables);
    }

    @Override
    public Condition truth(boolean value) {
        return value ? Condition.TRUE : Condition.FALSE;
    }

    @Override
    public Condition not(Condition condition) {
        return condition.negated();
    }

    Condition and(Condition... conditions) {
        return and(List.of(conditions));
    }

    Condition or(Condition... conditions) {
        return or(List.of(conditions));
    }

    @Override
    public Condition or(List<Condition> conditions) {
        return not(and(conditions.stream().map(this::not).toList()));
    }

    @Override
    public Condition and(List<Condition> conditions) {
        Set<Integer> open = new LinkedHashSet<>();
        for (Condition condition : conditions) {
            if (condition.isFalse() || open.contains(-condition.literal())) {
                return Condition.FALSE;
            }
            if (!condition.isTrue()) {
                open.add(condition.literal());
            }
        }
        if (open.isEmpty()) {
            return Condition.TRUE;
        }
        List<Integer> literals = open.stream().sorted().toList();
        if (literals.size() == 1) {
            return new Condition(literals.get(0));
        }
        return known.computeIfAbsent(literals, this::conjunction);
    }

    private Condition conjunction(List<Integer> literals) {
        int all = ++variables;
        int[] back = new int[literals.size() + 1];
        for (int index = 0; index < literals.size(); index++) {
            clauses.add(new int[] {-all, literals.get(index)});
            back[index] = -literals.get(index);
        }
        back[literals.size()] = all;
        clauses.add(back);
        return new Condition(all);
    }

    Condition same(Condition one, Condition other) {
        return select(one, other, not(other));
    }

    Condition select(Condition condition, Condition ifTrue, Condition ifFalse) {
        return or(and(condition, ifTrue), and(not(condition), ifFalse));
    }

    @Override
    public Condition below(Granule one, Granule other) {
        if (one instanceof Granule.Either either) {
            return select(either.condition(), below(either.ifTrue(), other), below(either.ifFalse(), other));
        }
        if (other instanceof Granule.Either either) {
            return select(either.condition(), below(one, either.ifTrue()), below(one, either.ifFalse()));
        }
        Granule.Placed left = (Granule.Placed) one;
        Granule.Placed right = (Granule.Placed) other;
        if (left.isLast() == right.isLast()) {
            return precedes(left.point(), right.point());
        }
        if (left.isLast()) {
            return not(precedes(right.point(), left.point())); // e - 1 < x is e <= x
        }
        throw new IllegalArgumentException("whether a range has a second granule is no question of order");
    }

    Condition equal(Granule one, Granule other) {
        return and(not(below(one, other)), not(below(other, one)));
    }

    private Condition precedes(int one, int other) {
        if (one == other) {
            return Condition.FALSE;
        }
        return known.computeIfAbsent(List.of(one, other, Integer.MIN_VALUE), pair -> unknownCondition());
    }

    /** Exactly one of so many. */
    List<Condition> oneOf(int count) {
        List<Condition> places = new ArrayList<>();
        for (int place = 0; place < count; place++) {
            Condition here = unknownCondition();
            places.forEach(other -> require(not(and(here, other))));
            places.add(here);
        }
        require(or(places));
        return places;
    }

    /** From here on it is so. */
    void require(Condition condition) {
        if (condition.isFalse()) {
            clauses.add(new int[0]);
        } else if (!condition.isTrue()) {
            clauses.add(new int[] {condition.literal()});
        }
    }

    // ---- solving ----

    /** Empty if nothing fulfils what is required. */
    Optional<Order> solve(Duration limit) throws TimeoutException {
        order();
        ISolver solver = SolverFactory.newDefault();
        solver.setTimeoutMs(limit.toMillis());
        solver.newVar(variables);
        try {
            for (int[] clause : clauses) {
                solver.addClause(new VecInt(clause));
            }
            return solver.isSatisfiable() ? Optional.of(order(solver)) : Optional.empty();
        } catch (ContradictionException e) {
            return Optional.empty();
        }
    }

    /** All points are in an order with ties, and between 0 and the top. */
    private void order() {
        for (int one = 0; one < points; one++) {
            require(not(precedes(one, ZERO)));
            require(not(precedes(TOP, one)));
            for (int other = 0; other < points; other++) {
                if (other != one) {
                    clauses.add(new int[] {
                        -precedes(one, other).literal(), -precedes(other, one).literal()
                    });
                    for (int third = 0; third < points; third++) {
                        orderOfThree(one, other, third);
                    }
                }
            }
        }
    }

    private void orderOfThree(int one, int other, int third) {
        if (third == one || third == other) {
            return;
        }
        int direct = precedes(one, third).literal();
        int first = precedes(one, other).literal();
        int second = precedes(other, third).literal();
        clauses.add(new int[] {-first, -second, direct});
        clauses.add(new int[] {-direct, first, second});
    }

    private Order order(ISolver solver) {
        boolean[] values = new boolean[variables + 1];
        for (int literal : solver.model()) {
            if (literal > 0 && literal <= variables) {
                values[literal] = true;
            }
        }
        return new Order(values);
    }

    /** One order that fulfils everything. */
    final class Order {

        private final boolean[] values;

        private Order(boolean[] values) {
            this.values = values;
        }

        boolean holds(Condition condition) {
            int variable = Math.abs(condition.literal());
            boolean value = variable == Condition.TRUE.literal() || values[variable];
            return value == condition.literal() > 0;
        }

        /** The smallest numbers that are in this order. */
        int value(Granule granule) {
            if (granule instanceof Granule.Either either) {
                return value(holds(either.condition()) ? either.ifTrue() : either.ifFalse());
            }
            Granule.Placed placed = (Granule.Placed) granule;
            Set<Integer> below = new LinkedHashSet<>();
            for (int point = 0; point < points; point++) {
                if (point != placed.point() && holds(precedes(point, placed.point()))) {
                    below.add(rank(point));
                }
            }
            return placed.isLast() ? below.size() - 1 : below.size();
        }

        /** How many points are below one: the same for those that are equal. */
        private int rank(int point) {
            int rank = 0;
            for (int other = 0; other < points; other++) {
                if (other != point && holds(precedes(other, point))) {
                    rank++;
                }
            }
            return rank;
        }
    }
}
