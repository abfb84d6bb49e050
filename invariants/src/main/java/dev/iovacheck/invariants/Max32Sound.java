package dev.iovacheck.invariants;

import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Machine;
import java.util.Objects;

/**
 * What {@code max32_alloc_size} would refuse without a search has no room in the tree. The kernel remembers the size that failed and not
 * the limit of that request, so that a device with a small mask can have the requests of others refused.
 */
final class Max32Sound extends StateInvariant {

    Max32Sound() {
        super(
                "max32-sound",
                Contract.COMPLETE,
                "A request that max32_alloc_size refuses without a search has no room in the tree.",
                "a device that may map something of at least max32_alloc_size granules below 4 GiB, after a request has "
                        + "failed there",
                "Maps fail beside free space, until by chance a node below 4 GiB is taken out of the tree.",
                Defect.REFUSAL_NOT_FORGOTTEN,
                new KernelReference(
                        "drivers/iommu/iova.c", "__alloc_and_insert_iova_range", "6.1, 7.1", Evidence.RECORDED));
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
            if (Requests.areMadeBy(machine, device) && hasFailed(machine, device)) {
                for (int request = 0; request < machine.setup(device).requestCount(); request++) {
                    int size = machine.setup(device).request(request);
                    if (isRefused(machine, device, size)) {
                        if (hasRoom(machine, device, size)) {
                            return Result.VIOLATED;
                        }
                        result = Result.HOLDS;
                    }
                }
            }
        }
        return result;
    }

    private static IovaDomain iova(Machine machine, int device) {
        return Objects.requireNonNull(machine.domainOf(device)).iova();
    }

    /** Whether a search below 4 GiB has failed and nothing has been taken out of the tree since. */
    private static boolean hasFailed(Machine machine, int device) {
        return iova(machine, device).max32AllocSize() != iova(machine, device).dma32Pfn();
    }

    /** The limit below 4 GiB up to which the device is served: its own, or that of a first attempt; 0 if it has none. */
    private static long limitPfn(Machine machine, int device, int size) {
        long limit = Requests.limitPfn(machine, device, size);
        long below4G = Requests.limitPfnBelow4G(machine);
        if (!Pfns.below(below4G, limit)) {
            return limit;
        }
        return machine.triesBelow4G(device, size) ? below4G : 0;
    }

    private static boolean isRefused(Machine machine, int device, int size) {
        return limitPfn(machine, device, size) != 0
                && !Pfns.below(
                        Requests.pfns(machine, device, size),
                        iova(machine, device).max32AllocSize());
    }

    private static boolean hasRoom(Machine machine, int device, int size) {
        return Fits.inTree(
                iova(machine, device), Requests.pfns(machine, device, size), limitPfn(machine, device, size));
    }

    @Override
    String complaint(Machine machine) {
        for (int device : machine.devices()) {
            for (int request = 0;
                    Requests.areMadeBy(machine, device)
                            && hasFailed(machine, device)
                            && request < machine.setup(device).requestCount();
                    request++) {
                int size = machine.setup(device).request(request);
                if (isRefused(machine, device, size) && hasRoom(machine, device, size)) {
                    int shift = machine.configuration().iommu().granuleShift();
                    return "A request of "
                            + ByteSize.of(machine.setup(device).buffer(size).bytes())
                            + " for " + machine.setup(device).device().name()
                            + " would be refused at once, because " + "one of "
                            + ByteSize.of(iova(machine, device).max32AllocSize() << shift)
                            + " has failed; but the tree has room for it below its limit.";
                }
            }
        }
        throw new IllegalStateException("not violated");
    }
}
