package dev.iovacheck.invariants;

import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Cause;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import java.util.Objects;
import java.util.Set;

/**
 * A map fails only if its range has no room beside the mappings that are live and the reservations that were taken in: what lies in
 * caches is emptied into the tree first, and nothing else holds space but a flush queue, which a failing map does not flush. Where steps are interleaved, other CPUs may take or cache again
 * what was emptied before the last attempt: cached ranges are then in the way, too.
 */
final class AllocCompleteness extends StepInvariant {

    AllocCompleteness() {
        super(
                "alloc-completeness",
                Contract.COMPLETE,
                "A map fails only if nothing fits beside live mappings, queued ranges and reservations.",
                "a map that failed with memory at hand",
                "The driver is told that addresses have run out while they have not: a camera does not start, a disk is "
                        + "slow, and nobody finds out why.",
                Defect.CACHES_KEPT_ON_FAILURE,
                new KernelReference("drivers/iommu/iova.c", "alloc_iova_fast", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference(
                        "drivers/iommu/iova.c", "__alloc_and_insert_iova_range", "6.1, 7.1", Evidence.RECORDED));
    }

    @Override
    public Set<Action.Kind> kinds() {
        return Set.of(Action.Kind.MAP);
    }

    @Override
    public boolean isAboutFailures() {
        return true;
    }

    @Override
    public Result check(Step step) {
        if (step.kind() != Action.Kind.MAP || step.outcome().cause() != Cause.NO_ADDRESS || step.withoutMemory()) {
            return Result.PREMISE_NOT_MET;
        }
        Machine after = step.after();
        int device = step.device();
        if (after.setup(device).rangeCount(step.size()) > 1) {
            return Result.PREMISE_NOT_MET; // what the other segments had is free again
        }
        DefaultDomain domain = Objects.requireNonNull(after.domainOf(device));
        long pfns = after.setup(device).nodePfns(step.size());
        long limit = Requests.limitPfn(after, device, step.size());
        boolean interleaved = after.callCount() > 0;
        return Fits.outsideUse(after, domain, pfns, limit, interleaved) ? Result.VIOLATED : Result.HOLDS;
    }

    @Override
    String complaint(Step step) {
        String device = step.before().setup(step.device()).device().name();
        return "There is room for " + ByteSize.of(mapped(step)) + " for " + device
                + " that no mapping, no queued range and no reservation takes, and the map failed.";
    }

    private static long mapped(Step step) {
        return step.before().setup(step.device()).device().mapSizes().get(step.size());
    }
}
