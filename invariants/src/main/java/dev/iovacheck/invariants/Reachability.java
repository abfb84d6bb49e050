package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Attachment;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.DeviceSetup;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.SetupRegion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A device whose interrupts are set up reaches its doorbell: the page is mapped in the domain that the device is attached to. In a domain of
 * a user it lies in the window that software chose ({@code SW_MSI}), which the device has to reach and nobody else may claim.
 */
final class Reachability extends StateInvariant {

    Reachability() {
        super(
                "reachability",
                Contract.REACHABLE,
                "A device whose interrupts are set up reaches its doorbell in the domain that it is attached to.",
                "a device whose interrupts are set up",
                "Interrupts that are written to an address which nothing translates, or which belongs to somebody else, are "
                        + "lost; the device seems to hang.",
                Defect.DOORBELL_NOT_MAPPED,
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_prepare_msi", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference(
                        "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c",
                        "arm_smmu_get_resv_regions",
                        "6.1, 7.1",
                        Evidence.DERIVED));
    }

    @Override
    Result examine(Machine machine) {
        Result result = Result.PREMISE_NOT_MET;
        for (int number = 0; number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            Attachment in = machine.doorbellIn(device);
            if (in != null) {
                if (obstacle(machine, device, in) != null) {
                    return Result.VIOLATED;
                }
                result = Result.HOLDS;
            }
        }
        return result;
    }

    /** Why the device does not reach its doorbell; {@code null} if it does. */
    private static @Nullable String obstacle(Machine machine, int device, Attachment in) {
        DefaultDomain domain = machine.domainOf(device);
        if (domain == null || domain.attachment() != in) {
            return "it is mapped in the default domain, and the device is attached to another one";
        }
        if (in == Attachment.DEFAULT) {
            return machine.hasDoorbellPage(device) ? null : "its page is not mapped";
        }
        return obstacleToWindow(machine, device, domain);
    }

    private static @Nullable String obstacleToWindow(Machine machine, int device, DefaultDomain domain) {
        DeviceSetup setup = machine.setup(device);
        Extent window = window(setup);
        if (window == null) {
            return null;
        }
        boolean inReach = !Pfns.below(window.first(), setup.device().window().first())
                && !Pfns.below(setup.device().window().last(), window.last())
                && !Pfns.below(setup.device().mask(), window.last());
        if (!inReach) {
            return "the device does not reach the window that software chose for it";
        }
        for (int number = 0; number < machine.deviceCount(); number++) {
            int member = machine.device(number);
            if (isMember(machine, domain, member) && isClaimed(machine.setup(member), window)) {
                return "the window that software chose for it is claimed by a reserved region";
            }
        }
        return null;
    }

    private static boolean isMember(Machine machine, DefaultDomain domain, int device) {
        DefaultDomain own = machine.domainOf(device);
        return own != null && own.index() == domain.index() && machine.isPresent(device);
    }

    private static @Nullable Extent window(DeviceSetup setup) {
        List<SetupRegion> regions = setup.regions();
        for (int index = 0; index < regions.size(); index++) {
            if (regions.get(index).type() == FirmwareRegion.Type.SW_MSI) {
                return regions.get(index).extent();
            }
        }
        return null;
    }

    private static boolean isClaimed(DeviceSetup setup, Extent window) {
        List<SetupRegion> regions = setup.regions();
        for (int index = 0; index < regions.size(); index++) {
            SetupRegion region = regions.get(index);
            if (region.type() != FirmwareRegion.Type.SW_MSI && region.extent().intersects(window)) {
                return true;
            }
        }
        return false;
    }

    @Override
    String complaint(Machine machine) {
        for (int device : machine.devices()) {
            Attachment in = machine.doorbellIn(device);
            String obstacle = in == null ? null : obstacle(machine, device, in);
            if (obstacle != null) {
                return "device " + machine.setup(device).device().name() + " does not reach its doorbell: " + obstacle
                        + ".";
            }
        }
        throw new IllegalStateException("not violated");
    }
}
