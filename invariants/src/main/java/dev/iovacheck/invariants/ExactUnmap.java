package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import java.util.Objects;

/**
 * Undoing a mapping clears its page-table entries, all of them, and no others. What a driver undoes against the rules is its own fault
 * and left to {@link DriverContract}.
 */
final class ExactUnmap extends StepInvariant {

    ExactUnmap() {
        super(
                "exact-unmap",
                Contract.EXACT_UNMAP,
                "An unmap clears exactly the page-table entries of its mapping.",
                "an unmap or unlink of something that is mapped, in a configuration that follows page tables",
                "Too few, and the device reaches memory that it has lost; too many, and another driver's transfer faults.",
                Defect.LAST_PTE_NOT_CLEARED,
                new KernelReference("drivers/iommu/dma-iommu.c", "__iommu_dma_unmap", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference("drivers/iommu/dma-iommu.c", "dma_iova_unlink", "7.1", Evidence.DERIVED));
    }

    @Override
    public boolean concerns(Machine machine, Action.Kind kind) {
        return super.concerns(machine, kind) && machine.tracksPtes();
    }

    @Override
    public Result check(Step step) {
        if (!step.after().tracksPtes() || !step.clearsPtes() || step.begun() == Action.Kind.WRONG_UNMAP) {
            return Result.PREMISE_NOT_MET;
        }
        DefaultDomain before = step.before().domainOf(step.device());
        DefaultDomain after = step.after().domainOf(step.device());
        if (before == null
                || after == null
                || pages(step, 0) == 0
                || step.after().isCrashed()) {
            return Result.PREMISE_NOT_MET;
        }
        long cleared = 0;
        for (int range = 0; range < step.rangeCount(); range++) {
            long first = first(step, range);
            long last = first + pages(step, range) - 1;
            cleared += first == Step.NOT_THERE ? 0 : before.pageTable().pagesIn(first, last);
        }
        boolean others =
                before.pageTable().pages() - cleared != after.pageTable().pages();
        return leftIn(step, after) < 0 && !others ? Result.HOLDS : Result.VIOLATED;
    }

    /** A range of which something is mapped afterwards; -1 if there is none. */
    private static int leftIn(Step step, DefaultDomain after) {
        for (int range = 0; range < step.rangeCount(); range++) {
            long first = first(step, range);
            if (first != Step.NOT_THERE && after.pageTable().pagesIn(first, first + pages(step, range) - 1) != 0) {
                return range;
            }
        }
        return -1;
    }

    /** {@link Step#NOT_THERE} for a range that was not there. */
    private static long first(Step step, int range) {
        return PteSubset.firstToClear(
                step.before(), step.begun(), step.device(), step.rangeSize(range), step.rangePfn(range), step.linked());
    }

    private static long pages(Step step, int range) {
        return PteSubset.pagesToClear(step.before(), step.begun(), step.device(), step.rangeSize(range), step.linked());
    }

    @Override
    String complaint(Step step) {
        DefaultDomain after = Objects.requireNonNull(step.after().domainOf(step.device()));
        int range = Math.max(leftIn(step, after), 0);
        long first = first(step, range);
        long last = first + pages(step, range) - 1;
        Extent bytes = new Extent(first << after.granuleShift(), ((last + 1) << after.granuleShift()) - 1);
        long left = after.pageTable().pagesIn(first, last);
        return left == 0
                ? "Undoing " + bytes + " cleared page-table entries outside of it."
                : left + " of the granules of " + bytes + " are still mapped after it was undone.";
    }
}
