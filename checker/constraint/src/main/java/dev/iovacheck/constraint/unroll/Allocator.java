package dev.iovacheck.constraint.unroll;

import dev.iovacheck.constraint.formula.Algebra;
import java.util.ArrayList;
import java.util.List;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;

/**
 * The kernel's functions on a tree, as constraints on well-formed trees (recorded; see the model's {@code IovaDomain}, which they are held
 * against by a property test).
 */
final class Allocator {

    private final Algebra algebra;

    /** Where the anchor is: above all coordinates. */
    private final IntVar anchor;

    private final IntVar d32;
    private final int startPfn;

    /** The last granule that the device can be given, inclusive. */
    private final int limit;

    /** {@code dma_32bit_pfn} as a number of granules, for {@code max32_alloc_size}; sizes are never larger where it counts. */
    private final int noFailure;

    Allocator(Algebra algebra, int anchor, int d32, int startPfn, int limit, int noFailure) {
        this.algebra = algebra;
        this.anchor = algebra.number(anchor);
        this.d32 = algebra.number(d32);
        this.startPfn = startPfn;
        this.limit = limit;
        this.noFailure = noFailure;
    }

    IntVar anchor() {
        return anchor;
    }

    /**
     * What comes of a search.
     *
     * @param found whether it has found something
     * @param first where, if it has
     */
    record Found(BoolVar found, IntVar first, Tree after) {}

    /** {@code __alloc_and_insert_iova_range}, with natural alignment. */
    Found allocate(Tree tree, MapRequest request) {
        IntVar size = request.taken();
        boolean isLow = limit + 1 <= d32.getValue();
        BoolVar isRefused = isLow ? algebra.atMost(tree.max32(), size) : algebra.truth(false);
        IntVar hint = isLow ? tree.cached32() : tree.cached();
        IntVar below = algebra.number(-1);
        IntVar anywhere = algebra.number(-1);
        IntVar hintLast = anchor;
        for (int place = 0; place <= tree.places(); place++) {
            IntVar lo = place == tree.places() ? anchor : tree.los().get(place);
            IntVar high = algebra.min(algebra.number(limit + 1), lo);
            IntVar room = algebra.max(algebra.minus(high, size), algebra.number(0));
            IntVar candidate = algebra.roundDown(room, request.alignment());
            IntVar before = place == 0 ? algebra.number(-1) : tree.his().get(place - 1);
            BoolVar fits = algebra.and(algebra.atMost(size, high), algebra.below(before, candidate));
            // Gaps are tried from the hint downwards: the last that fits is the first that is tried.
            below = algebra.select(algebra.and(fits, algebra.atMost(lo, hint)), candidate, below);
            anywhere = algebra.select(fits, candidate, anywhere);
            if (place < tree.places()) {
                hintLast = algebra.select(algebra.equal(lo, hint), tree.his().get(place), hintLast);
            }
        }
        BoolVar inFirst = algebra.atMost(algebra.number(startPfn), below);
        BoolVar inSecond = algebra.and(
                algebra.not(inFirst),
                algebra.atMost(hintLast, algebra.number(limit)),
                algebra.below(hintLast, anywhere));
        BoolVar found = algebra.and(algebra.not(isRefused), algebra.or(inFirst, inSecond));
        IntVar first = algebra.select(inFirst, below, anywhere);
        IntVar last = algebra.plus(algebra.plus(first, size), -1);
        Tree inserted = insert(tree, first, last, found);
        BoolVar endsLow = algebra.below(last, d32);
        Tree after = new Tree(
                inserted.los(),
                inserted.his(),
                algebra.select(algebra.and(found, algebra.not(endsLow)), first, tree.cached()),
                algebra.select(algebra.and(found, endsLow), first, tree.cached32()),
                algebra.select(
                        algebra.or(found, isRefused), tree.max32(), algebra.min(size, algebra.number(noFailure))));
        return new Found(found, first, after);
    }

    /** The same tree with one node more, where it belongs, if so. */
    Tree insert(Tree tree, IntVar lo, IntVar hi, BoolVar isInserted) {
        List<IntVar> los = new ArrayList<>();
        List<IntVar> his = new ArrayList<>();
        BoolVar wasBefore = algebra.truth(true);
        for (int place = 0; place <= tree.places(); place++) {
            IntVar ownLo = place == tree.places() ? anchor : tree.los().get(place);
            IntVar ownHi = place == tree.places() ? anchor : tree.his().get(place);
            IntVar previousLo = place == 0 ? anchor : tree.los().get(place - 1);
            IntVar previousHi = place == 0 ? anchor : tree.his().get(place - 1);
            BoolVar stays = algebra.or(algebra.not(isInserted), algebra.below(ownLo, lo));
            los.add(algebra.select(stays, ownLo, algebra.select(wasBefore, lo, previousLo)));
            his.add(algebra.select(stays, ownHi, algebra.select(wasBefore, hi, previousHi)));
            wasBefore = stays;
        }
        return new Tree(los, his, tree.cached(), tree.cached32(), tree.max32());
    }

