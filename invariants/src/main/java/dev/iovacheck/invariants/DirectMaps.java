package dev.iovacheck.invariants;

import dev.iovacheck.model.config.DomainType;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Attachment;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.SetupRegion;
import java.util.List;

/**
 * Each direct region of a device is mapped one to one, every byte of it, in the domain that the device is attached to. A relaxable one
 * counts only while the device is on its default domain. Looked at where a configuration follows direct mappings.
 */
final class DirectMaps extends StateInvariant {

    DirectMaps() {
        super(
                "direct-maps",
                Contract.DIRECT,
                "Every direct region of a device is mapped one to one in the domain that the device is attached to.",
                "a device with a direct region whose mappings are followed",
                "Firmware goes on using the region whatever the kernel does: a boot display, a USB keyboard or a management "
                        + "controller faults without it.",
                Defect.DIRECT_NOT_MAPPED,
                new KernelReference(
                        "drivers/iommu/iommu.c", "iommu_create_device_direct_mappings", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference(
                        "drivers/iommu/iommu.c", "iommu_group_claim_dma_owner", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    Result examine(Machine machine) {
        Result result = Result.PREMISE_NOT_MET;
        if (!machine.followsDirectMaps()) {
            return result;
        }
        for (int number = 0; number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            List<SetupRegion> regions = machine.setup(device).regions();
            for (int index = 0; index < regions.size(); index++) {
                if (speaksOf(machine, device, regions.get(index))) {
                    if (!isMapped(machine, device, regions.get(index))) {
                        return Result.VIOLATED;
                    }
                    result = Result.HOLDS;
                }
            }
        }
        return result;
    }

    private static boolean speaksOf(Machine machine, int device, SetupRegion region) {
        DefaultDomain domain = machine.domainOf(device);
        if (domain == null || !machine.isPresent(device) || !region.isDirect()) {
            return false;
        }
        return domain.attachment() == Attachment.DEFAULT || region.type() == FirmwareRegion.Type.DIRECT;
    }

    private static boolean isMapped(Machine machine, int device, SetupRegion region) {
        DefaultDomain domain = machine.domainOf(device);
        if (domain == null || domain.attachment() != Attachment.DEFAULT) {
            return false;
        }
        return domain.type() == DomainType.IDENTITY
                || (domain.hasDirectMaps(device)
                        && !domain.hasHoles(device)
                        && region.isReported()
                        && (region.extent().first() & ((1L << domain.granuleShift()) - 1)) == 0);
    }

    @Override
    String complaint(Machine machine) {
        for (int device : machine.devices()) {
            for (SetupRegion region : machine.setup(device).regions()) {
                if (speaksOf(machine, device, region) && !isMapped(machine, device, region)) {
                    return "The direct region " + region.extent() + " of "
                            + machine.setup(device).device().name() + " is not mapped one to one: "
                            + reason(machine, device, region) + ".";
                }
            }
        }
        throw new IllegalStateException("not violated");
    }

    private static String reason(Machine machine, int device, SetupRegion region) {
        DefaultDomain domain = machine.domainOf(device);
        if (domain == null || domain.attachment() == Attachment.BLOCKING) {
            return "the device is on a blocking domain";
        }
        if (domain.attachment() == Attachment.USER) {
            return "the device is on a domain of a user";
        }
        if (!region.isReported()) {
            return "the kernel does not hear of it";
        }
        if (!domain.hasDirectMaps(device)) {
            return "the domain was made without it";
        }
        return domain.hasHoles(device)
                ? "a mapping was there before"
                : "its first bytes lie in a granule that it shares, and mappings begin with a whole one";
    }
}
