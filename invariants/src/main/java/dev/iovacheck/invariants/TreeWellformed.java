package dev.iovacheck.invariants;

import dev.iovacheck.invariants.formula.Clause;
import dev.iovacheck.invariants.formula.Formula;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.invariants.formula.Term;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Machine;
import java.util.Optional;

/**
 * The tree of an initialised domain is what every algorithm on it relies on: nodes in order and disjoint, none inverted, both hints
 * pointing at nodes that are in it, the anchor at the end.
 */
final class TreeWellformed extends StateInvariant {

    /** All but the hints and the anchor, which are not ranges. */
    private static final Formula IN_ORDER = Formula.of(
            Clause.forAll(Sort.NODE, Term.x(Quantity.FIRST).atMost(Term.x(Quantity.LAST))),
            Clause.forNeighbours(Sort.NODE, Term.x(Quantity.LAST).below(Term.y(Quantity.FIRST))));

    TreeWellformed() {
        super(
                "tree-wellformed",
                Contract.WELL_FORMED,
                "The tree is sorted and disjoint, no node is inverted, and both hints point into it.",
                "an initialised domain",
                "A search in a broken tree hands out space that is reserved or in use, and ends in an oops under a "
                        + "spinlock.",
                Defect.RESERVE_IGNORES_OVERLAP,
                new KernelReference("drivers/iommu/iova.c", "iova_insert_rbtree", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "reserve_iova", "6.1, 7.1", Evidence.RECORDED));
    }

    @Override
    public Scope scope() {
        return Scope.LAYOUT;
    }

    @Override
    public Optional<Formula> formula() {
        return Optional.of(IN_ORDER);
    }

    @Override
    Result examine(Machine machine) {
        Result result = Result.PREMISE_NOT_MET;
        for (int index = 0; index < machine.domainCount(); index++) {
            IovaDomain iova = machine.domain(index).iova();
            if (iova.isInitialised()) {
                if (!isOrdered(machine, index) || !reachesAnchor(iova) || !pointsIntoTree(iova)) {
                    return Result.VIOLATED;
                }
                result = Result.HOLDS;
            }
        }
        return result;
    }

    private static boolean isOrdered(Machine machine, int domain) {
        return IN_ORDER.holds(DomainFacts.of(machine, machine.domain(domain)));
    }

    private static boolean reachesAnchor(IovaDomain iova) {
        int node = iova.firstNode();
        while (iova.isNode(node)) {
            node = iova.nextNode(node);
        }
        return iova.isAnchor(node) && iova.nextNode(node) == IovaDomain.noNode();
    }

    private static boolean pointsIntoTree(IovaDomain iova) {
        return isInTree(iova, iova.cachedNode()) && isInTree(iova, iova.cached32Node());
    }

    private static boolean isInTree(IovaDomain iova, int hint) {
        int node = iova.firstNode();
        while (iova.isNode(node) && node != hint) {
            node = iova.nextNode(node);
        }
        return node == hint && iova.isLinked(hint);
    }

    @Override
    String complaint(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            IovaDomain iova = machine.domain(index).iova();
            String where = " of group " + machine.domain(index).group();
            if (iova.isInitialised() && !isOrdered(machine, index)) {
                return "The tree" + where + " is out of order at the node " + disordered(iova) + " (pfns).";
            }
            if (iova.isInitialised() && !reachesAnchor(iova)) {
                return "The anchor is not the last node of the tree" + where + ".";
            }
            if (iova.isInitialised() && !pointsIntoTree(iova)) {
                String hint = "the hint " + (isInTree(iova, iova.cachedNode()) ? "cached32_node" : "cached_node");
                return hint + where + " points at a node that is not in the tree.";
            }
        }
        throw new IllegalStateException("not violated");
    }

    private static String disordered(IovaDomain iova) {
        long from = 0;
        int node = iova.firstNode();
        while (!Pfns.below(iova.nodeLo(node), from) && !Pfns.below(iova.nodeHi(node), iova.nodeLo(node))) {
            from = iova.nodeHi(node) + 1;
            node = iova.nextNode(node);
        }
        // Not an extent: an inverted node has its upper end below its lower one.
        return "[" + Hex.of(iova.nodeLo(node)) + ", " + Hex.of(iova.nodeHi(node)) + "]";
    }
}
