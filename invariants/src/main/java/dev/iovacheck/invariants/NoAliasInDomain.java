package dev.iovacheck.invariants;

import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;

/**
 * Each granule has at most one owner: a live mapping, one that a call is making or undoing, or one entry of a cache. True ranges count: what the allocator set aside, rounded up
 * to a power of two below 32 granules.
 */
final class NoAliasInDomain extends StateInvariant {

    NoAliasInDomain() {
        super(
                "no-alias-in-domain",
                Contract.DISJOINT,
                "No granule is live and cached at once, nor cached twice.",
                "a cached range in a domain with another cached range or a live mapping",
                "The second owner gets what the first still uses; it happens later and elsewhere than the mistake.",
                Defect.CACHE_KEEPS_WHAT_IT_GIVES,
                new KernelReference("drivers/iommu/iova.c", "__iova_rcache_get", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "free_iova_fast", "6.1, 7.1", Evidence.RECORDED));
    }

    @Override
    Result examine(Machine machine) {
        int cpus = machine.configuration().cpus();
        Result result = Result.PREMISE_NOT_MET;
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            IovaDomain iova = domain.iova();
            for (long at = CachedRanges.next(iova, cpus, CachedRanges.START);
                    at != CachedRanges.END;
                    at = CachedRanges.next(iova, cpus, at)) {
                long other = CachedRanges.next(iova, cpus, at);
                if (other != CachedRanges.END
                        || domain.live().count() > 0
                        || RangesInFlight.holdMapping(machine, domain)) {
                    result = Result.HOLDS;
                }
                if (liveAlias(machine, domain, cpus, at) >= 0
                        || inFlightAlias(machine, domain, cpus, at) >= 0
                        || cachedAlias(iova, cpus, at) != CachedRanges.END) {
                    return Result.VIOLATED;
                }
            }
        }
        return result;
    }

    private static int liveAlias(Machine machine, DefaultDomain domain, int cpus, long at) {
        long first = CachedRanges.firstPfn(domain.iova(), cpus, at);
        long last = CachedRanges.lastPfn(domain.iova(), cpus, at);
        for (int mapping = 0; mapping < domain.live().count(); mapping++) {
            long taken = Pfns.lastTaken(machine, domain, mapping);
            if (Pfns.intersect(first, last, domain.live().firstPfn(mapping), taken)) {
                return mapping;
            }
        }
        return -1;
    }

    /** A mapping in flight is somebody's as much as a live one. */
    private static int inFlightAlias(Machine machine, DefaultDomain domain, int cpus, long at) {
        return RangesInFlight.intersect(
                machine,
                domain,
                CachedRanges.firstPfn(domain.iova(), cpus, at),
                CachedRanges.lastPfn(domain.iova(), cpus, at));
    }

    private static long cachedAlias(IovaDomain iova, int cpus, long at) {
        long first = CachedRanges.firstPfn(iova, cpus, at);
        long last = CachedRanges.lastPfn(iova, cpus, at);
        long other = CachedRanges.next(iova, cpus, at);
        while (other != CachedRanges.END
                && !Pfns.intersect(
                        first,
                        last,
                        CachedRanges.firstPfn(iova, cpus, other),
                        CachedRanges.lastPfn(iova, cpus, other))) {
            other = CachedRanges.next(iova, cpus, other);
        }
        return other;
    }

    @Override
    String complaint(Machine machine) {
        int cpus = machine.configuration().cpus();
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            IovaDomain iova = domain.iova();
            for (long at = CachedRanges.next(iova, cpus, CachedRanges.START);
                    at != CachedRanges.END;
                    at = CachedRanges.next(iova, cpus, at)) {
                int mapping = liveAlias(machine, domain, cpus, at);
                if (mapping >= 0) {
                    return CachedRanges.name(domain, cpus, at) + " is free to be handed out while "
                            + Mappings.name(machine, domain, mapping) + " is live.";
                }
                int cpu = inFlightAlias(machine, domain, cpus, at);
                if (cpu >= 0) {
                    return CachedRanges.name(domain, cpus, at) + " is free to be handed out while a call on cpu " + cpu
                            + " holds it.";
                }
                long other = cachedAlias(iova, cpus, at);
                if (other != CachedRanges.END) {
                    return CachedRanges.name(domain, cpus, at) + " and " + CachedRanges.name(domain, cpus, other)
                            + " overlap: two owners will get it.";
                }
            }
        }
        throw new IllegalStateException("not violated");
    }
}
