package dev.iovacheck.constraint.unroll;

import dev.iovacheck.constraint.formula.Algebra;
import java.util.ArrayList;
import java.util.List;
import org.chocosolver.solver.Model;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;

/**
 * The arguments of a reservation call.
 *
 * @param first coordinate of the granule that the first byte lies in
 * @param last coordinate of the granule that the last byte lies in, which is {@code start + length - 1}, wrapped
 * @param kind position of the class among {@link CallClass}
 */
record SymbolicCall(IntVar first, IntVar last, IntVar kind) {

    /** Arguments that are given. */
    static SymbolicCall given(Algebra algebra, int first, int last, CallClass kind) {
        return new SymbolicCall(algebra.number(first), algebra.number(last), algebra.number(kind.ordinal()));
    }

    /** Any arguments that there are. */
    static SymbolicCall any(Algebra algebra, Coordinates coordinates) {
        Model model = algebra.model();
        IntVar first = algebra.unknown(0, coordinates.last());
        IntVar last = algebra.unknown(0, coordinates.last());
        for (int coordinate = 0; coordinate <= coordinates.last(); coordinate++) {
            if (!coordinates.isUsable(coordinate)) {
                model.arithm(first, "!=", coordinate).post();
                model.arithm(last, "!=", coordinate).post();
            }
        }
        IntVar kind = algebra.unknown(0, CallClass.values().length - 1);
        SymbolicCall call = new SymbolicCall(first, last, kind);
        // What follows of the bytes: an empty range ends right before it starts, one that wraps ends below or in the
        // same granule.
        algebra.require(algebra.implies(
                call.is(algebra, CallClass.EMPTY_AT_ZERO),
                algebra.and(algebra.equal(first, 0), algebra.equal(last, coordinates.last()))));
        BoolVar endsBefore = algebra.equal(last, algebra.plus(first, -1));
        algebra.require(
                algebra.implies(call.is(algebra, CallClass.EMPTY), algebra.or(endsBefore, algebra.equal(last, first))));
        algebra.require(algebra.implies(call.is(algebra, CallClass.WRAPS), algebra.atMost(last, first)));
        BoolVar isRange = algebra.or(call.is(algebra, CallClass.UNALIGNED), call.is(algebra, CallClass.ENDS_INSIDE));
        algebra.require(algebra.implies(isRange, algebra.atMost(first, last)));
        return call;
    }

    BoolVar is(Algebra algebra, CallClass wanted) {
        return algebra.equal(kind, wanted.ordinal());
    }

    BoolVar isOneOf(Algebra algebra, CallClass... wanted) {
        List<BoolVar> any = new ArrayList<>();
        for (CallClass each : wanted) {
            any.add(is(algebra, each));
        }
        return algebra.or(any);
    }
}
