package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;

/**
 * The reserved regions of every device of a group are in the group's allocator, not only those of the device that came first.
 */
final class GroupUniform extends StateInvariant {

    GroupUniform() {
        super(
                "group-uniform",
                Contract.ORDER_FREE,
                "The reserved regions of every device of a group are reserved in its domain, whoever came first.",
                "a domain with two devices, one of them with a reserved region",
                "The order of probing decides whether mappings of one device land in a region that another one needs "
                        + "untouched.",
                Defect.REGIONS_NOT_RESERVED,
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_init_domain", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference(
                        "drivers/iommu/dma-iommu.c", "iova_reserve_iommu_regions", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public Scope scope() {
        return Scope.LAYOUT;
    }

    @Override
    Result examine(Machine machine) {
        Result result = Result.PREMISE_NOT_MET;
        for (int index = 0; index < machine.promises().size(); index++) {
            Promise promise = machine.promises().get(index);
            if (speaksOf(machine, promise)) {
                if (isMissing(machine, promise)) {
                    return Result.VIOLATED;
                }
                result = Result.HOLDS;
            }
        }
        return result;
    }

    private static boolean speaksOf(Machine machine, Promise promise) {
        return !promise.isCall()
                && promise.domain() >= 0
                && machine.isMade(promise)
                && hasTwoDevices(machine, promise.domain());
    }

    private static boolean hasTwoDevices(Machine machine, int domain) {
        int devices = 0;
        for (int number = 0; number < machine.deviceCount(); number++) {
            DefaultDomain own = machine.domainOf(machine.device(number));
            if (own != null && own.index() == domain && machine.isPresent(machine.device(number))) {
                devices++;
            }
        }
        return devices > 1;
    }

    private static boolean isMissing(Machine machine, Promise promise) {
        DefaultDomain domain = machine.domain(promise.domain());
        int shift = domain.granuleShift();
        return !Coverage.byNodes(
                domain.iova(),
                promise.bytes().first() >>> shift,
                promise.bytes().last() >>> shift);
    }

    @Override
    String complaint(Machine machine) {
        for (Promise promise : machine.promises()) {
            if (speaksOf(machine, promise) && isMissing(machine, promise)) {
                DefaultDomain domain = machine.domain(promise.domain());
                String by = domain.initialiser() < 0
                        ? "nobody"
                        : machine.setup(domain.initialiser()).device().name();
                return "The allocator of group " + domain.group() + ", initialised by " + by + ", does not know "
                        + Promises.name(machine, promise) + ".";
            }
        }
        throw new IllegalStateException("not violated");
    }
}
