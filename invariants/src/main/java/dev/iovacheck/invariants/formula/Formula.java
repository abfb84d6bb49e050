package dev.iovacheck.invariants.formula;

import java.util.List;

/**
 * All of some clauses. Searches ask it of every state, so that it keeps them in arrays, too.
 */
public final class Formula {

    private final List<Clause> clauses;
    private final Evaluator[] evaluators;

    private Formula(List<Clause> clauses) {
        this.clauses = clauses;
        evaluators = clauses.stream().map(Evaluator::new).toArray(Evaluator[]::new);
    }

    /** @param clauses at least one */
    public static Formula of(Clause... clauses) {
        return new Formula(List.of(clauses));
    }

    public List<Clause> clauses() {
        return clauses;
    }

    /** Whether there is anything that one of the clauses speaks of. Allocates nothing. */
    public boolean speaks(Facts facts) {
        for (Evaluator evaluator : evaluators) {
            if (evaluator.speaks(facts)) {
                return true;
            }
        }
        return false;
    }

    /** Whether all clauses hold, be it that there is nothing they speak of. Allocates nothing. */
    public boolean holds(Facts facts) {
        for (Evaluator evaluator : evaluators) {
            if (!evaluator.holds(facts)) {
                return false;
            }
        }
        return true;
    }
}
