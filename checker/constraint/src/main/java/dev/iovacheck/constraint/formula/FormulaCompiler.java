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
                all.add(logic.implies(x.exists(), anyOf(clause, x, null)));
                continue;
            }
            List<Thing<C, N>> ofY = facts.of(clause.y());
            for (int other = clause.x() == clause.y() ? one + 1 : 0; other < ofY.size(); other++) {
                Thing<C, N> y = ofY.get(other);
                all.add(logic.implies(logic.and(List.of(x.exists(), y.exists())), anyOf(clause, x, y)));
            }
        }
    }

    private C anyOf(Clause clause, Thing<C, N> x, @Nullable Thing<C, N> y) {
        List<C> any = new ArrayList<>();
        for (Comparison comparison : clause.anyOf()) {
            N left = number(comparison.left(), x, y);
            N right = number(comparison.right(), x, y);
            any.add(comparison.isStrict() ? logic.below(left, right) : logic.atMost(left, right));
        }
        return logic.or(any);
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
