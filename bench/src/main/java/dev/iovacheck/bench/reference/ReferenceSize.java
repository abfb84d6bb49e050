package dev.iovacheck.bench.reference;

import java.util.Optional;

/**
 * How large the reference model is: 28 pages and 2 CPUs always.
 *
 * @param lowerBound pages below it are never usable, 0..27
 * @param slots how many ranges can be mapped at once, 3 or 4
 */
public record ReferenceSize(int lowerBound, int slots) {

    public static final ReferenceSize SMALL = new ReferenceSize(18, 3);
    public static final ReferenceSize MAIN = new ReferenceSize(16, 3);

    public ReferenceSize {
        if (lowerBound < 0 || lowerBound > 27) {
            throw new IllegalArgumentException("the lower bound is a page, 0..27: " + lowerBound);
        }
        if (slots < 3 || slots > 4) {
            throw new IllegalArgumentException("the models are written for 3 or 4 slots: " + slots);
        }
    }

    /**
     * Exact numbers.
     *
     * @param states distinct states
     * @param transitions transitions between them, repeated ones counted
     * @param diameter the longest shortest way from the initial state
     */
    public record Counts(long states, long transitions, int diameter) {}

    /** What Spin, TLC, C++ and a plain search in Java agreed on, if it was ever counted. */
    public Optional<Counts> counts() {
        if (equals(SMALL)) {
            return Optional.of(new Counts(404_644, 2_826_606, 26));
        }
        return equals(MAIN) ? Optional.of(new Counts(3_725_068, 26_598_144, 33)) : Optional.empty();
    }
}
