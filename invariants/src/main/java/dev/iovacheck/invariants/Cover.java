package dev.iovacheck.invariants;

import dev.iovacheck.invariants.formula.Clause;
import dev.iovacheck.invariants.formula.Formula;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.invariants.formula.Term;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import java.util.Optional;

/**
 * Whatever somebody holds lies in exactly one node of the tree, whole: live mappings, cached ranges and queued ranges, as true ranges. A
 * node may be larger than what lies in it. Mappings whose domain was replaced are not asked about: its tree is gone.
 */
final class Cover extends StateInvariant {

    private static final Formula FORMULA = Formula.of(liesInOneNode(Sort.LIVE), liesInOneNode(Sort.POOLED));

    private static Clause liesInOneNode(Sort ranges) {
        return Clause.forAllExactlyOne(
                ranges,
                Sort.NODE,
                Term.y(Quantity.FIRST).atMost(Term.x(Quantity.FIRST)),
                Term.x(Quantity.LAST).atMost(Term.y(Quantity.LAST)));
    }

    Cover() {
        super(
                "cover",
                Contract.LIFETIME,
                "Each live, cached or queued range lies in exactly one node of the tree.",
                "a live mapping, a cached range or a queued range",
                "The tree decides what is free: a range that it does not hold is handed out a second time, and one that two"
                        + " nodes hold is freed twice.",
                Defect.RESERVE_IGNORES_OVERLAP,
                new KernelReference("drivers/iommu/iova.c", "iova_insert_rbtree", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "free_iova", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/dma-iommu.c", "queue_iova", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public Optional<Formula> formula() {
        return Optional.of(FORMULA);
    }

    @Override
    public Scope scope() {
        return Scope.HOLDINGS;
    }

    @Override
    Result examine(Machine machine) {
        return examine(machine, FORMULA);
    }

    /** How many nodes hold the whole of {@code first..last} (inclusive). */
    private static int holders(IovaDomain iova, long first, long last) {
        int holders = 0;
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            if (!Pfns.below(first, iova.nodeLo(node)) && !Pfns.below(iova.nodeHi(node), last)) {
                holders++;
            }
        }
        return holders;
    }

    @Override
    String complaint(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            IovaDomain iova = domain.iova();
            for (int mapping = 0; mapping < domain.live().count(); mapping++) {
                long first = domain.live().firstPfn(mapping);
                int holders = holders(iova, first, Pfns.lastTaken(machine, domain, mapping));
                if (holders != 1 && !domain.live().isLost(mapping)) {
                    return complaint(Mappings.name(machine, domain, mapping), holders);
                }
            }
            for (int range = 0; range < CachedRanges.count(iova); range++) {
                long first = CachedRanges.firstPfn(iova, range);
                int holders = holders(iova, first, CachedRanges.lastPfn(iova, range));
                if (holders != 1) {
                    return complaint(CachedRanges.name(domain, range), holders);
                }
            }
            for (int at = QueuedRanges.next(domain, QueuedRanges.START);
                    at != QueuedRanges.END;
                    at = QueuedRanges.next(domain, at)) {
                int holders = holders(iova, QueuedRanges.firstPfn(domain, at), QueuedRanges.lastPfn(domain, at));
                if (holders != 1) {
                    return complaint(QueuedRanges.name(domain, at), holders);
                }
            }
        }
        throw new IllegalStateException("not violated");
    }

    private static String complaint(String range, int holders) {
        return range + (holders == 0 ? " lies in no node of the tree." : " lies in " + holders + " nodes of the tree.");
    }
}
