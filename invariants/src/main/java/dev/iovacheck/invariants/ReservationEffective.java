package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Attachment;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;

/**
 * A reservation call that returned 0 governs the domain that the device's DMA really uses. Where the set-up of the DMA ops has failed, the
 * device is attached to its domain but its driver does not get addresses from there. While a user has the group, the default domain
 * governs nothing; that counts for a caller who is still there.
 */
final class ReservationEffective extends StateInvariant {

    ReservationEffective() {
        super(
                "reservation-effective",
                Contract.PERSISTENCE,
                "A reservation call that returned 0 governs the domain that the device's DMA uses.",
                "a device that is there and whose call has returned 0",
                "The driver believes that it is protected, and its DMA goes past the IOMMU allocator altogether.",
                Defect.DMA_OPS_NOT_ASKED,
                new KernelReference(
                        "drivers/iommu/dma-iommu.c",
                        "dma_iova_set_resv_region",
                        "proposed 19 Jan 2026",
                        Evidence.DERIVED),
                new KernelReference("drivers/iommu/iommu.c", "iommu_get_dma_domain", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference(
                        "drivers/iommu/dma-iommu.c", "iommu_dma_init_domain", "6.1, 7.1", Evidence.DERIVED));
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
                if (!governs(machine, promise)) {
                    return Result.VIOLATED;
                }
                result = Result.HOLDS;
            }
        }
        return result;
    }

    /** Whether the device's DMA gets its addresses from the allocator that has the reservation, and goes through its domain. */
    private static boolean governs(Machine machine, Promise promise) {
        DefaultDomain domain = machine.domainOf(promise.device());
        boolean elsewhere = domain != null && domain.attachment() != Attachment.DEFAULT;
        return machine.usesDmaIommu(promise.device()) && !(elsewhere && machine.isCalled(promise.reservation()));
    }

    private static boolean speaksOf(Machine machine, Promise promise) {
        return promise.isCall() && machine.isMade(promise) && machine.isPresent(promise.device());
    }

    @Override
    String complaint(Machine machine) {
        for (Promise promise : machine.promises()) {
            if (speaksOf(machine, promise) && !governs(machine, promise)) {
                String device = machine.setup(promise.device()).device().name();
                if (machine.usesDmaIommu(promise.device())) {
                    return "The call for " + Promises.name(machine, promise) + " returned 0, but " + device
                            + " is attached to a domain of a user's, or to none.";
                }
                return "The call for " + Promises.name(machine, promise) + " returned 0, but DMA of " + device
                        + " does not get its addresses from the IOMMU's allocator.";
            }
        }
        throw new IllegalStateException("not violated");
    }
}
