package dev.iovacheck.constraint.formula;

import java.util.List;

/**
 * What a formula is made of for some solver: conditions that may hold or not, and numbers that can be compared.
 *
 * @param <C> a condition
 * @param <N> a number
 */
public interface Logic<C, N> {

    C truth(boolean value);

    C not(C condition);

    C and(List<C> conditions);

    C or(List<C> conditions);

    /** {@code one < other}. */
    C below(N one, N other);

    N number(int value);

    /** {@code least <= greatest}. */
    default C atMost(N least, N greatest) {
        return not(below(greatest, least));
    }

    default C implies(C premise, C conclusion) {
        return or(List.of(not(premise), conclusion));
    }
}
