package dev.iovacheck.counterexamples.shrink;

/** Told how far shrinking is. */
@FunctionalInterface
public interface ShrinkListener {

    /**
     * After every attempt.
     *
     * @param step what is being tried, in words
     * @param actions of the smallest way so far
     * @param tries attempts so far
     */
    void tried(String step, int actions, long tries);
}
