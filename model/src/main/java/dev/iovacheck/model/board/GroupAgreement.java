package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Intervals;
import dev.iovacheck.model.config.FirmwareRegion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where the groups and regions of a running kernel and those of its device tree agree, and where not. {@code reserved_regions} has the
 * regions of all devices of a group, those of one type that touch or overlap as one ({@code iommu_insert_resv_region}, derived): the tree
 * says which device has which.
 */
final class GroupAgreement {

    private final Findings findings;

    /** @param findings what is said of the groups */
    GroupAgreement(Findings findings) {
        this.findings = findings;
    }

    /** Notes where devices that the tree has together are apart, and the other way round; sysfs is followed. */
    void compareGroups(List<JoinedGroup> groups) {
        Map<String, String> numbers = new HashMap<>();
        List<Master> masters = new ArrayList<>();
        for (JoinedGroup group : groups) {
            for (Master master : group.masters()) {
                numbers.put(master.name(), group.group().number());
                masters.add(master);
            }
        }
        Map<String, Integer> declared = new HashMap<>();
        List<List<Master>> ofTree = Grouping.of(masters);
        for (int at = 0; at < ofTree.size(); at++) {
            Set<String> apart = new LinkedHashSet<>();
            for (Master master : ofTree.get(at)) {
                declared.put(master.name(), at);
                apart.add(numbers.getOrDefault(master.name(), ""));
            }
            if (apart.size() > 1) {
                findings.note(
                        names(ofTree.get(at)) + " are one group by the tree, and sysfs has them in the groups "
                                + String.join(", ", apart),
                        "sysfs is followed");
            }
        }
        for (JoinedGroup group : groups) {
            long together = group.masters().stream()
                    .map(master -> declared.get(master.name()))
                    .distinct()
                    .count();
            if (together > 1) {
                findings.note(
                        "group " + group.group().number() + " has " + names(group.masters())
                                + ", which share nothing in the tree",
                        "sysfs is followed");
            }
        }
    }

    private static String names(List<Master> masters) {
        return String.join(", ", masters.stream().map(Master::name).toList());
    }

    /** Of a group that no tree knows: all its devices have all its regions. */
    List<MadeDevice> all(JoinedGroup group, List<MadeDevice> made) {
        return made.stream()
                .map(each -> each.with(group.group().regions(), group.group().place()))
                .toList();
    }

    /**
     * Devices as the tree makes them, each with its own regions; what sysfs lists besides all of them have, because nobody says whose it is.
     *
     * @param ofTree what is said of the tree
     */
    List<MadeDevice> reconciled(JoinedGroup group, List<MadeDevice> made, Findings ofTree) {
        KernelGroup kernel = group.group();
        String where = "group " + kernel.number() + ": reserved_regions";
        List<FirmwareRegion> declared =
                made.stream().flatMap(GroupAgreement::ranges).toList();
        List<FirmwareRegion> besides = new ArrayList<>();
        for (FirmwareRegion region : kernel.regions()) {
            for (Extent part : without(region, declared)) {
                besides.add(new FirmwareRegion(part, region.type()));
                findings.note(
                        where + " lists " + part + ", " + word(region.type()) + ", which the tree says of none of "
                                + String.join(
                                        ", ",
                                        made.stream()
                                                .map(each -> each.device().name())
                                                .toList()),
                        "all of them are taken to have it, so that who is probed first makes no difference to it");
            }
            declared.stream()
                    .filter(each -> each.extent().equals(region.extent()) && each.type() != region.type())
                    .findFirst()
                    .ifPresent(each -> findings.note(
                            where + " has " + region.extent() + " as " + word(region.type()) + ", and the tree as "
                                    + word(each.type()),
                            "the tree is followed"));
        }
        for (MadeDevice each : made) {
            ranges(each).forEach(range -> {
                List<Extent> missing = without(range, kernel.regions());
                Optional<Master> master = group.master(each.device().name());
                if (!missing.isEmpty() && master.isPresent()) {
                    ofTree.warning(
                            master.get().node(),
                            "",
                            range.extent() + ", " + word(range.type()) + ", is reserved for "
                                    + each.device().name() + ", and " + where + " does not list "
                                    + (missing.equals(List.of(range.extent())) ? "it" : "all of it"),
                            "it is kept: that kernel may not read it (--kernel), or had another tree");
                }
            });
        }
        return made.stream().map(each -> each.with(besides, kernel.place())).toList();
    }

    /** What is declared for a device: regions and reservations. */
    private static Stream<FirmwareRegion> ranges(MadeDevice made) {
        return Stream.concat(
                made.device().regions().stream(),
                made.reserved().stream().map(each -> new FirmwareRegion(each.extent(), each.type())));
    }

    /** What of a range is not in the others. Software's window for doorbells is kept off by nobody: it stands for itself only. */
    private static List<Extent> without(FirmwareRegion range, List<FirmwareRegion> others) {
        boolean isWindow = range.type() == FirmwareRegion.Type.SW_MSI;
        List<Extent> left = List.of(range.extent());
        for (FirmwareRegion other : others) {
            if (isWindow == (other.type() == FirmwareRegion.Type.SW_MSI)) {
                left = Intervals.without(left, other.extent());
            }
        }
        return left;
    }

    private static String word(FirmwareRegion.Type type) {
        return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
