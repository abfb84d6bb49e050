package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;

/** No mapping outlives the domain that it was made in. */
final class DomainLifetime extends StateInvariant {

    DomainLifetime() {
        super(
                "domain-lifetime",
                Contract.LIFETIME,
                "A domain is not freed while a driver holds a mapping in it.",
                "a domain with a live mapping",
                "The device goes on with addresses that nothing translates, or that the next domain gives to somebody else.",
                Defect.OWNERS_NOT_COUNTED,
                new KernelReference("drivers/iommu/iommu.c", "iommu_group_store_type", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference(
                        "drivers/iommu/iommu.c", "iommu_device_use_default_domain", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    Result examine(Machine machine) {
        Result result = Result.PREMISE_NOT_MET;
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            for (int mapping = 0; mapping < domain.live().count(); mapping++) {
                if (domain.live().isLost(mapping)) {
                    return Result.VIOLATED;
                }
                result = Result.HOLDS;
            }
        }
        return result;
    }

    @Override
    String complaint(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            for (int mapping = 0; mapping < domain.live().count(); mapping++) {
                if (domain.live().isLost(mapping)) {
                    return Mappings.name(machine, domain, mapping) + " was made in a domain of group " + domain.group()
                            + " that another one has replaced.";
                }
            }
        }
        throw new IllegalStateException("not violated");
    }
}
