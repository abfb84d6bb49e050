package dev.iovacheck.invariants;

import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Cause;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;
import java.util.Objects;
import java.util.Set;

/**
 * A PCI device that still tries addresses below 4 GiB first gets one there if the tree has room for it, or if the magazine that is looked
 * at holds such a range. Caches are not emptied for that attempt: other cached ranges are in the way.
 */
final class Below4GFirst extends StepInvariant {

    Below4GFirst() {
        super(
                "32bit-first",
                Contract.BOUNDS,
                "A PCI device that prefers addresses below 4 GiB gets one while tree or magazine have room there.",
                "a map by a PCI device that tries below 4 GiB first",
                "Some PCI devices say that they take 64-bit addresses and do not: with them the first address above "
                        + "4 GiB is lost data.",
                Defect.WHOLE_RANGE_FIRST,
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_alloc_iova", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference(
                        "drivers/iommu/iova.c", "__alloc_and_insert_iova_range", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "__iova_rcache_get", "6.1, 7.1", Evidence.RECORDED));
    }

    @Override
    public Set<Action.Kind> kinds() {
        return TAKING;
    }

    @Override
    public boolean concerns(Machine machine, Action.Kind kind) {
        return super.concerns(machine, kind)
                && machine.configuration().devices().stream().anyMatch(device -> device.bus() == Device.Bus.PCI);
    }

    @Override
    public Result check(Step step) {
        int device = step.searchedBelow4G();
        if (device < 0 || step.withoutMemory() || !hasOutcome(step)) {
            return Result.PREMISE_NOT_MET;
        }
        if (step.foundBelow4G() != 0) {
            return Result.HOLDS;
        }
        Machine before = step.before();
        DefaultDomain domain = Objects.requireNonNull(before.domainOf(device));
        long pfns = Requests.pfns(before, device, step.rangeSize(0));
        long limit = Requests.limitPfnBelow4G(before);
        boolean fits = Fits.inTree(domain.iova(), pfns, limit) || Fits.inMagazine(step, domain.iova(), pfns, limit);
        return fits ? Result.VIOLATED : Result.HOLDS;
    }

    /** Whether it tells if an address was found: what failed for another reason does not. */
    private static boolean hasOutcome(Step step) {
        Outcome.Kind kind = step.outcome().kind();
        return kind == Outcome.Kind.ADDRESS
                || kind == Outcome.Kind.GOES_ON
                || step.outcome().cause() == Cause.NO_ADDRESS;
    }

    @Override
    String complaint(Step step) {
        String device = step.before().setup(step.device()).device().name();
        return "The tree or a magazine had room below 4 GiB for what " + device + " asked for, and " + device
                + " was not given an address there.";
    }
}
