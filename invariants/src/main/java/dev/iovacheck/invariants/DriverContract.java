package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Step;

/**
 * Drivers keep the rules of the DMA API. Where a configuration has them make a mistake, this is violated by the mistake itself, however
 * long it takes until something else goes wrong.
 */
final class DriverContract extends StepInvariant {

    DriverContract() {
        super(
                "driver-contract",
                Contract.LIFETIME,
                "A driver undoes what it mapped, once, by its address and with its size, and before its device goes.",
                "something that a driver undoes",
                "The allocator believes what it is told: the mistake shows much later, in a driver that made none.",
                Defect.UNMAPPED_TWICE,
                new KernelReference("drivers/iommu/iova.c", "free_iova_fast", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/dma-iommu.c", "__iommu_dma_unmap", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public Result check(Step step) {
        if (step.isMistake()) {
            return Result.VIOLATED;
        }
        return step.kind() == Action.Kind.UNMAP ? Result.HOLDS : Result.PREMISE_NOT_MET;
    }

    @Override
    String complaint(Step step) {
        String driver =
                "the driver of " + step.before().setup(step.device()).device().name();
        return switch (step.begun()) {
            case REMOVE -> driver + " still holds mappings when its device goes.";
            case MAP -> driver + " maps before it has reserved what it has to reserve first.";
            default -> driver + " undoes " + step.wrongUnmap().what() + ".";
        };
    }
}
