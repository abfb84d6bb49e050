package dev.iovacheck.engine;

import java.io.DataInput;
import java.io.DataOutputStream;
import java.io.IOException;
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

    void save(DataOutputStream out) throws IOException {
        out.writeInt(depth);
        out.writeInt(state.length);
        for (long word : state) {
            out.writeLong(word);
        }
    }

    static Witness restored(DataInput in) throws IOException {
        int depth = in.readInt();
        long[] state = new long[in.readInt()];
        for (int word = 0; word < state.length; word++) {
            state[word] = in.readLong();
        }
        return new Witness(depth, state);
    }

    /** Orders stored states. */
    static int compare(long[] words, int at, int length, long[] other) {
        return Arrays.compareUnsigned(words, at, at + length, other, 0, other.length);
    }
}
