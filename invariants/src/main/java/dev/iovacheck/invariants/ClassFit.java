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
        if (before == null || after == null || step.after().isCrashed()) {
            return Result.PREMISE_NOT_MET;
        }
        Result result = Result.PREMISE_NOT_MET;
        for (int range = 0; range < step.rangeCount(); range++) {
            Result one = check(step, before.iova(), after.iova(), range);
            if (one == Result.VIOLATED) {
                return one;
            }
            result = one == Result.HOLDS ? one : result;
        }
        return result;
    }

    private static Result check(Step step, IovaDomain before, IovaDomain after, int range) {
        // Emptying the caches takes ranges out of them as well, but then they are no longer in the tree either. Other
        // ranges of the same list may have got new nodes.
        boolean fromCache = (step.rangeCount() > 1 || before.nodeCount() == after.nodeCount())
                && before.isCached(step.rangePfn(range));
        int node = fromCache ? after.nodeOf(step.rangePfn(range)) : IovaDomain.noNode();
        if (!fromCache || !after.isNode(node)) {
            return Result.PREMISE_NOT_MET; // without a node, a matter of cache-coherence
        }
        return Pfns.below(after.nodeHi(node), last(step, range)) ? Result.VIOLATED : Result.HOLDS;
    }

    private static long last(Step step, int range) {
        return step.rangePfn(range) + step.before().setup(step.device()).nodePfns(step.rangeSize(range)) - 1;
    }

    @Override
    String complaint(Step step) {
        IovaDomain before =
                Objects.requireNonNull(step.before().domainOf(step.device())).iova();
        IovaDomain iova =
                Objects.requireNonNull(step.after().domainOf(step.device())).iova();
        int range = 0;
        while (check(step, before, iova, range) != Result.VIOLATED) {
            range++;
        }
        return "The cache gave [" + Hex.of(step.rangePfn(range)) + ", " + Hex.of(last(step, range))
                + "] (pfns), and the node of it ends at " + Hex.of(iova.nodeHi(iova.nodeOf(step.rangePfn(range))))
                + ".";
    }
}
