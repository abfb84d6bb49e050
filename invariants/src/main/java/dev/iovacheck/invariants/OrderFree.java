package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;
import org.jspecify.annotations.Nullable;

/**
 * What a domain was set up with is what the devices that are there would set it up with in any order: {@code start_pfn} is the one that each of
 * them would choose, and what is carved out is what all of them together have, no less and no more. Said of domains in which some device
 * is not the one that initialised it; what one device alone makes of its domain cannot depend on an order.
 *
 * <p>{@code group-uniform} asks only that nothing is missing, not that nothing is left over from a device that is gone.
 */
final class OrderFree extends StateInvariant {

    OrderFree() {
        super(
                "order-free",
                Contract.ORDER_FREE,
                "What can be allocated in a domain does not depend on which of its devices came first, or was there before.",
                "an initialised domain with a device that has not initialised it",
                "The same machine works after one boot and fails after the next, because its devices were probed in "
                        + "another order.",
                Defect.REGIONS_NOT_RESERVED,
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_init_domain", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference(
                        "drivers/iommu/iommu.c", "iommu_group_remove_device", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public Scope scope() {
        return Scope.LAYOUT;
    }

    @Override
    Result examine(Machine machine) {
        Result result = Result.PREMISE_NOT_MET;
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            if (speaksOf(machine, domain)) {
                if (otherBase(machine, domain) >= 0
                        || missing(machine, domain) != null
                        || leftOver(machine, domain) != null) {
                    return Result.VIOLATED;
                }
                result = Result.HOLDS;
            }
        }
        return result;
    }

    private static boolean speaksOf(Machine machine, DefaultDomain domain) {
        return domain.exists() && domain.iova().isInitialised() && other(machine, domain) >= 0;
    }

    private static boolean isMember(Machine machine, DefaultDomain domain, int device) {
        DefaultDomain own = machine.domainOf(device);
        return own != null
                && own.index() == domain.index()
                && machine.isPresent(device)
                && !machine.setup(device).rangeOutsideAperture();
    }

    private static int other(Machine machine, DefaultDomain domain) {
        for (int number = 0; number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            if (device != domain.initialiser() && isMember(machine, domain, device)) {
                return device;
            }
        }
        return -1;
    }

    private static int otherBase(Machine machine, DefaultDomain domain) {
        for (int number = 0; number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            if (isMember(machine, domain, device)
                    && machine.setup(device).basePfn() != domain.iova().startPfn()) {
                return device;
            }
        }
        return -1;
    }

    private static @Nullable Promise missing(Machine machine, DefaultDomain domain) {
        for (int index = 0; index < machine.promises().size(); index++) {
            Promise promise = machine.promises().get(index);
            if (isOfMember(machine, domain, promise) && !isReserved(domain, promise)) {
                return promise;
            }
        }
        return null;
    }

    private static boolean isOfMember(Machine machine, DefaultDomain domain, Promise promise) {
        return !promise.isCall()
                && promise.domain() == domain.index()
                && promise.isReservedAtProbe()
                && isMember(machine, domain, promise.device());
    }

    private static boolean isReserved(DefaultDomain domain, Promise promise) {
        int shift = domain.granuleShift();
        return Coverage.byNodes(
                domain.iova(),
                promise.bytes().first() >>> shift,
                promise.bytes().last() >>> shift);
    }

    /** Something carved out that no device has which is there. */
    private static @Nullable Promise leftOver(Machine machine, DefaultDomain domain) {
        int shift = domain.granuleShift();
        for (int index = 0; index < machine.promises().size(); index++) {
            Promise promise = machine.promises().get(index);
            if (!promise.isCall()
                    && promise.domain() == domain.index()
                    && machine.isKept(promise)
                    && !isOfMembers(
                            machine,
                            domain,
                            promise.bytes().first() >>> shift,
                            promise.bytes().last() >>> shift)) {
                return promise;
            }
        }
        return null;
    }

    private static boolean isOfMembers(Machine machine, DefaultDomain domain, long first, long last) {
        long from = first;
        boolean progress = true;
        while (progress) {
            progress = false;
            for (int index = 0; index < machine.promises().size(); index++) {
                Promise promise = machine.promises().get(index);
                if (isOfMember(machine, domain, promise)
                        && Pfns.intersect(from, from, promise.bytes(), domain.granuleShift())) {
                    long end = promise.bytes().last() >>> domain.granuleShift();
                    if (!Pfns.below(end, last)) {
                        return true;
                    }
                    from = end + 1;
                    progress = true;
                }
            }
        }
        return false;
    }

    @Override
    String complaint(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            if (!speaksOf(machine, domain)) {
                continue;
            }
            String start = "The domain of group " + domain.group() + ", initialised by "
                    + machine.setup(domain.initialiser()).device().name() + ", ";
            int otherBase = otherBase(machine, domain);
            if (otherBase >= 0) {
                return start + "has another start_pfn than "
                        + machine.setup(otherBase).device().name() + " would have given it.";
            }
            Promise missing = missing(machine, domain);
            if (missing != null) {
                return start + "lacks " + Promises.name(machine, missing) + ", who came later.";
            }
            Promise leftOver = leftOver(machine, domain);
            if (leftOver != null) {
                return start + "still keeps " + Promises.name(machine, leftOver)
                        + ", which no device has that is there.";
            }
        }
        throw new IllegalStateException("not violated");
    }
}
