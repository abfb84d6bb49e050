package dev.iovacheck.constraint.unroll;

import dev.iovacheck.constraint.formula.Algebra;
import java.util.ArrayList;
import java.util.List;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;

/**
 * A tree in some state of a run: nodes in order, both hints, and {@code max32_alloc_size}. Places that no node has are at the end and look
 * like the anchor, which is where walks end anyway. A hint is the start of the node it points at.
 *
 * @param los first coordinates, ascending where the tree is well-formed
 * @param his last coordinates, inclusive
 * @param cached {@code cached_node}
 * @param cached32 {@code cached32_node}
 * @param max32 {@code max32_alloc_size}
 */
record Tree(List<IntVar> los, List<IntVar> his, IntVar cached, IntVar cached32, IntVar max32) {

    Tree {
        los = List.copyOf(los);
        his = List.copyOf(his);
    }

    int places() {
        return los.size();
    }

    /** One of two, with as many places as the larger. */
    static Tree select(Algebra algebra, BoolVar condition, Tree ifTrue, Tree ifFalse, IntVar anchor) {
        if (condition.isInstantiated()) {
            return condition.getValue() == 1 ? ifTrue : ifFalse;
        }
        List<IntVar> los = new ArrayList<>();
        List<IntVar> his = new ArrayList<>();
        for (int place = 0; place < Math.max(ifTrue.places(), ifFalse.places()); place++) {
            los.add(algebra.select(condition, at(ifTrue.los, place, anchor), at(ifFalse.los, place, anchor)));
            his.add(algebra.select(condition, at(ifTrue.his, place, anchor), at(ifFalse.his, place, anchor)));
        }
        return new Tree(
                los,
                his,
                algebra.select(condition, ifTrue.cached, ifFalse.cached),
                algebra.select(condition, ifTrue.cached32, ifFalse.cached32),
                algebra.select(condition, ifTrue.max32, ifFalse.max32));
    }

    private static IntVar at(List<IntVar> ends, int place, IntVar anchor) {
        return place < ends.size() ? ends.get(place) : anchor;
    }
}
