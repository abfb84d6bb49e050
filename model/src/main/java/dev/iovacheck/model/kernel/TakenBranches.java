package dev.iovacheck.model.kernel;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Remembers which branches were taken. One plain store each, so that it can be done wherever the model decides; every machine has its
 * own, and results are put together when threads have ended.
 */
public final class TakenBranches {

    private static final int WORDS = (Branch.values().length - 1) / Long.SIZE + 1;

    private final boolean[] taken = new boolean[Branch.values().length];

    public void take(Branch branch) {
        taken[branch.ordinal()] = true;
    }

    /** Whether it was taken so far. */
    public boolean has(Branch branch) {
        return taken[branch.ordinal()];
    }

    /** Writes a set of branches as bits, by place in the enumeration. */
    public static void save(Set<Branch> branches, DataOutput out) throws IOException {
        long[] words = new long[WORDS];
        branches.forEach(branch -> words[branch.ordinal() / Long.SIZE] |= 1L << branch.ordinal());
        for (long word : words) {
            out.writeLong(word);
        }
    }

    /** The set of branches that {@link #save} wrote. */
    public static Set<Branch> restore(DataInput in) throws IOException {
        long[] words = new long[WORDS];
        for (int index = 0; index < WORDS; index++) {
            words[index] = in.readLong();
        }
        Set<Branch> all = EnumSet.noneOf(Branch.class);
        for (Branch branch : Branch.values()) {
            if ((words[branch.ordinal() / Long.SIZE] & 1L << branch.ordinal()) != 0) {
                all.add(branch);
            }
        }
        return all;
    }

    /** A copy of what was taken so far, in the order of the enumeration. */
    public Set<Branch> toSet() {
        Set<Branch> all = EnumSet.noneOf(Branch.class);
        for (Branch branch : Branch.values()) {
            if (taken[branch.ordinal()]) {
                all.add(branch);
            }
        }
        return Collections.unmodifiableSet(all);
    }
}
