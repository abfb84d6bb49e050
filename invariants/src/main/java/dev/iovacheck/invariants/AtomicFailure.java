package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.LiveMappings;
import dev.iovacheck.model.machine.Promise;
import dev.iovacheck.model.machine.Step;
import java.util.Objects;
import java.util.Set;

/**
 * A call that fails leaves things as they were: the same mappings and page-table entries, the same promises, and the same nodes in the tree but
 * for those of cached and queued ranges, which a failing call may give back. Hints and {@code max32_alloc_size} may change.
 *
 * <p>Probe of a device is not one call and is left out: what the IOMMU core has done stays when the driver's probe fails.
 */
final class AtomicFailure extends StepInvariant {

    AtomicFailure() {
        super(
                "atomic-failure",
                Contract.ERRORS,
                "A call that reports failure changes neither mappings nor reservations nor what is taken in the tree.",
                "a reservation, map or link that reported failure",
                "The caller carries on as if nothing had happened; space that was taken on the way is lost for good.",
                Defect.CLASH_FOUND_TOO_LATE,
                new KernelReference("drivers/iommu/iova.c", "reserve_iova", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "alloc_iova_fast", "6.1, 7.1", Evidence.RECORDED));
    }

    @Override
    public Set<Action.Kind> kinds() {
        return Set.of(Action.Kind.RESERVE, Action.Kind.MAP, Action.Kind.LINK, Action.Kind.SYNC);
    }

    @Override
    public boolean isAboutFailures() {
        return true;
    }

    @Override
    public Result check(Step step) {
        boolean isCall =
                switch (step.kind()) {
                    case RESERVE, MAP, LINK, SYNC -> true;
                    default -> false;
                };
        if (!isCall || !step.outcome().isFailure()) {
            return Result.PREMISE_NOT_MET;
        }
        DefaultDomain before = step.before().domainOf(step.device());
        DefaultDomain after = step.after().domainOf(step.device());
        if (before == null || after == null) {
            return Result.HOLDS;
        }
        boolean unchanged = sameMappings(step, before.live(), after.live())
                && before.pageTable().pages() == after.pageTable().pages()
                && samePromises(step)
                && isAdded(before.iova(), after) < 0
                && isMissing(before, after.iova()) < 0;
        return unchanged ? Result.HOLDS : Result.VIOLATED;
    }

    /** While a part is linked the call holds the mapping, and nobody looks at it. */
    private static boolean sameMappings(Step step, LiveMappings before, LiveMappings after) {
        if (step.before().callCount() > 0 && step.kind() == Action.Kind.LINK) {
            return true;
        }
        if (before.count() != after.count()) {
            return false;
        }
        for (int mapping = 0; mapping < before.count(); mapping++) {
            if (before.firstPfn(mapping) != after.firstPfn(mapping)
                    || before.device(mapping) != after.device(mapping)
                    || before.size(mapping) != after.size(mapping)
                    || before.linked(mapping) != after.linked(mapping)) {
                return false;
            }
        }
        return true;
    }

    private static boolean samePromises(Step step) {
        for (int index = 0; index < step.before().promises().size(); index++) {
            Promise promise = step.before().promises().get(index);
            if (step.before().isMade(promise) != step.after().isMade(promise)) {
                return false;
            }
        }
        return true;
    }

    /**
     * A node that is there after but was not before, or that has other ends; a negative number if there is none. One that a failing map has
     * taken and given back may be in a cache, or in a queue if it was that of a segment that was mapped before another one failed.
     */
    private static int isAdded(IovaDomain before, DefaultDomain domain) {
        IovaDomain after = domain.iova();
        for (int node = after.firstNode(); after.isNode(node); node = after.nextNode(node)) {
            long lo = after.nodeLo(node);
            long hi = after.nodeHi(node);
            if (!has(before, lo, hi) && !CachedRanges.holds(after, lo, hi) && !QueuedRanges.holds(domain, lo, hi)) {
                return node;
            }
        }
        return -1;
    }

    /** A node that is gone without having been a cached or queued range's; a negative number if there is none. */
    private static int isMissing(DefaultDomain domain, IovaDomain after) {
        IovaDomain before = domain.iova();
        for (int node = before.firstNode(); before.isNode(node); node = before.nextNode(node)) {
            long lo = before.nodeLo(node);
            long hi = before.nodeHi(node);
            if (!has(after, lo, hi) && !CachedRanges.startIn(before, lo, hi) && !QueuedRanges.startIn(domain, lo, hi)) {
                return node;
            }
        }
        return -1;
    }

    private static boolean has(IovaDomain iova, long lo, long hi) {
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            if (iova.nodeLo(node) == lo && iova.nodeHi(node) == hi) {
                return true;
            }
        }
        return false;
    }

    @Override
    String complaint(Step step) {
        DefaultDomain before = Objects.requireNonNull(step.before().domainOf(step.device()));
        DefaultDomain after = Objects.requireNonNull(step.after().domainOf(step.device()));
        String call =
                switch (step.kind()) {
                    case MAP -> "The map";
                    case LINK -> "The link";
                    case SYNC -> "The synchronisation";
                    default -> "The reservation call";
                };
        String failed = call + " failed with " + ErrnoContract.returned(step.outcome()) + ", yet ";
        int added = isAdded(before.iova(), after);
        if (added >= 0) {
            return failed + "the tree now has the node " + node(after, added) + ".";
        }
        int missing = isMissing(before, after.iova());
        if (missing >= 0) {
            return failed + "the node " + node(before, missing) + " is gone from the tree.";
        }
        if (before.pageTable().pages() != after.pageTable().pages()) {
            return failed + "page-table entries changed.";
        }
        return failed + (samePromises(step) ? "the live mappings changed." : "a reservation changed.");
    }

    private static String node(DefaultDomain domain, int node) {
        return "[" + Hex.of(domain.iova().nodeLo(node)) + ", "
                + Hex.of(domain.iova().nodeHi(node)) + "] (pfns)";
    }
}
