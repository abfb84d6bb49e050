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
import dev.iovacheck.model.machine.Promise;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What waits in a cache, or in a flush queue to go there, can be handed out as it is: its node starts there and is large enough, and nobody was promised that the range stays
 * free.
 */
final class CacheCoherence extends StateInvariant {

    private static final Formula FORMULA = Formula.of(
            Clause.forAllExactlyOne(
                    Sort.POOLED,
                    Sort.NODE,
                    Term.y(Quantity.FIRST).atMost(Term.x(Quantity.FIRST)),
                    Term.x(Quantity.FIRST).atMost(Term.y(Quantity.FIRST)),
                    Term.x(Quantity.LAST).atMost(Term.y(Quantity.LAST))),
            Clause.forAllPairs(
                    Sort.POOLED,
                    Sort.MADE_PROMISE,
                    Term.x(Quantity.LAST).below(Term.y(Quantity.FIRST)),
                    Term.y(Quantity.LAST).below(Term.x(Quantity.FIRST))));

    CacheCoherence() {
        super(
                "cache-coherence",
                Contract.RESERVED,
                "Each cached or queued range has its own node in the tree, and no promised reservation intersects it.",
                "a cached or queued range",
                "A range from a cache is handed out without a look at the tree: whatever was reserved there meanwhile "
                        + "does not count.",
                Defect.CACHES_NOT_EMPTIED,
                new KernelReference("drivers/iommu/iova.c", "__iova_rcache_get", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "reserve_iova", "6.1, 7.1", Evidence.RECORDED));
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

    private static boolean isCoherent(Machine machine, DefaultDomain domain, long first, long last) {
        return hasNode(domain.iova(), first, last) && promised(machine, domain, first, last) == null;
    }

    /** Whether one node, and only one, begins where the range does and reaches as far. */
    private static boolean hasNode(IovaDomain iova, long first, long last) {
        int nodes = 0;
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            nodes += iova.nodeLo(node) == first && !Pfns.below(iova.nodeHi(node), last) ? 1 : 0;
        }
        return nodes == 1;
    }

    private static @Nullable Promise promised(Machine machine, DefaultDomain domain, long first, long last) {
        for (int index = 0; index < machine.promises().size(); index++) {
            Promise promise = machine.promises().get(index);
            if (promise.domain() == domain.index()
                    && Pfns.intersect(first, last, promise.bytes(), domain.granuleShift())
                    && machine.isMade(promise)) {
                return promise;
            }
        }
        return null;
    }

    @Override
    String complaint(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            IovaDomain iova = domain.iova();
            for (int range = 0; range < CachedRanges.count(iova); range++) {
                long first = CachedRanges.firstPfn(iova, range);
                long last = CachedRanges.lastPfn(iova, range);
                if (!isCoherent(machine, domain, first, last)) {
                    return complaint(machine, domain, CachedRanges.name(domain, range), first, last);
                }
            }
            for (int at = QueuedRanges.next(domain, QueuedRanges.START);
                    at != QueuedRanges.END;
                    at = QueuedRanges.next(domain, at)) {
                long first = QueuedRanges.firstPfn(domain, at);
                long last = QueuedRanges.lastPfn(domain, at);
                if (!isCoherent(machine, domain, first, last)) {
                    return complaint(machine, domain, QueuedRanges.name(domain, at), first, last);
                }
            }
        }
        throw new IllegalStateException("not violated");
    }

    private static String complaint(Machine machine, DefaultDomain domain, String range, long first, long last) {
        Promise promise = promised(machine, domain, first, last);
        return promise == null
                ? range + " has no node of its own in the tree."
                : range + " will be handed out as it is, although it lies in " + Promises.name(machine, promise) + ".";
    }
}
