package dev.iovacheck.model.allowance;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.address.Intervals;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is declared for devices, what the model says the kernel enforces, and what was observed: range by range. A range is enforced if none
 * of it can be handed out; whether it is may depend on which device of a group is probed first.
 */
public final class Discrepancies {

    private final @Nullable List<Reported> sysfs;
    private final @Nullable Map<String, List<Extent>> recorded;

    /** What was declared, device by device in the order in which it was. */
    private final Map<String, Declared> declared = new LinkedHashMap<>();

    private Discrepancies(@Nullable List<Reported> sysfs, @Nullable Map<String, List<Extent>> recorded) {
        this.sysfs = sysfs;
        this.recorded = recorded;
    }

    /**
     * A group as sysfs reports it. Its regions are those of all its devices together: a region that one of them declares is no surprise for
     * the others.
     *
     * @param number its name
     * @param devices names of its members
     * @param regions {@code reserved_regions}, bytes, inclusive
     */
    public record Reported(String number, List<String> devices, List<Extent> regions) {

        public Reported {
            devices = List.copyOf(devices);
            regions = List.copyOf(regions);
        }
    }

    /**
     * All that was compared.
     *
     * @param rows range by range, those of one device together
     * @param groups where devices are together in sysfs and declared apart, or the other way round; one sentence each
     */
    public record Result(List<Row> rows, List<String> groups) {

        public Result {
            rows = List.copyOf(rows);
            groups = List.copyOf(groups);
        }

        /** How many things do not agree. */
        public long findings() {
            return groups.size()
                    + rows.stream().mapToLong(row -> row.findings().size()).sum();
        }
    }

    /**
     * A device that was declared.
     *
     * @param group its group, by a name that no other configuration has; {@code null} without an IOMMU
     * @param allowances what it may be given, for each device of its group that may be probed first
     * @param told what is declared to be kept off
     * @param rows what came of it
     */
    private record Declared(
            Device device, @Nullable String group, List<Allowance> allowances, List<Extent> told, List<Row> rows) {}

    /** Answer of one source about one range. */
    public enum Answer {
        YES("yes"),
        NO("no"),
        /** Sources that list ranges: some of it. Enforcement: only if the right device is probed first. */
        PARTLY("partly"),
        /** The source does not know the device. */
        UNKNOWN("-");

        private final String label;

        Answer(String label) {
            this.label = label;
        }

        /** As tables have it. */
        public String label() {
            return label;
        }
    }

    /**
     * A range of one device.
     *
     * @param device its name
     * @param range bytes that are not to be used, inclusive
     * @param what says so, or saw it
     * @param declared whether a tree or configuration says so
     * @param enforced whether the allocator keeps off, as the model has it
     * @param sysfs whether {@code reserved_regions} lists it
     * @param recorded whether it was reserved in the recording
     * @param unless devices that must not be probed first; empty if that makes no difference
     */
    public record Row(
            String device,
            Extent range,
            String what,
            Answer declared,
            Answer enforced,
            Answer sysfs,
            Answer recorded,
            List<String> unless) {

        public Row {
            unless = List.copyOf(unless);
        }

        /** What does not agree, one sentence each; none if all do. */
        public List<String> findings() {
            List<String> findings = new ArrayList<>();
            boolean isDeclared = declared == Answer.YES;
            if (isDeclared && enforced == Answer.NO) {
                findings.add("declared and not enforced: addresses in it can be handed out");
            } else if (isDeclared && enforced == Answer.PARTLY) {
                findings.add("declared, and not enforced if " + String.join(" or ", unless) + " is probed first");
            }
            if (isDeclared && (sysfs == Answer.NO || sysfs == Answer.PARTLY)) {
                findings.add("declared, and sysfs does not list " + (sysfs == Answer.NO ? "it" : "all of it"));
            }
            if (!isDeclared && sysfs == Answer.YES && enforced != Answer.YES) {
                findings.add("listed by sysfs, and not enforced by what is declared");
            }
            if (enforced == Answer.YES && recorded == Answer.NO) {
                findings.add("enforced by the model, and not reserved in the recording");
            }
            return findings;
        }
    }

