package dev.iovacheck.invariants;

import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.ReservedRegions;
import dev.iovacheck.model.machine.SetupRegion;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a group reports as reserved is, type by type, exactly the union of what its devices have; no two regions of one type overlap or
 * touch; and no entry is read that was merged away.
 */
final class RegionMerge extends StateInvariant {

    RegionMerge() {
        super(
                "region-merge",
                Contract.MERGED,
                "The reserved regions that a group reports are those of its devices, type by type, merged where they touch.",
                "a group whose devices have a reserved region",
                "User space takes the list for the truth: a virtual machine is given memory where there is a region, or no "
                        + "user gets the device because of one that is not there.",
                Defect.MERGE_FORGETS_REST,
                new KernelReference("drivers/iommu/iommu.c", "iommu_insert_resv_region", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference(
                        "drivers/iommu/iommu.c", "iommu_get_group_resv_regions", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public Scope scope() {
        return Scope.LAYOUT;
    }

    @Override
    Result examine(Machine machine) {
        Result result = Result.PREMISE_NOT_MET;
        for (int group = 0; group < machine.domainCount(); group++) {
            if (hasRegion(machine, group)) {
                if (isWrong(machine, group)) {
                    return Result.VIOLATED;
                }
                result = Result.HOLDS;
            }
        }
        return result;
    }

    private static boolean hasRegion(Machine machine, int group) {
        for (int number = 0; number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            if (isMember(machine, device, group)
                    && !machine.setup(device).regions().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMember(Machine machine, int device, int group) {
        DefaultDomain domain = machine.domainOf(device);
        return domain != null && domain.index() == group && machine.isPresent(device);
    }

    private static boolean isWrong(Machine machine, int group) {
        ReservedRegions reported = machine.reservedRegions(group);
        if (reported.usedAfterFree() || unmerged(reported.regions()) >= 0) {
            return true;
        }
        for (int index = 0; index < reported.regions().size(); index++) {
            FirmwareRegion region = reported.regions().get(index);
            if (!isHad(machine, group, region)) {
                return true;
            }
        }
        return lost(machine, group) != null;
    }

    /** The place of a region that overlaps or touches a later one of its type; -1 if there is none. */
    private static int unmerged(List<FirmwareRegion> regions) {
        for (int one = 0; one < regions.size(); one++) {
            for (int other = one + 1; other < regions.size(); other++) {
                boolean sameType = regions.get(one).type() == regions.get(other).type();
                long first = regions.get(other).extent().first();
                long last = regions.get(one).extent().last();
                if (sameType && (!Pfns.below(last, first) || last + 1 == first)) {
                    return one;
                }
            }
        }
        return -1;
    }

    /** Whether every byte of a reported region lies in a region of its type that some device has. */
    private static boolean isHad(Machine machine, int group, FirmwareRegion reported) {
        long from = reported.extent().first();
        while (true) {
            SetupRegion region = regionAt(machine, group, reported.type(), from);
            if (region == null) {
                return false;
            }
            if (!Pfns.below(region.extent().last(), reported.extent().last())) {
                return true;
            }
            from = region.extent().last() + 1;
        }
    }

    private static @Nullable SetupRegion regionAt(Machine machine, int group, FirmwareRegion.Type type, long at) {
        for (int number = 0; number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            if (isMember(machine, device, group)) {
                List<SetupRegion> regions = machine.setup(device).regions();
                for (int index = 0; index < regions.size(); index++) {
                    if (regions.get(index).type() == type
                            && regions.get(index).extent().contains(at)) {
                        return regions.get(index);
                    }
                }
            }
        }
        return null;
    }

    /** A region that some device has and that is not reported whole; {@code null} if there is none. */
    private static @Nullable SetupRegion lost(Machine machine, int group) {
        List<FirmwareRegion> reported = machine.reservedRegions(group).regions();
        for (int number = 0; number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            List<SetupRegion> regions = machine.setup(device).regions();
            for (int index = 0; isMember(machine, device, group) && index < regions.size(); index++) {
                SetupRegion region = regions.get(index);
                if (region.type() != null && !isReported(reported, region)) {
                    return region;
                }
            }
        }
        return null;
    }

    private static boolean isReported(List<FirmwareRegion> reported, SetupRegion region) {
        long from = region.extent().first();
        for (int index = 0; index < reported.size(); index++) {
            FirmwareRegion each = reported.get(index);
            if (each.type() == region.type() && each.extent().contains(from)) {
                if (!Pfns.below(each.extent().last(), region.extent().last())) {
                    return true;
                }
                from = each.extent().last() + 1;
            }
        }
        return false;
    }

    @Override
    String complaint(Machine machine) {
        for (int group = 0; group < machine.domainCount(); group++) {
            if (hasRegion(machine, group) && isWrong(machine, group)) {
                return "Group " + machine.domain(group).group() + " reports its reserved regions wrongly: "
                        + what(machine, group) + ".";
            }
        }
        throw new IllegalStateException("not violated");
    }

    private static String what(Machine machine, int group) {
        ReservedRegions reported = machine.reservedRegions(group);
        if (reported.usedAfterFree()) {
            return "an entry is read after it was merged away and freed";
        }
        SetupRegion lost = lost(machine, group);
        if (lost != null) {
            return "the region " + lost.extent() + " (" + name(lost.type())
                    + ") of a device is missing, or has another type";
        }
        int unmerged = unmerged(reported.regions());
        if (unmerged >= 0) {
            FirmwareRegion region = reported.regions().get(unmerged);
            return "the region " + region.extent() + " (" + name(region.type()) + ") overlaps or touches another one";
        }
        return "it lists a region that no device has";
    }

    private static String name(FirmwareRegion.@Nullable Type type) {
        return type == null ? "none" : type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
