package dev.iovacheck.invariants;

import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Machine;
import java.util.Objects;

/**
 * The search that begins at a hint, and looks above it in a second pass, finds a range whenever the tree has room for one. So no space
 * is out of reach because the hint moved below it; it is only used last. What {@code max32_alloc_size} refuses without a search is not
 * looked at here.
 */
final class CachedHint extends StateInvariant {

    CachedHint() {
        super(
                "cached-hint",
                Contract.COMPLETE,
                "Wherever the hint of the tree search is, the search finds a range if there is room for one.",
                "a device that may map",
                "Space above the hint would stay unused for good after a few frees, and maps would fail beside it.",
                Defect.SECOND_PASS_LEFT_OUT,
                new KernelReference(
                        "drivers/iommu/iova.c", "__alloc_and_insert_iova_range", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "free_iova", "6.1, 7.1", Evidence.RECORDED));
    }

    @Override
    public Scope scope() {
        return Scope.LAYOUT;
    }

    @Override
    Result examine(Machine machine) {
        Result result = Result.PREMISE_NOT_MET;
        for (int number = 0; number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            if (Requests.areMadeBy(machine, device)) {
                for (int request = 0; request < machine.setup(device).requestCount(); request++) {
                    if (isMissed(machine, device, machine.setup(device).request(request))) {
                        return Result.VIOLATED;
                    }
                    result = Result.HOLDS;
                }
            }
        }
        return result;
    }

    private static boolean isMissed(Machine machine, int device, int size) {
        IovaDomain iova = Objects.requireNonNull(machine.domainOf(device)).iova();
        long pfns = Requests.pfns(machine, device, size);
        long limit = Requests.limitPfn(machine, device, size);
        return !iova.wouldFind(pfns, limit) && Fits.inTree(iova, pfns, limit);
    }

    @Override
    String complaint(Machine machine) {
        for (int device : machine.devices()) {
            for (int request = 0;
                    Requests.areMadeBy(machine, device)
                            && request < machine.setup(device).requestCount();
                    request++) {
                int size = machine.setup(device).request(request);
                if (isMissed(machine, device, size)) {
                    return "The search for "
                            + ByteSize.of(machine.setup(device).buffer(size).bytes())
                            + " for " + machine.setup(device).device().name()
                            + " finds nothing, although the tree has room for it.";
                }
            }
        }
        throw new IllegalStateException("not violated");
    }
}
