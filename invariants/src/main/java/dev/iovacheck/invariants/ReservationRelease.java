package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;

/**
 * What was reserved for a device that is gone is given back, without anybody doing anything for it: a promise that was taken in is not
 * covered by nodes any more, or is what devices that are there rely on as well.
 */
final class ReservationRelease extends ProgressInvariant {

    ReservationRelease() {
        super(
                "reservation-release",
                Contract.LIFETIME,
                Kind.RESPONDS,
                "When a device is gone, what was reserved for it alone becomes free again.",
                "a domain that lives on while a device with reservations in it is not there, where devices are removed",
                "Its siblings go without that space until the last of them is gone, and each further device that comes "
                        + "and goes may take some more.",
                Defect.RESERVATION_OUTLIVES_DEVICE,
                new KernelReference("drivers/iommu/iova.c", "reserve_iova", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference(
                        "drivers/iommu/dma-iommu.c", "iova_reserve_iommu_regions", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public boolean mayHelp(Machine machine, int action) {
        return KernelWork.isIts(machine, action);
    }

    /** What was taken back is no longer told by the state: so it does not ask whether the device had been there. */
    @Override
    boolean hasPremise(Machine machine) {
        for (int index = 0; index < machine.promises().size(); index++) {
            Promise promise = machine.promises().get(index);
            if (promise.domain() >= 0
                    && machine.domain(promise.domain()).exists()
                    && machine.configuration().exploration().removal()
                    && !machine.isPresent(promise.device())) {
                return true;
            }
        }
        return false;
    }

    @Override
    boolean isReached(Machine machine) {
        return left(machine) < 0;
    }

    /** Index of a promise that nobody relies on any more and that the tree still keeps; -1 if there is none. */
    private static int left(Machine machine) {
        for (int index = 0; index < machine.promises().size(); index++) {
            Promise promise = machine.promises().get(index);
            if (promise.domain() >= 0
                    && !machine.isPresent(promise.device())
                    && machine.domain(promise.domain()).exists()
                    && machine.isKept(promise)
                    && isCovered(machine, promise)
                    && !Coverage.byPromisesOfPresent(machine, promise.domain(), promise.bytes())) {
                return index;
            }
        }
        return -1;
    }

    private static boolean isCovered(Machine machine, Promise promise) {
        int shift = machine.domain(promise.domain()).iova().granuleShift();
        return Coverage.byNodes(
                machine.domain(promise.domain()).iova(),
                promise.bytes().first() >>> shift,
                promise.bytes().last() >>> shift);
    }

    @Override
    String complaint(Machine machine) {
        Promise promise = machine.promises().get(left(machine));
        return Promises.name(machine, promise) + " is still in the tree of group "
                + machine.domain(promise.domain()).group() + ", and that device is gone.";
    }
}