    /**
     * Compares.
     *
     * @param declared configurations, also those made of a tree
     * @param sysfs groups of a running kernel; {@code null} if that was not looked at
     * @param recorded reservations by device; {@code null} if that was not looked at
     */
    public static Result of(
            List<LocatedConfiguration> declared,
            @Nullable List<Reported> sysfs,
            @Nullable Map<String, List<Extent>> recorded) {
        Discrepancies discrepancies = new Discrepancies(sysfs, recorded);
        for (int number = 0; number < declared.size(); number++) {
            discrepancies.add(declared.get(number), number);
        }
        List<String> groups = new ArrayList<>();
        if (sysfs != null) {
            sysfs.forEach(discrepancies::addObserved);
            groups.addAll(discrepancies.groupFindings(sysfs));
        }
        List<Row> rows = discrepancies.declared.values().stream()
                .flatMap(each -> each.rows().stream())
                .toList();
        return new Result(rows, groups);
    }

    private void add(LocatedConfiguration located, int number) {
        Configuration configuration = located.configuration();
        List<Allowance> allowances = new Allowances(located).all();
        for (Device device : configuration.devices()) {
            List<Allowance> own = allowances.stream()
                    .filter(each -> each.device().index() == device.index())
                    .toList();
            if (own.isEmpty()) {
                continue;
            }
            String group = device.group() == null ? null : number + "/" + device.group();
            Declared entry = new Declared(device, group, own, new ArrayList<>(), new ArrayList<>());
            declared.put(device.name(), entry);
            for (int index = 0; index < device.regions().size(); index++) {
                FirmwareRegion region = device.regions().get(index);
                if (region.type() != FirmwareRegion.Type.SW_MSI) {
                    String type = region.type().name().toLowerCase(Locale.ROOT).replace('_', '-');
                    add(entry, region.extent(), type + ", " + located.regionPlace(device.index(), index), true);
                }
            }
            for (Reservation each : configuration.reservations()) {
                Extent promised = each.promised();
                if (promised != null
                        && configuration.mechanism() == Mechanism.IOMMU_ADDRESSES
                        && each.device() == device.index()) {
                    add(entry, promised, "reserved, " + located.reservations().get(each.index()), true);
                }
            }
            addBounds(located, entry);
        }
    }

    /** What lies outside {@code dma-ranges} is as good as reserved. */
    private void addBounds(LocatedConfiguration located, Declared entry) {
        Device device = entry.device();
        Comparator<Long> unsigned = Long::compareUnsigned;
        Optional<Long> first = device.dmaRanges().stream().map(Extent::first).min(unsigned);
        Optional<Long> last = device.dmaRanges().stream().map(Extent::last).max(unsigned);
        String place = located.place(LocatedConfiguration.Key.DMA_RANGES, device.index());
        if (first.isPresent() && first.get() != 0) {
            add(entry, new Extent(0, first.get() - 1), "below dma-ranges, " + place, false);
        }
        if (last.isPresent() && last.get() != -1L) {
            add(entry, new Extent(last.get() + 1, -1L), "above dma-ranges, " + place, false);
        }
    }

    /** @param isRegion whether it is a region, and no bound, for which sysfs and the allocator have other means */
    private void add(Declared entry, Extent range, String what, boolean isRegion) {
        String name = entry.device().name();
        entry.rows()
                .add(new Row(
                        name,
                        range,
                        what,
                        Answer.YES,
                        enforced(range, entry.allowances()),
                        isRegion ? listed(reported(name), range) : Answer.UNKNOWN,
                        isRegion ? listed(reserved(name), range) : Answer.UNKNOWN,
                        unless(range, entry.allowances())));
        if (isRegion) {
            entry.told().add(range);
        }
    }

