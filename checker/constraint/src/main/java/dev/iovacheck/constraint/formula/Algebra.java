package dev.iovacheck.constraint.formula;

import java.util.ArrayList;
import java.util.List;
import org.chocosolver.solver.Model;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;

/**
 * Conditions and numbers over the variables of one Choco model. What is known when it is built is folded: a condition that can have one
 * value only becomes a constant, and what depends on it becomes simpler, so that a model of given numbers is little more than a
 * calculation.
 */
public final class Algebra implements Logic<BoolVar, IntVar> {

    private final Model model;

    public Algebra(Model model) {
        this.model = model;
    }

    public Model model() {
        return model;
    }

    // ---- conditions ----

    @Override
    public BoolVar truth(boolean value) {
        return model.boolVar(value);
    }

    /** A condition that is free. */
    public BoolVar unknown() {
        return model.boolVar();
    }

    @Override
    public BoolVar not(BoolVar condition) {
        return condition.isInstantiated() ? truth(condition.getValue() == 0) : model.boolNotView(condition);
    }

    public BoolVar and(BoolVar... conditions) {
        return and(List.of(conditions));
    }

    @Override
    public BoolVar and(List<BoolVar> conditions) {
        List<BoolVar> open = new ArrayList<>();
        for (BoolVar condition : conditions) {
            if (condition.isInstantiatedTo(0)) {
                return truth(false);
            }
            if (!condition.isInstantiated()) {
                open.add(condition);
            }
        }
        if (open.size() < 2) {
            return open.isEmpty() ? truth(true) : open.get(0);
        }
        return model.and(open.toArray(new BoolVar[0])).reify();
    }

    public BoolVar or(BoolVar... conditions) {
        return or(List.of(conditions));
    }

    @Override
    public BoolVar or(List<BoolVar> conditions) {
        List<BoolVar> open = new ArrayList<>();
        for (BoolVar condition : conditions) {
            if (condition.isInstantiatedTo(1)) {
                return truth(true);
            }
            if (!condition.isInstantiated()) {
                open.add(condition);
            }
        }
        if (open.size() < 2) {
            return open.isEmpty() ? truth(false) : open.get(0);
        }
        return model.or(open.toArray(new BoolVar[0])).reify();
    }

    @Override
    public BoolVar below(IntVar one, IntVar other) {
        if (one.getUB() < other.getLB()) {
            return truth(true);
        }
        if (one.getLB() >= other.getUB() || one == other) {
            return truth(false);
        }
        if (one.isInstantiated() && other.isInstantiated()) {
            return truth(one.getValue() < other.getValue());
        }
        return model.arithm(one, "<", other).reify();
    }

    public BoolVar equal(IntVar one, IntVar other) {
        if (one == other || (one.isInstantiated() && other.isInstantiated() && one.getValue() == other.getValue())) {
            return truth(true);
        }
        if (one.getUB() < other.getLB() || other.getUB() < one.getLB()) {
            return truth(false);
        }
        return model.arithm(one, "=", other).reify();
    }

    public BoolVar equal(IntVar one, int value) {
        return equal(one, number(value));
    }

    // ---- numbers ----

    @Override
    public IntVar number(int value) {
        return model.intVar(value);
    }

    /** A number that is free between two others, both inclusive. */
    public IntVar unknown(int least, int greatest) {
        return model.intVar(least, greatest);
    }

    public IntVar plus(IntVar number, int constant) {
        if (constant == 0) {
            return number;
        }
        return number.isInstantiated() ? number(number.getValue() + constant) : model.offset(number, constant);
    }

    /** Two numbers together, which are never more than a solver counts to in what is asked. */
    public IntVar plus(IntVar one, IntVar other) {
        if (other.isInstantiated()) {
            return plus(one, other.getValue());
        }
        IntVar sum = unknown(one.getLB() + other.getLB(), Math.min(one.getUB() + other.getUB(), IntVar.MAX_INT_BOUND));
        model.arithm(one, "+", other, "=", sum).post();
        return sum;
    }

    public IntVar minus(IntVar one, IntVar other) {
        if (other.isInstantiated()) {
            return plus(one, -other.getValue());
        }
        IntVar difference = unknown(one.getLB() - other.getUB(), one.getUB() - other.getLB());
        model.arithm(one, "-", other, "=", difference).post();
        return difference;
    }

    /** The number in a table at a position. */
    public IntVar element(int[] table, IntVar position) {
        IntVar result = model.intVar(table);
        model.element(result, table, position).post();
        return result;
    }

    public IntVar min(IntVar one, IntVar other) {
        if (one.getUB() <= other.getLB()) {
            return one;
        }
        if (other.getUB() <= one.getLB()) {
            return other;
        }
        IntVar result = unknown(Math.min(one.getLB(), other.getLB()), Math.min(one.getUB(), other.getUB()));
        model.min(result, one, other).post();
        return result;
    }

    public IntVar max(IntVar one, IntVar other) {
        if (one.getLB() >= other.getUB()) {
            return one;
        }
        if (other.getLB() >= one.getUB()) {
            return other;
        }
        IntVar result = unknown(Math.max(one.getLB(), other.getLB()), Math.max(one.getUB(), other.getUB()));
        model.max(result, one, other).post();
        return result;
    }

    /** The greatest multiple of {@code step} that is not above a number. */
    public IntVar roundDown(IntVar number, int step) {
        if (step == 1) {
            return number;
        }
        int least = Math.floorDiv(number.getLB(), step);
        int greatest = Math.floorDiv(number.getUB(), step);
        if (least == greatest) {
            return number(least * step);
        }
        IntVar multiple = model.intView(step, unknown(least, greatest), 0);
        model.arithm(multiple, "<=", number).post();
        model.arithm(number, "<=", model.offset(multiple, step - 1)).post();
        return multiple;
    }

    /** The greatest multiple of {@code step}, which is at least 1, that is not above a number, which is at least 0. */
    public IntVar roundDown(IntVar number, IntVar step) {
        if (step.isInstantiated()) {
            return roundDown(number, step.getValue());
        }
        IntVar multiple = unknown(0, number.getUB());
        model.times(unknown(0, number.getUB()), step, multiple).post();
        require(atMost(multiple, number));
        require(below(minus(number, step), multiple));
        return multiple;
    }

    /** One of two numbers. */
    public IntVar select(BoolVar condition, IntVar ifTrue, IntVar ifFalse) {
        if (condition.isInstantiated()) {
            return condition.getValue() == 1 ? ifTrue : ifFalse;
        }
        if (ifTrue == ifFalse
                || (ifTrue.isInstantiated() && ifFalse.isInstantiated() && ifTrue.getValue() == ifFalse.getValue())) {
            return ifTrue;
        }
        IntVar result = unknown(Math.min(ifTrue.getLB(), ifFalse.getLB()), Math.max(ifTrue.getUB(), ifFalse.getUB()));
        model.element(result, new IntVar[] {ifFalse, ifTrue}, condition, 0).post();
        return result;
    }

    /** One of two conditions. */
    public BoolVar select(BoolVar condition, BoolVar ifTrue, BoolVar ifFalse) {
        if (condition.isInstantiated()) {
            return condition.getValue() == 1 ? ifTrue : ifFalse;
        }
        return or(and(condition, ifTrue), and(not(condition), ifFalse));
    }

    // ---- what is so ----

    /** From here on it is so. */
    public void require(BoolVar condition) {
        model.arithm(condition, "=", 1).post();
    }
}
