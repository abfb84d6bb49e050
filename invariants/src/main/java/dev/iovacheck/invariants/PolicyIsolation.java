package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;

/**
 * What is reserved for one device costs no other device of the domain an address that it could use.
 *
 * <p>Usable is what lies in the other device's window, at or above {@code start_pfn} and at or below its DMA limit, and is not promised to
 * that device itself. The device that the promise was made for may be gone: its reservation stays with the domain.
 */
final class PolicyIsolation extends StateInvariant {

    PolicyIsolation() {
        super(
                "policy-isolation",
                Contract.ORDER_FREE,
                "A reservation for one device takes no usable address from another device of its domain.",
                "a device that uses a domain with a promised reservation for another device",
                "Devices of one group share one allocator: a hole for one of them is a hole for all, and may be all "
                        + "that another one can use.",
                Defect.ONE_GROUP_FOR_ALL,
                new KernelReference("drivers/iommu/iommu.c", "iommu_get_dma_domain", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference("drivers/iommu/iova.c", "reserve_iova", "6.1, 7.1", Evidence.RECORDED));
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
            if (promise.domain() >= 0 && machine.isMade(promise)) {
                for (int number = 0; number < machine.deviceCount(); number++) {
                    int device = machine.device(number);
                    if (isSibling(machine, promise, device)) {
                        if (takesFrom(machine, promise, device)) {
                            return Result.VIOLATED;
                        }
                        result = Result.HOLDS;
                    }
                }
            }
        }
        return result;
    }

    private static boolean isSibling(Machine machine, Promise promise, int device) {
        DefaultDomain domain = machine.domainOf(device);
        return device != promise.device()
                && domain != null
                && domain.index() == promise.domain()
                && machine.usesDmaIommu(device);
    }

    private static boolean takesFrom(Machine machine, Promise promise, int device) {
        long first =
                Pfns.max(UsableSpace.first(machine, device), promise.bytes().first());
        long last = Pfns.min(UsableSpace.last(machine, device), promise.bytes().last());
        return !Pfns.below(last, first) && !Coverage.byPromisesTo(machine, device, first, last);
    }

    @Override
    String complaint(Machine machine) {
        for (Promise promise : machine.promises()) {
            for (int device : machine.devices()) {
                if (promise.domain() >= 0
                        && machine.isMade(promise)
                        && isSibling(machine, promise, device)
                        && takesFrom(machine, promise, device)) {
                    Extent taken = new Extent(
                            Pfns.max(
                                    UsableSpace.first(machine, device),
                                    promise.bytes().first()),
                            Pfns.min(
                                    UsableSpace.last(machine, device),
                                    promise.bytes().last()));
                    return Promises.name(machine, promise) + " takes " + taken + " from "
                            + machine.setup(device).device().name() + ", which could use it.";
                }
            }
        }
        throw new IllegalStateException("not violated");
    }
}
