package dev.iovacheck.constraint.unroll;

import java.util.List;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;

/**
 * A domain between two steps of a run.
 *
 * @param tree its tree
 * @param mapped what was mapped, step by step
 * @param cached what was put into caches, in that order
 * @param called for each given call, whether it was made
 * @param promises what calls have promised
 * @param isSpent whether nothing is known of what comes: the tree is not well-formed any more
 */
record RunState(
        Tree tree,
        List<Mapped> mapped,
        List<CachedRange> cached,
        List<BoolVar> called,
        List<Promised> promises,
        BoolVar isSpent) {

    RunState {
        mapped = List.copyOf(mapped);
        cached = List.copyOf(cached);
        called = List.copyOf(called);
        promises = List.copyOf(promises);
    }

    /**
     * A mapping that may have been made in a step.
     *
     * @param step which
     * @param isLive whether it was, and is there still
     * @param first its first granule
     * @param last its last granule, inclusive
     * @param lastTaken the last granule that the allocator has taken for it, inclusive
     * @param alignment of what it begins at a multiple
     * @param ofOrder for each size class of the caches, whether it is of it
     */
    record Mapped(
            int step,
            BoolVar isLive,
            IntVar first,
            IntVar last,
            IntVar lastTaken,
            IntVar alignment,
            List<BoolVar> ofOrder) {

        Mapped {
            ofOrder = List.copyOf(ofOrder);
        }

        Mapped withLive(BoolVar other) {
            return new Mapped(step, other, first, last, lastTaken, alignment, ofOrder);
        }
    }

    /**
     * A range that may be in a cache.
     *
     * @param isThere whether it is
     * @param first its first granule
     * @param ofOrder for each size class, whether it is of it
     * @param onCpu for each CPU, whether it is in its cache
     */
    record CachedRange(BoolVar isThere, IntVar first, List<BoolVar> ofOrder, List<BoolVar> onCpu) {

        CachedRange withThere(BoolVar other) {
            return new CachedRange(other, first, ofOrder, onCpu);
        }
    }

    /** A promise that may have been made: both ends inclusive. */
    record Promised(BoolVar stands, IntVar first, IntVar last) {}
}
