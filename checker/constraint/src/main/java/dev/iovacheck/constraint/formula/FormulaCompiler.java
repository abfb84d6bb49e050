package dev.iovacheck.constraint.formula;

import dev.iovacheck.invariants.formula.Clause;
import dev.iovacheck.invariants.formula.Comparison;
import dev.iovacheck.invariants.formula.Formula;
import dev.iovacheck.invariants.formula.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a condition on unknown numbers of a formula. A clause about neighbours is taken for all pairs that are in order: which things
 * are there is not known, and so neither who is whose neighbour. The formulas that have such a clause say as well that nothing is
 * inverted, and with that the two are the same.
 *
 * @param <C> a condition of the solver
 * @param <N> a number of the solver
 */
public final class FormulaCompiler<C, N> {

    private final Logic<C, N> logic;

    public FormulaCompiler(Logic<C, N> logic) {
        this.logic = logic;
    }

    /** Whether the formula holds. */
    public C holds(Formula formula, SymbolicFacts<C, N> facts) {
        List<C> all = new ArrayList<>();
        for (Clause clause : formula.clauses()) {
            holds(clause, facts, all);
        }
        return logic.and(all);
    }

    private void holds(Clause clause, SymbolicFacts<C, N> facts, List<C> all) {
        List<Thing<C, N>> ofX = facts.of(clause.x());
        for (int one = 0; one < ofX.size(); one++) {
            Thing<C, N> x = ofX.get(one);
            if (clause.y() == null) {
                all.add(logic.implies(x.exists(), logic.or(comparisons(clause, x, null))));
                continue;
            }
            List<Thing<C, N>> ofY = facts.of(clause.y());
            if (clause.pairs() == Clause.Pairs.EXACTLY_ONE) {
                all.add(logic.implies(x.exists(), exactlyOne(clause, x, ofY)));
                continue;
            }
            for (int other = clause.x() == clause.y() ? one + 1 : 0; other < ofY.size(); other++) {
                Thing<C, N> y = ofY.get(other);
                all.add(logic.implies(logic.and(List.of(x.exists(), y.exists())), logic.or(comparisons(clause, x, y))));
            }
        }
    }

    private C exactlyOne(Clause clause, Thing<C, N> x, List<Thing<C, N>> ofY) {
        List<C> fit = new ArrayList<>();
        List<C> all = new ArrayList<>();
        for (Thing<C, N> y : ofY) {
            List<C> conditions = comparisons(clause, x, y);
            conditions.add(y.exists());
            C fits = logic.and(conditions);
            for (C other : fit) {
                all.add(logic.not(logic.and(List.of(other, fits))));
            }
            fit.add(fits);
        }
        all.add(logic.or(fit));
        return logic.and(all);
    }

    private List<C> comparisons(Clause clause, Thing<C, N> x, @Nullable Thing<C, N> y) {
        List<C> all = new ArrayList<>();
        for (Comparison comparison : clause.comparisons()) {
            N left = number(comparison.left(), x, y);
            N right = number(comparison.right(), x, y);
            all.add(comparison.isStrict() ? logic.below(left, right) : logic.atMost(left, right));
        }
        return all;
    }

    private N number(Term term, Thing<C, N> x, @Nullable Thing<C, N> y) {
        if (term instanceof Term.OfX ofX) {
            return x.number(ofX.quantity());
        }
        if (term instanceof Term.OfY ofY) {
            return Objects.requireNonNull(y).number(ofY.quantity());
        }
        if (term instanceof Term.Constant constant) {
            return logic.number(Math.toIntExact(constant.value()));
        }
        throw new IllegalStateException(term.toString());
    }
}
