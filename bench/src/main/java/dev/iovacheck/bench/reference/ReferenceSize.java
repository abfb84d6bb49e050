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
        return counts("none");
    }

    /**
     * The same for a search that takes some states for one.
     *
     * @param reduction {@code none}; {@code slots}, which slot is which does not matter; {@code slots, CPUs}, nor which CPU. The last was
     *     counted by C++ and this engine, and a test adds up what was left out.
     */
    public Optional<Counts> counts(String reduction) {
        if (equals(SMALL)) {
            return switch (reduction) {
                case "none" -> Optional.of(new Counts(404_644, 2_826_606, 26));
                case "slots" -> Optional.of(new Counts(87_665, 654_312, 26));
                case "slots, CPUs" -> Optional.of(new Counts(43_944, 327_912, 26));
                default -> Optional.empty();
            };
        }
        if (equals(MAIN)) {
            return switch (reduction) {
                case "none" -> Optional.of(new Counts(3_725_068, 26_598_144, 33));
                case "slots" -> Optional.of(new Counts(718_281, 5_428_634, 33));
                case "slots, CPUs" -> Optional.of(new Counts(359_396, 2_716_047, 33));
                default -> Optional.empty();
            };
        }
        return Optional.empty();
    }
}
