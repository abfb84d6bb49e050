package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;

/**
 * A ring of a flush queue is not filled beyond what it holds. The kernel flushes when a ring is full, and does not ask afterwards
 * whether that made room: while another flush is under way it need not. The entry goes in all the same, the ring's ends meet, and it
 * looks empty.
 */
final class RingCapacity extends StepInvariant {

    RingCapacity() {
        super(
                "ring-capacity",
                Contract.LIFETIME,
                "A range is added to a ring of the flush queue only where there is room for it.",
                "a step that adds a range to a flush queue",
                "A whole ring of addresses, 255 of them in a stock kernel, stays allocated until the domain dies: nobody"
                        + " remembers to free them.",
                Defect.QUEUE_NOT_FLUSHED_WHEN_FULL,
                new KernelReference("drivers/iommu/dma-iommu.c", "queue_iova", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public boolean concerns(Machine machine, Action.Kind kind) {
        return super.concerns(machine, kind) && machine.configuration().canBeLazy();
    }

    @Override
    public Result check(Step step) {
        if (!step.outcome().isQueued()) {
            return Result.PREMISE_NOT_MET;
        }
        return step.outcome().lostEntries() == 0 ? Result.HOLDS : Result.VIOLATED;
    }

    @Override
    String complaint(Step step) {
        return "the range was added to a full ring of group "
                + step.after().domain(step.domain()).group() + ", which now looks empty: "
                + step.outcome().lostEntries() + " ranges are in no list any more and stay allocated.";
    }
}
