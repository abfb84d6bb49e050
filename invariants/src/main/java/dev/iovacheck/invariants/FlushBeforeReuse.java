package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.fq.StaleTranslations;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.LiveMappings;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;

/**
 * What the IOTLB may still hold is not up for use: its range is not in a cache, not free in the tree, and nobody is given it as a mapping.
 * Until a flush that was started after the page table was cleared has been made, the range belongs to the unmap or waits in a flush queue;
 * strict mode flushes within the unmap.
 *
 * <p>Drivers may be wrong: the IOTLB holds what an unmap has cleared, not what it was told to. What is undone twice is cleared once, and
 * what is undone with too large a size as far as it was mapped. A mapping whose entries another unmap has cleared was given before that,
 * and is not given again: that it faults, other checks tell.
 */
final class FlushBeforeReuse extends StepInvariant {

    FlushBeforeReuse() {
        super(
                "flush-before-reuse",
                Contract.FLUSHED,
                "An unmapped range is up for use again only after a flush of the IOTLB that was started after its unmap.",
                "a step that unmaps a range, or is made while the IOTLB may hold unmapped ranges",
                "The device still reaches the old page through the old translation while the address already means another"
                        + " buffer: data of one goes to the other.",
                Defect.QUEUE_FREES_AT_ONCE,
                new KernelReference("drivers/iommu/dma-iommu.c", "fq_ring_free", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference("drivers/iommu/dma-iommu.c", "fq_flush_iotlb", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference("drivers/iommu/dma-iommu.c", "__iommu_dma_unmap", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public boolean concerns(Machine machine, Action.Kind kind) {
        // Where flushes wait for nothing and nothing comes between, they are over when the unmap is.
        return kind == Action.Kind.UNMAP
                || machine.callCount() > 0
                || machine.configuration().canBeLazy();
    }

    @Override
    public Result check(Step step) {
        Machine after = step.after();
        if (after.isCrashed()) {
            return Result.PREMISE_NOT_MET;
        }
        Result result = step.kind() == Action.Kind.UNMAP ? Result.HOLDS : Result.PREMISE_NOT_MET;
        for (int index = 0; index < after.domainCount(); index++) {
            DefaultDomain domain = after.domain(index);
            if (domain.stale().count() > 0) {
                if (reused(step, domain) >= 0) {
                    return Result.VIOLATED;
                }
                result = Result.HOLDS;
            }
        }
        return result;
    }

    /** A range that the IOTLB may hold and that is up for use; -1 if there is none. */
    private static int reused(Step step, DefaultDomain domain) {
        StaleTranslations stale = domain.stale();
        for (int index = 0; index < stale.count(); index++) {
            long first = stale.firstPfn(index);
            long last = stale.lastPfn(index);
            if (isCached(domain, first, last)
                    || !Coverage.byNodes(domain.iova(), first, last)
                    || madeOn(step, domain, first, last) >= 0) {
                return index;
            }
        }
        return -1;
    }

    private static boolean isCached(DefaultDomain domain, long first, long last) {
        return CachedRanges.intersect(domain.iova(), first, last);
    }

    /** The mapping that the step has made, if it intersects {@code first..last} (inclusive); -1 if not. */
    private static int madeOn(Step step, DefaultDomain domain, long first, long last) {
        boolean maps = step.kind() == Action.Kind.MAP || step.kind() == Action.Kind.MSI;
        if (!maps || step.outcome().kind() != Outcome.Kind.ADDRESS || step.group() != domain.index()) {
            return -1;
        }
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            if (isMade(step, domain, mapping)
                    && Pfns.intersect(
                            live.firstPfn(mapping), Pfns.lastMapped(step.after(), domain, mapping), first, last)) {
                return mapping;
            }
        }
        return -1;
    }

    /** Whether it is a range of the mapping that the step has made. */
    private static boolean isMade(Step step, DefaultDomain domain, int mapping) {
        LiveMappings live = domain.live();
        if (live.device(mapping) != step.device()) {
            return false;
        }
        int shift = domain.granuleShift();
        for (int range = 0; range < step.rangeCount(); range++) {
            if (live.firstPfn(mapping) << shift >>> shift == step.rangePfn(range)
                    && live.size(mapping) == step.rangeSize(range)) {
                return true;
            }
        }
        return false;
    }

    @Override
    String complaint(Step step) {
        Machine after = step.after();
        for (int index = 0; index < after.domainCount(); index++) {
            DefaultDomain domain = after.domain(index);
            int reused = reused(step, domain);
            if (reused >= 0) {
                return complaint(
                        step,
                        domain,
                        domain.stale().firstPfn(reused),
                        domain.stale().lastPfn(reused));
            }
        }
        throw new IllegalStateException("not violated");
    }

    private static String complaint(Step step, DefaultDomain domain, long first, long last) {
        int shift = domain.granuleShift();
        int mapping = madeOn(step, domain, first, last);
        String use = mapping >= 0
                ? "is in use again: " + Mappings.name(step.after(), domain, mapping) + "."
                : isCached(domain, first, last) ? "is in a cache, free to be handed out." : "is free in the tree.";
        return "the IOTLB may still hold " + new Extent(first << shift, ((last + 1) << shift) - 1) + " of group "
                + domain.group() + ", which was unmapped and " + use;
    }
}