    /** What a group lists and none of its devices declares: told once, with the first of them. */
    private void addObserved(Reported group) {
        List<Declared> members = group.devices().stream()
                .flatMap(name -> Stream.ofNullable(declared.get(name)))
                .toList();
        if (members.isEmpty()) {
            return;
        }
        List<Allowance> allowances =
                members.stream().flatMap(member -> member.allowances().stream()).toList();
        List<String> others = group.devices().stream()
                .filter(name -> !declared.containsKey(name))
                .toList();
        String what = "reserved_regions of group " + group.number()
                + (members.size() == 1
                        ? ""
                        : ": "
                                + members.stream()
                                        .map(member -> member.device().name())
                                        .collect(Collectors.joining(", ")))
                + (others.isEmpty()
                        ? ""
                        : "; it may be for " + String.join(" or ", others)
                                + ", which is in the group and not declared");
        for (Extent region : group.regions()) {
            List<Extent> left = List.of(region);
            for (Extent told :
                    members.stream().flatMap(member -> member.told().stream()).toList()) {
                left = Intervals.without(left, told);
            }
            for (Extent range : left) {
                Declared first = members.get(0);
                first.rows()
                        .add(new Row(
                                first.device().name(),
                                range,
                                what,
                                Answer.NO,
                                enforced(range, allowances),
                                Answer.YES,
                                listed(reserved(first.device().name()), range),
                                unless(range, allowances)));
            }
        }
    }

    private List<String> groupFindings(List<Reported> reported) {
        List<String> findings = new ArrayList<>();
        for (Reported group : reported) {
            List<Declared> members = group.devices().stream()
                    .flatMap(name -> Stream.ofNullable(declared.get(name)))
                    .toList();
            if (members.stream().map(Declared::group).distinct().count() > 1) {
                findings.add("sysfs has " + names(members) + " in one group, " + group.number()
                        + ", and they are declared apart");
            }
        }
        Map<String, List<Declared>> together = new LinkedHashMap<>();
        for (Declared each : declared.values()) {
            if (each.group() != null && reported(each.device().name()) != null) {
                together.computeIfAbsent(each.group(), key -> new ArrayList<>()).add(each);
            }
        }
        for (List<Declared> members : together.values()) {
            List<String> numbers = reported.stream()
                    .filter(group -> members.stream().anyMatch(member -> group.devices()
                            .contains(member.device().name())))
                    .map(Reported::number)
                    .toList();
            if (numbers.size() > 1) {
                findings.add(names(members) + " are declared in one group, and sysfs has them in the groups "
                        + String.join(", ", numbers));
            }
        }
        return findings;
    }

    private static String names(List<Declared> members) {
        return members.stream().map(member -> member.device().name()).collect(Collectors.joining(", "));
    }

    /** What sysfs lists for the group of a device; {@code null} if it does not know the device. */
    private @Nullable List<Extent> reported(String device) {
        return sysfs == null
                ? null
                : sysfs.stream()
                        .filter(group -> group.devices().contains(device))
                        .findFirst()
                        .map(Reported::regions)
                        .orElse(null);
    }

    private @Nullable List<Extent> reserved(String device) {
        return recorded == null ? null : recorded.get(device);
    }

    private static boolean keepsOff(Allowance allowance, Extent range) {
        return allowance.allowed().stream().noneMatch(range::intersects);
    }

    private static Answer enforced(Extent range, List<Allowance> own) {
        long keeping = own.stream().filter(each -> keepsOff(each, range)).count();
        if (keeping == own.size()) {
            return Answer.YES;
        }
        return keeping == 0 ? Answer.NO : Answer.PARTLY;
    }

    private static List<String> unless(Extent range, List<Allowance> own) {
        List<String> unless = own.stream()
                .filter(each -> !keepsOff(each, range))
                .map(each -> each.initialiser().name())
                .toList();
        return unless.size() == own.size() ? List.of() : unless;
    }

    /** @param source what it lists; {@code null} if it does not know the device */
    private static Answer listed(@Nullable List<Extent> source, Extent range) {
        if (source == null) {
            return Answer.UNKNOWN;
        }
        List<Extent> left = List.of(range);
        for (Extent each : source) {
            left = Intervals.without(left, each);
        }
        return left.isEmpty() ? Answer.YES : left.equals(List.of(range)) ? Answer.NO : Answer.PARTLY;
    }

    /** A range as tables have it. */
    public static String text(Extent range) {
        return range.last() == -1L ? "from " + Hex.of(range.first()) : range.toString();
    }
}
