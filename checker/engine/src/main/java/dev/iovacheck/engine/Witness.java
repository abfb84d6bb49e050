package dev.iovacheck.engine;

import java.util.Arrays;

/**
 * Where a search saw an invariant violated: nearest to the initial state, and among equally near places the smallest by stored words,
 * so that every run names the same.
 */
final class Witness {

    private final int depth;
    private final long[] state;

    /**
     * @param depth steps after which it is violated
     * @param state stored words of the violating state, or, for a violating step, of the state before it
     */
    Witness(int depth, long[] state) {
        this.depth = depth;
        this.state = state;
    }

    int depth() {
        return depth;
    }

    long[] state() {
        return state;
    }

    /** Whether another place, told by depth and words, is to be preferred. */
    boolean comesAfter(int otherDepth, long[] words, int at, int length) {
        return otherDepth != depth ? otherDepth < depth : compare(words, at, length, state) < 0;
    }

    /** Whether another witness is to be preferred. */
    boolean comesAfter(Witness other) {
        return comesAfter(other.depth, other.state, 0, other.state.length);
    }

    /** Orders stored states. */
    static int compare(long[] words, int at, int length, long[] other) {
        return Arrays.compareUnsigned(words, at, at + length, other, 0, other.length);
    }
}
