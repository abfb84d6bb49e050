package dev.iovacheck.counterexamples.shrink;

import dev.iovacheck.counterexamples.Counterexample;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Looks for the shortest counterexample in a configuration: an engine's part, which shrinking can do without. */
@FunctionalInterface
public interface ShortestSearch {

    /** Finds out nothing. */
    ShortestSearch NONE = (known, isSame, stop) -> Optional.empty();

    /**
     * A shortest way to a violation of the same invariant in the same configuration.
     *
     * @param known a confirmed counterexample, which may be a shortest one itself
     * @param isSame whether what is said of a violation says the same as of the known one; may be asked by several threads
     * @param stop asked often, perhaps by several threads; once it says true the search ends
     * @return a confirmed one of no more actions than the known one; empty if the search did not come so far
     */
    Optional<Counterexample> shortest(Counterexample known, Predicate<String> isSame, BooleanSupplier stop);
}
