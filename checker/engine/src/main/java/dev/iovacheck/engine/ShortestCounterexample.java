package dev.iovacheck.engine;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.shrink.ShortestSearch;
import dev.iovacheck.invariants.ProgressInvariant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Finds the shortest counterexample by looking at all states that are nearer, or at all of them where the claim is about what can follow.
 * Of the reductions only those are used that forget no name of a device, which may be what tells one violation from another, and leave no
 * order of steps out, which may be the shortest.
 */
public final class ShortestCounterexample implements ShortestSearch {

    private final long maxStates;

    /** @param maxStates how many states are looked at for one counterexample before it is left undecided */
    public ShortestCounterexample(long maxStates) {
        this.maxStates = maxStates;
    }

    @Override
    public Optional<Counterexample> shortest(Counterexample known, Predicate<String> isSame, BooleanSupplier stop) {
        boolean needsAll = known.invariant() instanceof ProgressInvariant;
        SearchOptions options = SearchOptions.defaults()
                .withReductions(EnumSet.of(Reduction.CPUS, Reduction.SLOTS))
                .withMaxStates(maxStates)
                .withMaxDepth(needsAll ? Integer.MAX_VALUE : known.actions().size());
        CheckResult result = ExhaustiveCheck.run(
                known.alone().configuration(), options, progress -> {}, stop, null, Violations.thatAre(isSame));
        // As deep as it may go the known one is there: nothing is found only if the search was cut off before.
        return result.findings().get(0).verdict() instanceof Verdict.Violated violated
                ? Optional.of(inSameTerms(violated.replay().counterexample(), known))
                : Optional.empty();
    }

    /** What else is asked of the configuration stays as it was. */
    private static Counterexample inSameTerms(Counterexample found, Counterexample known) {
        return new Counterexample(
                known.configuration(), found.devices(), found.invariant(), found.actions(), found.loop());
    }
}
