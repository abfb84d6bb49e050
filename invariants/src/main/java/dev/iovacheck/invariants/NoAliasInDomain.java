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
import org.jspecify.annotations.Nullable;

/**
 * Each granule has at most one owner: a live mapping, one that a call is making or undoing, or one entry of a cache or of a flush queue. True ranges count: what the allocator set aside, rounded up
 * to a power of two below 32 granules.
 */
final class NoAliasInDomain extends StateInvariant {

    private static final Formula FORMULA =
            Formula.of(areDisjoint(Sort.POOLED, Sort.IN_USE), areDisjoint(Sort.POOLED, Sort.POOLED));

    private static Clause areDisjoint(Sort some, Sort others) {
        return Clause.forAllPairs(
                some,
                others,
                Term.x(Quantity.LAST).below(Term.y(Quantity.FIRST)),
                Term.y(Quantity.LAST).below(Term.x(Quantity.FIRST)));
    }

    NoAliasInDomain() {
        super(
                "no-alias-in-domain",
                Contract.DISJOINT,
                "No granule is live, cached or queued more than once.",
                "a cached or queued range in a domain with another one or a live mapping",
                "The second owner gets what the first still uses; it happens later and elsewhere than the mistake.",
                Defect.CACHE_KEEPS_WHAT_IT_GIVES,
                new KernelReference("drivers/iommu/iova.c", "__iova_rcache_get", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "free_iova_fast", "6.1, 7.1", Evidence.RECORDED));
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

    /** Another owner of a queued range. */
    private enum Owner {
        MAPPING,
        CALL,
        CACHE,
        QUEUE
    }

    private static @Nullable Owner queuedAlias(Machine machine, DefaultDomain domain, int at) {
        long first = QueuedRanges.firstPfn(domain, at);
        long last = QueuedRanges.lastPfn(domain, at);
        if (liveAlias(machine, domain, first, last) >= 0) {
            return Owner.MAPPING;
        }
        if (RangesInFlight.intersect(machine, domain, first, last) >= 0) {
            return Owner.CALL;
        }
        if (CachedRanges.intersect(domain.iova(), first, last)) {
            return Owner.CACHE;
        }
        return QueuedRanges.intersecting(domain, at, first, last) == QueuedRanges.END ? null : Owner.QUEUE;
    }

    private static int liveAlias(Machine machine, DefaultDomain domain, int range) {
        long first = CachedRanges.firstPfn(domain.iova(), range);
        return liveAlias(machine, domain, first, CachedRanges.lastPfn(domain.iova(), range));
    }

    private static int liveAlias(Machine machine, DefaultDomain domain, long first, long last) {
        for (int mapping = 0; mapping < domain.live().count(); mapping++) {
            long taken = Pfns.lastTaken(machine, domain, mapping);
            if (Pfns.intersect(first, last, domain.live().firstPfn(mapping), taken)) {
                return mapping;
            }
        }
        return -1;
    }

    /** A mapping in flight is somebody's as much as a live one. */
    private static int inFlightAlias(Machine machine, DefaultDomain domain, int range) {
        return RangesInFlight.intersect(
                machine,
                domain,
                CachedRanges.firstPfn(domain.iova(), range),
                CachedRanges.lastPfn(domain.iova(), range));
    }

    private static int cachedAlias(IovaDomain iova, int range) {
        return CachedRanges.intersecting(
                iova, range + 1, CachedRanges.firstPfn(iova, range), CachedRanges.lastPfn(iova, range));
    }

    @Override
    String complaint(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            IovaDomain iova = domain.iova();
            for (int range = 0; range < CachedRanges.count(iova); range++) {
                int mapping = liveAlias(machine, domain, range);
                if (mapping >= 0) {
                    return CachedRanges.name(domain, range) + " is free to be handed out while "
                            + Mappings.name(machine, domain, mapping) + " is live.";
                }
                int cpu = inFlightAlias(machine, domain, range);
                if (cpu >= 0) {
                    return CachedRanges.name(domain, range) + " is free to be handed out while a call on cpu " + cpu
                            + " holds it.";
                }
                int other = cachedAlias(iova, range);
                if (other != CachedRanges.NONE) {
                    return CachedRanges.name(domain, range) + " and " + CachedRanges.name(domain, other)
                            + " overlap: two owners will get it.";
                }
            }
            for (int at = QueuedRanges.next(domain, QueuedRanges.START);
                    at != QueuedRanges.END;
                    at = QueuedRanges.next(domain, at)) {
                Owner owner = queuedAlias(machine, domain, at);
                if (owner != null) {
                    return QueuedRanges.name(domain, at) + " waits for a flush to be free, and "
                            + switch (owner) {
                                case MAPPING -> "a live mapping";
                                case CALL -> "a call in flight";
                                case CACHE -> "a cache";
                                case QUEUE -> "another entry of the queue";
                            }
                            + " holds part of it.";
                }
            }
        }
        throw new IllegalStateException("not violated");
    }
}
