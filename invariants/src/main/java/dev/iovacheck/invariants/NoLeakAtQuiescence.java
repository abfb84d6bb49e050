package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import java.util.Objects;
import java.util.Set;

/**
 * When the last mapping of a domain is undone, the tree holds nothing but reservations, cached and queued ranges: each node is the node of a
 * cached or queued range with exactly its size, or lies in what was promised and taken in, rounded outward to granules. A mapping counts until its range
 * is given back, and a range counts as cached until it is back in the tree.
 */
final class NoLeakAtQuiescence extends StepInvariant {

    NoLeakAtQuiescence() {
        super(
                "no-leak-at-quiescence",
                Contract.LIFETIME,
                "After the last unmap, each node of the tree is a reservation, or a range that is cached or queued.",
                "an unmap after which the domain holds no mapping",
                "Addresses that nobody holds and nobody can free: the space shrinks until mappings fail, after days "
                        + "or weeks.",
                Defect.LARGE_RANGES_NOT_FREED,
                new KernelReference("drivers/iommu/iova.c", "free_iova_fast", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "reserve_iova", "6.1, 7.1", Evidence.RECORDED));
    }

    @Override
    public Set<Action.Kind> kinds() {
        return Set.of(Action.Kind.UNMAP);
    }

    @Override
    public Result check(Step step) {
        DefaultDomain domain = step.kind() == Action.Kind.UNMAP ? step.after().domainOf(step.device()) : null;
        if (domain == null
                || step.after().isCrashed()
                || domain.live().count() > 0
                || RangesInFlight.holdMapping(step.after(), domain)) {
            return Result.PREMISE_NOT_MET;
        }
        return leak(step.after(), domain) == IovaDomain.noNode() ? Result.HOLDS : Result.VIOLATED;
    }

    private static int leak(Machine machine, DefaultDomain domain) {
        IovaDomain iova = domain.iova();
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            long lo = iova.nodeLo(node);
            long hi = iova.nodeHi(node);
            boolean accounted = !Pfns.below(hi, lo)
                    && (CachedRanges.holds(iova, lo, hi)
                            || QueuedRanges.holds(domain, lo, hi)
                            || RangesInFlight.holdReleased(machine, domain, lo, hi)
                            || RangesInFlight.holdCached(machine, domain, lo, hi)
                            || machine.isKept(domain, lo, hi));
            if (!accounted) {
                return node;
            }
        }
        return IovaDomain.noNode();
    }

    @Override
    String complaint(Step step) {
        DefaultDomain domain = Objects.requireNonNull(step.after().domainOf(step.device()));
        int node = leak(step.after(), domain);
        return "Group " + domain.group() + " holds no mapping any more, but the node ["
                + Hex.of(domain.iova().nodeLo(node)) + ", "
                + Hex.of(domain.iova().nodeHi(node))
                + "] (pfns) is still in the tree and is neither a reservation nor a cached or queued range.";
    }
}
