package dev.iovacheck.cli.result;

import dev.iovacheck.cli.result.DeviceSpace.ReservedRange;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Intervals;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * Holds what a file keeps off its devices against what it kept off them before. Devices are known again by their names, otherwise by what
 * stands before the dot of sysfs names, otherwise by their stream IDs; where there are none of these, by what they lose least. A device
 * that is gone has lost nothing.
 */
final class LostReservations {

    private final List<DeviceSpace> before;
    private final List<DeviceSpace> now;
    private final Map<DeviceSpace, DeviceSpace> same = new LinkedHashMap<>();

    private LostReservations(List<DeviceSpace> before, List<DeviceSpace> now) {
        this.before = new ArrayList<>(before);
        this.now = new ArrayList<>(now);
    }

    /**
     * @param file as {@link Location#file}
     * @return a finding for each device of {@code now} that may be given what was kept off it
     */
    static Map<DeviceSpace, Finding> of(String file, List<DeviceSpace> before, List<DeviceSpace> now) {
        LostReservations lost = new LostReservations(before, now);
        lost.match();
        Map<DeviceSpace, Finding> findings = new LinkedHashMap<>();
        lost.same.forEach(
                (old, current) -> finding(file, old, current).ifPresent(finding -> findings.put(current, finding)));
        return findings;
    }

    private void match() {
        pair((old, current) -> old.name().equals(current.name()));
        pair((old, current) ->
                !unit(old).isEmpty() && unit(old).equals(unit(current)) && isAlone(old) && isAlone(current));
        pair((old, current) -> !old.stream().isEmpty() && old.stream().equals(current.stream()));
        for (DeviceSpace old : List.copyOf(before)) {
            now.stream()
                    .filter(current ->
                            old.stream().isEmpty() || current.stream().isEmpty())
                    .min(Comparator.comparing(current -> lost(old, current).size()))
                    .ifPresent(current -> take(old, current));
        }
    }

    private void pair(BiPredicate<DeviceSpace, DeviceSpace> isSame) {
        for (DeviceSpace old : List.copyOf(before)) {
            now.stream()
                    .filter(current -> isSame.test(old, current))
                    .findFirst()
                    .ifPresent(current -> take(old, current));
        }
    }

    private void take(DeviceSpace old, DeviceSpace current) {
        before.remove(old);
        now.remove(current);
        same.put(old, current);
    }

    /** {@code aa00000} of {@code aa00000.video-codec}. */
    private static String unit(DeviceSpace device) {
        int dot = device.name().indexOf('.');
        return dot < 0 ? "" : device.name().substring(0, dot);
    }

    private boolean isAlone(DeviceSpace device) {
        return before.stream().filter(each -> unit(each).equals(unit(device))).count() <= 1
                && now.stream().filter(each -> unit(each).equals(unit(device))).count() <= 1;
    }

    /** What was kept off and may be given now, with who kept it off. */
    private static Map<ReservedRange, List<Extent>> lost(DeviceSpace old, DeviceSpace current) {
        Map<ReservedRange, List<Extent>> lost = new LinkedHashMap<>();
        for (ReservedRange reserved : old.reserved()) {
            List<Extent> parts = Intervals.common(current.allowed(), reserved.range());
            if (!parts.isEmpty()) {
                lost.put(reserved, parts);
            }
        }
        return lost;
    }

    private static Optional<Finding> finding(String file, DeviceSpace old, DeviceSpace current) {
        Map<ReservedRange, List<Extent>> lost = lost(old, current);
        if (lost.isEmpty()) {
            return Optional.empty();
        }
        String id = OtherRule.RESERVATION_LOST.id();
        String words = lost.entrySet().stream()
                .map(each -> join(each.getValue())
                        + (each.getKey().by().isEmpty()
                                ? ""
                                : ", by " + each.getKey().by()))
                .collect(Collectors.joining("; "));
        String was = old.name().equals(current.name()) ? "" : " (then " + old.name() + ")";
        List<String> marks = lost.values().stream().map(LostReservations::join).toList();
        return Optional.of(new Finding(
                id,
                Level.ERROR,
                Standing.NEW,
                id + ": " + current.name() + " may be given addresses that were reserved",
                id + ": " + current.name() + was
                        + " may be given addresses that were reserved for it when the baseline was written: " + words,
                "Nothing else in the file need say that somebody wants them free. If nobody does, --update-baseline accepts"
                        + " the change.",
                place(current, lost.keySet().iterator().next()),
                Fingerprint.of(file, id, marks),
                List.of()));
    }

    /** Of a device tree the property with which its node asks for the reservation. */
    private static Location place(DeviceSpace device, ReservedRange reserved) {
        Location location = device.location();
        if (location.node().isEmpty() || reserved.by().isEmpty()) {
            return location;
        }
        String property = reserved.by().substring(reserved.by().lastIndexOf(' ') + 1);
        return new Location(
                location.file(),
                location.line(),
                location.column(),
                location.node(),
                property.equals("iommu-addresses") ? "memory-region" : property);
    }

    private static String join(List<Extent> extents) {
        return extents.stream().map(Extent::toString).collect(Collectors.joining(", "));
    }
}
