package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;

/** Nobody works on a domain, or on its flush queue, that was freed or has not been set up. */
final class NoUseAfterFree extends StepInvariant {

    NoUseAfterFree() {
        super(
                "no-use-after-free",
                Contract.LIFETIME,
                "No call works on a domain or a flush queue that was freed or never set up.",
                "a step of an unmap, of a flush, or of the kernel's own work on a domain",
                "Freed memory belongs to somebody else by then: the kernel follows pointers and takes locks that are"
                        + " something else.",
                Defect.QUEUE_NOT_ASKED_FOR,
                new KernelReference("drivers/iommu/dma-iommu.c", "queue_iova", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_free_fq", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public Result check(Step step) {
        if (step.outcome().kind() == Outcome.Kind.NOT_THERE) {
            return Result.VIOLATED;
        }
        Action.Kind kind = step.kind();
        boolean works = kind == Action.Kind.UNMAP
                || kind == Action.Kind.WRONG_UNMAP
                || kind == Action.Kind.FLUSH_TIMER
                || kind == Action.Kind.DEPOT_WORK
                || kind == Action.Kind.STEP;
        return works ? Result.HOLDS : Result.PREMISE_NOT_MET;
    }

    @Override
    String complaint(Step step) {
        String call =
                switch (step.kind()) {
                    case UNMAP, WRONG_UNMAP -> "an unmap";
                    case FLUSH_TIMER -> "the timer of the flush queue";
                    default -> "a call";
                };
        boolean exists = step.before().domain(step.domain()).exists()
                && !(step.isGoingOn() && step.before().call(step.cpu()).isOrphaned());
        String group = " of group " + step.before().domain(step.domain()).group();
        return call
                + (exists
                        ? " uses the flush queue" + group + ", which has none."
                        : " uses the domain" + group + ", which was freed under it.");
    }
}
