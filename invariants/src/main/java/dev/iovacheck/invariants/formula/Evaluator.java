package dev.iovacheck.invariants.formula;

import java.util.List;

/** One clause on facts: what it compares, in arrays. */
final class Evaluator {

    private static final byte OF_X = 0;
    private static final byte OF_Y = 1;
    private static final byte CONSTANT = 2;

    private final Sort x;

    /** That of the first thing if there is no second. */
    private final Sort y;

    private final boolean isPair;
    private final Clause.Pairs pairs;
    private final boolean[] strict;

    /** Of each comparison the left and then the right side. */
    private final byte[] roles;

    private final Quantity[] quantities;
    private final long[] constants;

    Evaluator(Clause clause) {
        x = clause.x();
        isPair = clause.y() != null;
        y = clause.y() == null ? x : clause.y();
        pairs = clause.pairs();
        List<Comparison> comparisons = clause.comparisons();
        strict = new boolean[comparisons.size()];
        roles = new byte[2 * strict.length];
        quantities = new Quantity[roles.length];
        constants = new long[roles.length];
        for (int index = 0; index < strict.length; index++) {
            strict[index] = comparisons.get(index).isStrict();
            read(comparisons.get(index).left(), 2 * index);
            read(comparisons.get(index).right(), 2 * index + 1);
        }
    }

    private void read(Term term, int side) {
        quantities[side] = Quantity.FIRST;
        if (term instanceof Term.OfX ofX) {
            roles[side] = OF_X;
            quantities[side] = ofX.quantity();
        } else if (term instanceof Term.OfY ofY) {
            roles[side] = OF_Y;
            quantities[side] = ofY.quantity();
        } else if (term instanceof Term.Constant constant) {
            roles[side] = CONSTANT;
            constants[side] = constant.value();
        }
    }

    boolean speaks(Facts facts) {
        int first = facts.count(x);
        if (!isPair || pairs == Clause.Pairs.EXACTLY_ONE) {
            return first > 0;
        }
        return x == y ? first > 1 : first > 0 && facts.count(y) > 0;
    }

    boolean holds(Facts facts) {
        int count = facts.count(x);
        if (!isPair) {
            for (int one = 0; one < count; one++) {
                if (!holds(facts, one, one)) {
                    return false;
                }
            }
            return true;
        }
        if (pairs == Clause.Pairs.EXACTLY_ONE) {
            for (int one = 0; one < count; one++) {
                if (!hasExactlyOne(facts, one)) {
                    return false;
                }
            }
            return true;
        }
        int others = x == y || count == 0 ? count : facts.count(y);
        for (int one = 0; one < count; one++) {
            int end = pairs == Clause.Pairs.NEIGHBOURS ? Math.min(one + 2, others) : others;
            for (int other = x == y ? one + 1 : 0; other < end; other++) {
                if (!holds(facts, one, other)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean hasExactlyOne(Facts facts, int one) {
        int found = 0;
        for (int other = 0, end = facts.count(y); other < end && found < 2; other++) {
            if (allHold(facts, one, other)) {
                found++;
            }
        }
        return found == 1;
    }

    private boolean allHold(Facts facts, int one, int other) {
        for (int index = 0; index < strict.length; index++) {
            if (!isTrue(facts, index, one, other)) {
                return false;
            }
        }
        return true;
    }

    private boolean holds(Facts facts, int one, int other) {
        for (int index = 0; index < strict.length; index++) {
            if (isTrue(facts, index, one, other)) {
                return true;
            }
        }
        return false;
    }

    private boolean isTrue(Facts facts, int index, int one, int other) {
        int order = Long.compareUnsigned(value(facts, 2 * index, one, other), value(facts, 2 * index + 1, one, other));
        return strict[index] ? order < 0 : order <= 0;
    }

    private long value(Facts facts, int side, int one, int other) {
        byte role = roles[side];
        if (role == OF_X) {
            return facts.value(x, one, quantities[side]);
        }
        return role == OF_Y ? facts.value(y, other, quantities[side]) : constants[side];
    }
}
