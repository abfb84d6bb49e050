package dev.iovacheck.invariants.formula;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * For all things of one sort, or all pairs of things of two sorts: one of some comparisons holds. A pair of one sort is a thing and one
 * that comes after it. Or: for all things of one sort there is exactly one of another for which all of some comparisons hold.
 *
 * @param x the sort of the first thing
 * @param y the sort of the second thing; {@code null} if there is none
 * @param pairs which second things are meant
 * @param comparisons of these one must hold, or all with {@link Pairs#EXACTLY_ONE}
 */
public record Clause(Sort x, @Nullable Sort y, Pairs pairs, List<Comparison> comparisons) {

    /** Which second things go with a first one. */
    public enum Pairs {
        ALL,
        /** Only the next one of its sort. */
        NEIGHBOURS,
        /** One, and only one, that has all that is said of it. */
        EXACTLY_ONE
    }

    /** @throws IllegalArgumentException if a comparison asks for a second thing and there is none */
    public Clause {
        comparisons = List.copyOf(comparisons);
        for (Comparison comparison : comparisons) {
            if (y == null && (comparison.left() instanceof Term.OfY || comparison.right() instanceof Term.OfY)) {
                throw new IllegalArgumentException("a clause about one thing that asks for a second");
            }
        }
    }

    public static Clause forAll(Sort x, Comparison... anyOf) {
        return new Clause(x, null, Pairs.ALL, List.of(anyOf));
    }

    public static Clause forAllPairs(Sort x, Sort y, Comparison... anyOf) {
        return new Clause(x, y, Pairs.ALL, List.of(anyOf));
    }

    public static Clause forNeighbours(Sort sort, Comparison... anyOf) {
        return new Clause(sort, sort, Pairs.NEIGHBOURS, List.of(anyOf));
    }

    /** @param y another sort than {@code x} */
    public static Clause forAllExactlyOne(Sort x, Sort y, Comparison... allOf) {
        return new Clause(x, y, Pairs.EXACTLY_ONE, List.of(allOf));
    }
}
