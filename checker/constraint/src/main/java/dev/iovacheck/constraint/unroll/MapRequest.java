package dev.iovacheck.constraint.unroll;

import dev.iovacheck.constraint.formula.Algebra;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import java.util.ArrayList;
import java.util.List;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;

/**
 * What a map asks for.
 *
 * @param pages how many granules its buffer takes
 * @param taken how many the allocator takes for it: a power of two where such ranges are cached ({@code alloc_iova_fast})
 * @param alignment {@code taken} rounded up to a power of two: ranges begin at a multiple of it
 * @param ofOrder for each size class, whether it is of it; of none if ranges of the size are not cached
 */
record MapRequest(IntVar pages, IntVar taken, IntVar alignment, List<BoolVar> ofOrder) {

    MapRequest {
        ofOrder = List.copyOf(ofOrder);
    }

    /** A size that is given, in granules. */
    static MapRequest given(Algebra algebra, int pages, int taken) {
        int order = IovaDomain.order(taken);
        List<BoolVar> ofOrder = new ArrayList<>();
        for (int each = 0; each < AllocatorConstants.ORDERS; each++) {
            ofOrder.add(algebra.truth(each == order));
        }
        return new MapRequest(
                algebra.number(pages), algebra.number(taken), algebra.number(1 << order), List.copyOf(ofOrder));
    }

    /** Any of these sizes, in granules and ascending. */
    static MapRequest any(Algebra algebra, int[] sizes) {
        int[] powers = new int[IovaDomain.order(sizes[sizes.length - 1]) + 1];
        int[] halves = new int[powers.length];
        for (int order = 0; order < powers.length; order++) {
            powers[order] = 1 << order;
            halves[order] = powers[order] / 2;
        }
        IntVar order = algebra.unknown(0, powers.length - 1);
        IntVar alignment = algebra.element(powers, order);
        IntVar pages = algebra.model().intVar(sizes);
        algebra.require(algebra.atMost(pages, alignment));
        algebra.require(algebra.below(algebra.element(halves, order), pages));
        List<BoolVar> ofOrder = new ArrayList<>();
        for (int each = 0; each < AllocatorConstants.ORDERS; each++) {
            ofOrder.add(algebra.equal(order, each));
        }
        return new MapRequest(pages, algebra.select(algebra.or(ofOrder), alignment, pages), alignment, ofOrder);
    }

    /** Whether ranges of its size are never cached. */
    BoolVar isUncached(Algebra algebra) {
        return algebra.not(algebra.or(ofOrder));
    }
}
