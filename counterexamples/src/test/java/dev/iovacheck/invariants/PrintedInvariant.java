package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Step;

/** Violated by every step: for tests of how replays are printed that must not depend on what an invariant says. */
public final class PrintedInvariant extends StepInvariant {

    private final String violation;

    public PrintedInvariant(String violation) {
        super(
                "printed",
                Contract.BOUNDS,
                "No step is ever taken.",
                "any step",
                "It does not matter to any machine; it is there to print a replay of any steps, however they end.",
                Defect.SIZE_NOT_ROUNDED,
                new KernelReference("drivers/iommu/iova.c", "reserve_iova", "6.1, 7.1", Evidence.RECORDED));
        this.violation = violation;
    }

    @Override
    public Result check(Step step) {
        return Result.VIOLATED;
    }

    @Override
    String complaint(Step step) {
        return violation;
    }
}
