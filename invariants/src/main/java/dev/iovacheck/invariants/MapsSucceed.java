package dev.iovacheck.invariants;

import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import java.util.Set;

/**
 * A question more than a rule, and asked only where it is named: a kernel keeps all its promises when it says that there is no room. Whoever
 * sizes a window wants to know whether it can come to that.
 */
final class MapsSucceed extends StepInvariant {

    MapsSucceed() {
        super(
                "maps-succeed",
                Contract.ERRORS,
                "No map fails while drivers hold what their workload says.",
                "a map that has returned",
                "A driver that cannot map its buffer stops, or drops the frame: the window is too small for the workload, or "
                        + "cut up too much.",
                Defect.CACHES_KEPT_ON_FAILURE,
                new KernelReference("drivers/iommu/iova.c", "alloc_iova_fast", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_alloc_iova", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public Set<Action.Kind> kinds() {
        return Set.of(Action.Kind.MAP);
    }

    @Override
    public Result check(Step step) {
        if (step.kind() != Action.Kind.MAP || !step.outcome().returned()) {
            return Result.PREMISE_NOT_MET;
        }
        return step.outcome().isFailure() ? Result.VIOLATED : Result.HOLDS;
    }

    @Override
    String complaint(Step step) {
        Machine before = step.before();
        var device = before.setup(step.device()).device();
        return "The map of " + ByteSize.of(device.mapSizes().get(step.size())) + " for " + device.name() + " failed.";
    }
}
