package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Step;

/** Violated by every step: for tests of how replays are printed that must not depend on what an invariant says. */
public final class PrintedInvariant extends StepInvariant {

    private final String violation;

    public PrintedInvariant(String violation) {
        super(
                "printed",
                "No step is ever taken.",
                "It does not matter to any machine; it is there to print a replay of any steps, however they end.",
                new KernelReference("drivers/iommu/iova.c", "reserve_iova", "6.1, 7.1", Evidence.RECORDED));
        this.violation = violation;
    }

    @Override
    public Result check(Step step) {
        return Result.VIOLATED;
    }

    @Override
    public String describe(Step step) {
        return violation;
    }
}
