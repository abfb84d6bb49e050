package dev.iovacheck.constraint.formula;

import dev.iovacheck.invariants.formula.Quantity;
import java.util.Map;

/**
 * Something that a formula can speak of, in a state that is not known.
 *
 * @param exists whether it is there at all
 * @param quantities its numbers
 * @param <C> a condition of the solver
 * @param <N> a number of the solver
 */
public record Thing<C, N>(C exists, Map<Quantity, N> quantities) {

    public Thing {
        quantities = Map.copyOf(quantities);
    }

    /**
     * A range.
     *
     * @param first inclusive
     * @param last inclusive
     * @param end the number after {@code last}
     */
    public static <C, N> Thing<C, N> range(C exists, N first, N last, N end) {
        return new Thing<>(exists, Map.of(Quantity.FIRST, first, Quantity.LAST, last, Quantity.END, end));
    }

    /**
     * One of its numbers.
     *
     * @throws IllegalArgumentException if it has no such number
     */
    public N number(Quantity quantity) {
        N number = quantities.get(quantity);
        if (number == null) {
            throw new IllegalArgumentException("no " + quantity + " here");
        }
        return number;
    }
}
