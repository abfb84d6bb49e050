package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.PageTable;
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
    public Result check(Step step) {
        if (!step.after().tracksPtes() || !step.clearsPtes() || step.begun() == Action.Kind.WRONG_UNMAP) {
            return Result.PREMISE_NOT_MET;
        }
        DefaultDomain before = step.before().domainOf(step.device());
        DefaultDomain after = step.after().domainOf(step.device());
        long pages = pages(step);
        if (before == null || after == null || pages == 0 || step.after().isCrashed()) {
            return Result.PREMISE_NOT_MET;
        }
        PageTable table = after.pageTable();
        long first = first(step);
        long cleared = before.pageTable().pagesIn(first, first + pages - 1);
        boolean all = table.pagesIn(first, first + pages - 1) == 0;
        boolean others = before.pageTable().pages() - cleared != table.pages();
        return all && !others ? Result.HOLDS : Result.VIOLATED;
    }

    private static long first(Step step) {
        return PteSubset.firstToClear(
                step.before(), step.begun(), step.device(), step.size(), step.firstPfn(), step.linked());
    }

    private static long pages(Step step) {
        return PteSubset.pagesToClear(step.before(), step.begun(), step.device(), step.size(), step.linked());
    }

    @Override
    String complaint(Step step) {
        DefaultDomain after = Objects.requireNonNull(step.after().domainOf(step.device()));
        long first = first(step);
        long last = first + pages(step) - 1;
        Extent bytes = new Extent(first << after.granuleShift(), ((last + 1) << after.granuleShift()) - 1);
        long left = after.pageTable().pagesIn(first, last);
        return left == 0
                ? "Undoing " + bytes + " cleared page-table entries outside of it."
                : left + " of the granules of " + bytes + " are still mapped after it was undone.";
    }
}
