package dev.iovacheck.invariants.formula;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * For all things of one sort, or all pairs of things of two sorts: one of some comparisons holds. A pair of one sort is a thing and one
 * that comes after it.
 *
 * @param x the sort of the first thing
 * @param y the sort of the second thing; {@code null} if there is none
 * @param areNeighbours whether only a thing and the next one of its sort make a pair
 * @param anyOf of these one must hold
 */
public record Clause(Sort x, @Nullable Sort y, boolean areNeighbours, List<Comparison> anyOf) {

    /** @throws IllegalArgumentException if a comparison asks for a second thing and there is none */
    public Clause {
        anyOf = List.copyOf(anyOf);
        for (Comparison comparison : anyOf) {
            if (y == null && (comparison.left() instanceof Term.OfY || comparison.right() instanceof Term.OfY)) {
                throw new IllegalArgumentException("a clause about one thing that asks for a second");
            }
        }
    }

    public static Clause forAll(Sort x, Comparison... anyOf) {
        return new Clause(x, null, false, List.of(anyOf));
    }

    public static Clause forAllPairs(Sort x, Sort y, Comparison... anyOf) {
        return new Clause(x, y, false, List.of(anyOf));
    }

    public static Clause forNeighbours(Sort sort, Comparison... anyOf) {
        return new Clause(sort, sort, true, List.of(anyOf));
    }
}