    /** {@code free_iova}: the node that holds a granule is removed, if so and if there is one. */
    Tree free(Tree tree, IntVar pfn, BoolVar isFreed) {
        List<BoolVar> held = new ArrayList<>();
        BoolVar isFound = algebra.truth(false);
        IntVar lo = anchor;
        IntVar hi = anchor;
        IntVar next = anchor;
        for (int place = 0; place < tree.places(); place++) {
            BoolVar holds = algebra.and(
                    isFreed,
                    algebra.atMost(tree.los().get(place), pfn),
                    algebra.atMost(pfn, tree.his().get(place)));
            held.add(holds);
            isFound = algebra.or(isFound, holds);
            lo = algebra.select(holds, tree.los().get(place), lo);
            hi = algebra.select(holds, tree.his().get(place), hi);
            IntVar follower = place + 1 < tree.places() ? tree.los().get(place + 1) : anchor;
            next = algebra.select(holds, follower, next);
        }
        List<IntVar> los = new ArrayList<>();
        List<IntVar> his = new ArrayList<>();
        BoolVar isGone = algebra.truth(false);
        for (int place = 0; place < tree.places(); place++) {
            isGone = algebra.or(isGone, held.get(place));
            boolean isLast = place + 1 == tree.places();
            los.add(algebra.select(
                    isGone,
                    isLast ? anchor : tree.los().get(place + 1),
                    tree.los().get(place)));
            his.add(algebra.select(
                    isGone,
                    isLast ? anchor : tree.his().get(place + 1),
                    tree.his().get(place)));
        }
        BoolVar isHinted32 = algebra.or(
                algebra.equal(lo, tree.cached32()),
                algebra.and(algebra.below(hi, d32), algebra.atMost(tree.cached32(), lo)));
        BoolVar isHinted = algebra.atMost(tree.cached(), lo);
        return new Tree(
                los,
                his,
                algebra.select(algebra.and(isFound, isHinted), next, tree.cached()),
                algebra.select(algebra.and(isFound, isHinted32), next, tree.cached32()),
                algebra.select(algebra.and(isFound, algebra.below(lo, d32)), algebra.number(noFailure), tree.max32()));
    }

    /**
     * What comes of a reservation.
     *
     * @param isIllFormed whether the tree is not well-formed any more, or a node was refused
     */
    record Reserved(Tree after, BoolVar isIllFormed) {}

    /** {@code reserve_iova}. */
    Reserved reserve(Tree tree, IntVar first, IntVar last) {
        IntVar from = first;
        BoolVar isDone = algebra.truth(false);
        BoolVar hasLeft = algebra.truth(false);
        BoolVar hasOverlapped = algebra.truth(false);
        List<IntVar> los = new ArrayList<>();
        IntVar cached = tree.cached();
        IntVar cached32 = tree.cached32();
        for (int place = 0; place < tree.places(); place++) {
            IntVar lo = tree.los().get(place);
            IntVar hi = tree.his().get(place);
            BoolVar isVisited = algebra.and(algebra.below(lo, anchor), algebra.not(isDone), algebra.not(hasLeft));
            BoolVar overlaps = algebra.and(isVisited, algebra.atMost(from, hi), algebra.atMost(lo, last));
            hasLeft = algebra.or(hasLeft, algebra.and(isVisited, hasOverlapped, algebra.not(overlaps)));
            IntVar grown = algebra.select(overlaps, algebra.min(lo, from), lo);
            los.add(grown);
            // A hint points at the node, wherever that begins.
            cached = algebra.select(algebra.equal(tree.cached(), lo), grown, cached);
            cached32 = algebra.select(algebra.equal(tree.cached32(), lo), grown, cached32);
            BoolVar isEnd = algebra.and(overlaps, algebra.atMost(last, hi));
            from = algebra.select(algebra.and(overlaps, algebra.not(isEnd)), algebra.plus(hi, 1), from);
            isDone = algebra.or(isDone, isEnd);
            hasOverlapped = algebra.or(hasOverlapped, overlaps);
        }
        Tree grown = new Tree(los, tree.his(), cached, cached32, tree.max32());
        List<BoolVar> refusals = new ArrayList<>();
        for (IntVar lo : los) {
            refusals.add(algebra.equal(lo, from));
        }
        BoolVar isRefused = algebra.and(algebra.not(isDone), algebra.or(refusals));
        BoolVar isInserted = algebra.and(algebra.not(isDone), algebra.not(isRefused));
        BoolVar isInverted = algebra.and(isInserted, algebra.below(last, from));
        return new Reserved(insert(grown, from, last, isInserted), algebra.or(isRefused, isInverted));
    }
}
