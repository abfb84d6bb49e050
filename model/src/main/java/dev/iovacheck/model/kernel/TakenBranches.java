package dev.iovacheck.model.kernel;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Remembers which branches were taken. One plain store each, so that it can be done wherever the model decides; every machine has its
 * own, and results are put together when threads have ended.
 */
public final class TakenBranches {

    private final boolean[] taken = new boolean[Branch.values().length];

    public void take(Branch branch) {
        taken[branch.ordinal()] = true;
    }

    /** A set of branches as bits, by place in the enumeration. */
    public static long bits(Set<Branch> branches) {
        return branches.stream().mapToLong(branch -> 1L << branch.ordinal()).reduce(0, (one, other) -> one | other);
    }

    /** The set of branches with these {@link #bits}. */
    public static Set<Branch> ofBits(long bits) {
        Set<Branch> all = EnumSet.noneOf(Branch.class);
        for (Branch branch : Branch.values()) {
            if ((bits & (1L << branch.ordinal())) != 0) {
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
