package dev.iovacheck.invariants.formula;

import java.util.Arrays;
import java.util.List;

/**
 * One clause on facts. Searches ask it of every state and of many pairs of things, so what it compares is in arrays, and the ends of two
 * things are read once for all comparisons of them.
 */
final class Evaluator {

    // What a side of a comparison is.
    private static final int X_FIRST = 0;
    private static final int X_LAST = 1;
    private static final int X_END = 2;
    private static final int Y_FIRST = 3;
    private static final int Y_LAST = 4;
    private static final int Y_END = 5;
    private static final int CONSTANT = 6;
    private static final int OTHER_OF_X = 7;
    private static final int OTHER_OF_Y = 8;

    /** The sides of two strict comparisons: one thing ends before the other one begins. */
    private static final int[] DISJOINT = {X_LAST, Y_FIRST, Y_LAST, X_FIRST};

    private final Sort x;

    /** That of the first thing if there is no second. */
    private final Sort y;

    private final boolean isPair;
    private final Clause.Pairs pairs;
    private final boolean[] strict;

    /** Whether it says that things do not overlap, as most clauses on pairs do. */
    private final boolean saysDisjoint;

    /** Of each comparison the left and then the right side. */
    private final int[] sides;

    private final Quantity[] quantities;
    private final long[] constants;

    Evaluator(Clause clause) {
        x = clause.x();
        isPair = clause.y() != null;
        y = clause.y() == null ? x : clause.y();
        pairs = clause.pairs();
        List<Comparison> comparisons = clause.comparisons();
        strict = new boolean[comparisons.size()];
        sides = new int[2 * strict.length];
        quantities = new Quantity[sides.length];
        constants = new long[sides.length];
        for (int index = 0; index < strict.length; index++) {
            strict[index] = comparisons.get(index).isStrict();
            read(comparisons.get(index).left(), 2 * index);
            read(comparisons.get(index).right(), 2 * index + 1);
        }
        saysDisjoint = pairs == Clause.Pairs.ALL && Arrays.equals(sides, DISJOINT) && strict[0] && strict[1];
    }

    private void read(Term term, int side) {
        quantities[side] = Quantity.FIRST;
        if (term instanceof Term.OfX ofX) {
            quantities[side] = ofX.quantity();
            sides[side] = switch (ofX.quantity()) {
                case FIRST -> X_FIRST;
                case LAST -> X_LAST;
                case END -> X_END;
                default -> OTHER_OF_X;
            };
        } else if (term instanceof Term.OfY ofY) {
            quantities[side] = ofY.quantity();
            sides[side] = switch (ofY.quantity()) {
                case FIRST -> Y_FIRST;
                case LAST -> Y_LAST;
                case END -> Y_END;
                default -> OTHER_OF_Y;
            };
        } else if (term instanceof Term.Constant constant) {
            sides[side] = CONSTANT;
            constants[side] = constant.value();
        }
    }

    boolean speaks(Facts facts) {
        int first = facts.things(x).count();
        if (!isPair || pairs == Clause.Pairs.EXACTLY_ONE) {
            return first > 0;
        }
        return x == y ? first > 1 : first > 0 && facts.things(y).count() > 0;
    }

    boolean holds(Facts facts) {
        Ranges xs = facts.things(x);
        Ranges ys = isPair && xs.count() > 0 ? facts.things(y) : xs;
        for (int one = 0; one < xs.count(); one++) {
            if (!holds(facts, xs, one, ys)) {
                return false;
            }
        }
        return true;
    }

    /** What it says of one thing and all that go with it. */
    private boolean holds(Facts facts, Ranges xs, int one, Ranges ys) {
        long first = xs.first(one);
        long last = xs.last(one);
        if (!isPair) {
            return areTrue(facts, one, first, last, one, first, last, false);
        }
        if (saysDisjoint) {
            return areDisjoint(first, last, ys, x == y ? one + 1 : 0);
        }
        boolean isOne = pairs == Clause.Pairs.EXACTLY_ONE;
        int end = pairs == Clause.Pairs.NEIGHBOURS ? Math.min(one + 2, ys.count()) : ys.count();
        int found = 0;
        for (int other = x == y ? one + 1 : 0; other < end && found < 2; other++) {
            boolean areTrue = areTrue(facts, one, first, last, other, ys.first(other), ys.last(other), isOne);
            if (isOne) {
                found += areTrue ? 1 : 0;
            } else if (!areTrue) {
                return false;
            }
        }
        return !isOne || found == 1;
    }

    /** Whether a range ends before others begin, from number {@code from} on, or begins after them. */
    private static boolean areDisjoint(long first, long last, Ranges others, int from) {
        for (int other = from; other < others.count(); other++) {
            if (last + Long.MIN_VALUE >= others.first(other) + Long.MIN_VALUE
                    && others.last(other) + Long.MIN_VALUE >= first + Long.MIN_VALUE) {
                return false;
            }
        }
        return true;
    }

    /** Whether all comparisons of two things are true, or one of them. */
    private boolean areTrue(
            Facts facts, int one, long xFirst, long xLast, int other, long yFirst, long yLast, boolean all) {
        for (int index = 0; index < strict.length; index++) {
            long left = value(2 * index, facts, one, xFirst, xLast, other, yFirst, yLast) + Long.MIN_VALUE;
            long right = value(2 * index + 1, facts, one, xFirst, xLast, other, yFirst, yLast) + Long.MIN_VALUE;
            // Unsigned; Long.compareUnsigned has three answers and takes longer.
            boolean isTrue = strict[index] ? left < right : left <= right;
            if (isTrue != all) {
                return isTrue;
            }
        }
        return all;
    }

    private long value(int side, Facts facts, int one, long xFirst, long xLast, int other, long yFirst, long yLast) {
        return switch (sides[side]) {
            case X_FIRST -> xFirst;
            case X_LAST -> xLast;
            case X_END -> xLast + 1;
            case Y_FIRST -> yFirst;
            case Y_LAST -> yLast;
            case Y_END -> yLast + 1;
            case CONSTANT -> constants[side];
            case OTHER_OF_X -> facts.value(x, one, quantities[side]);
            default -> facts.value(y, other, quantities[side]);
        };
    }
}
