package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Step;
import java.util.Objects;
import java.util.Set;

/** A range that comes from a cache is as large as its size class says. Whether the tree knows of it at all is {@link CacheCoherence}. */
final class ClassFit extends StepInvariant {

    ClassFit() {
        super(
                "class-fit",
                Contract.DISJOINT,
                "The node of a range that is taken from a cache is as long as the size class says.",
                "a map that took a range with a node from a cache",
                "The cache trusts the size that the driver gave back: a shorter range reaches into its neighbour.",
                Defect.SIZE_NOT_ROUNDED,
                new KernelReference("drivers/iommu/iova.c", "__iova_rcache_get", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "free_iova_fast", "6.1, 7.1", Evidence.RECORDED));
    }

    @Override
    public Set<Action.Kind> kinds() {
        return TAKING;
    }

    @Override
    public Result check(Step step) {
        if (!step.takesRange()) {
            return Result.PREMISE_NOT_MET;
        }
        DefaultDomain before = step.before().domainOf(step.device());
        DefaultDomain after = step.after().domainOf(step.device());
        // Emptying the caches takes ranges out of them as well, but then they are no longer in the tree either.
        if (before == null
                || after == null
                || step.after().isCrashed()
                || !before.iova().isCached(step.firstPfn())
                || before.iova().nodeCount() != after.iova().nodeCount()) {
            return Result.PREMISE_NOT_MET;
        }
        int node = after.iova().nodeOf(step.firstPfn());
        if (!after.iova().isNode(node)) {
            return Result.PREMISE_NOT_MET; // a matter of cache-coherence
        }
        return Pfns.below(after.iova().nodeHi(node), last(step)) ? Result.VIOLATED : Result.HOLDS;
    }

    private static long last(Step step) {
        return step.firstPfn() + step.before().setup(step.device()).nodePfns(step.size()) - 1;
    }

    @Override
    String complaint(Step step) {
        IovaDomain iova =
                Objects.requireNonNull(step.after().domainOf(step.device())).iova();
        return "The cache gave [" + Hex.of(step.firstPfn()) + ", " + Hex.of(last(step))
                + "] (pfns), and the node of it ends at " + Hex.of(iova.nodeHi(iova.nodeOf(step.firstPfn()))) + ".";
    }
}
