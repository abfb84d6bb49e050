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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is declared for devices, what the model says the kernel enforces, and what was observed: range by range. A range is enforced if none
 * of it can be handed out; whether it is may depend on which device of a group is probed first.
 */
public final class Discrepancies {

    private final @Nullable Map<String, List<Extent>> sysfs;
    private final @Nullable Map<String, List<Extent>> recorded;
    private final List<Row> rows = new ArrayList<>();

    private Discrepancies(@Nullable Map<String, List<Extent>> sysfs, @Nullable Map<String, List<Extent>> recorded) {
        this.sysfs = sysfs;
        this.recorded = recorded;
    }

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
     * @param sysfs regions by device; {@code null} if that was not looked at
     * @param recorded reservations by device; {@code null} if that was not looked at
     */
    public static List<Row> of(
            List<LocatedConfiguration> declared,
            @Nullable Map<String, List<Extent>> sysfs,
            @Nullable Map<String, List<Extent>> recorded) {
        Discrepancies discrepancies = new Discrepancies(sysfs, recorded);
        declared.forEach(discrepancies::add);
        return List.copyOf(discrepancies.rows);
    }

    private void add(LocatedConfiguration located) {
        Configuration configuration = located.configuration();
        List<Allowance> allowances = new Allowances(located).all();
        for (Device device : configuration.devices()) {
            List<Allowance> own = allowances.stream()
                    .filter(each -> each.device().index() == device.index())
                    .toList();
            if (own.isEmpty()) {
                continue;
            }
            List<Extent> told = new ArrayList<>();
            for (int index = 0; index < device.regions().size(); index++) {
                FirmwareRegion region = device.regions().get(index);
                if (region.type() != FirmwareRegion.Type.SW_MSI) {
                    String type = region.type().name().toLowerCase(Locale.ROOT).replace('_', '-');
                    add(device, region.extent(), type + ", " + located.regionPlace(device.index(), index), own);
                    told.add(region.extent());
                }
            }
            for (Reservation each : configuration.reservations()) {
                boolean isFor = each.promised() != null
                        && configuration.mechanism() == Mechanism.IOMMU_ADDRESSES
                        && each.device() == device.index();
                if (isFor && each.promised() != null) {
                    add(
                            device,
                            each.promised(),
                            "reserved, " + located.reservations().get(each.index()),
                            own);
                    told.add(each.promised());
                }
            }
            addBounds(located, device, own);
            addObserved(device, own, told);
        }
    }

    /** What lies outside {@code dma-ranges} is as good as reserved. */
    private void addBounds(LocatedConfiguration located, Device device, List<Allowance> own) {
        Comparator<Long> unsigned = Long::compareUnsigned;
        Optional<Long> first = device.dmaRanges().stream().map(Extent::first).min(unsigned);
        Optional<Long> last = device.dmaRanges().stream().map(Extent::last).max(unsigned);
        String place = located.place(LocatedConfiguration.Key.DMA_RANGES, device.index());
        if (first.isPresent() && first.get() != 0) {
            add(device, new Extent(0, first.get() - 1), "below dma-ranges, " + place, own);
        }
        if (last.isPresent() && last.get() != -1L) {
            add(device, new Extent(last.get() + 1, -1L), "above dma-ranges, " + place, own);
        }
    }

    private void add(Device device, Extent range, String what, List<Allowance> own) {
        // Bounds are no regions: sysfs and the allocator have others means for them.
        boolean isRegion = !what.contains("dma-ranges, ");
        rows.add(new Row(
                device.name(),
                range,
                what,
                Answer.YES,
                enforced(range, own),
                isRegion ? listed(sysfs, device, range) : Answer.UNKNOWN,
                isRegion ? listed(recorded, device, range) : Answer.UNKNOWN,
                unless(range, own)));
    }

    private void addObserved(Device device, List<Allowance> own, List<Extent> told) {
        if (sysfs == null) {
            return;
        }
        for (Extent range : sysfs.getOrDefault(device.name(), List.of())) {
            if (told.stream().noneMatch(each -> each.contains(range))) {
                rows.add(new Row(
                        device.name(),
                        range,
                        "reserved_regions",
                        Answer.NO,
                        enforced(range, own),
                        Answer.YES,
                        listed(recorded, device, range),
                        unless(range, own)));
            }
        }
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

    private static Answer listed(@Nullable Map<String, List<Extent>> source, Device device, Extent range) {
        if (source == null || !source.containsKey(device.name())) {
            return Answer.UNKNOWN;
        }
        List<Extent> left = List.of(range);
        for (Extent each : source.getOrDefault(device.name(), List.of())) {
            left = Intervals.without(left, each);
        }
        return left.isEmpty() ? Answer.YES : left.equals(List.of(range)) ? Answer.NO : Answer.PARTLY;
    }

    /** A range as tables have it. */
    public static String text(Extent range) {
        return range.last() == -1L ? "from " + Hex.of(range.first()) : range.toString();
    }
}
