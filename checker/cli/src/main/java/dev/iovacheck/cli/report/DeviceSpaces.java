package dev.iovacheck.cli.report;

import dev.iovacheck.cli.result.DeviceSpace;
import dev.iovacheck.cli.result.DeviceSpace.ReservedRange;
import dev.iovacheck.cli.result.Location;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.address.Intervals;
import dev.iovacheck.model.allowance.Allowance;
import dev.iovacheck.model.allowance.Allowances;
import dev.iovacheck.model.allowance.Cut;
import dev.iovacheck.model.allowance.Rule;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.config.Reservation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a file lets its devices have and keeps off them, as gates compare it later. Calls of drivers count as made. */
final class DeviceSpaces {

    private static final Set<Rule> RESERVED = Set.of(Rule.REGION, Rule.IOMMU_ADDRESSES, Rule.IOMMU_RANGES);

    private final LocatedConfiguration located;
    private final String source;
    private final String file;
    private final List<Allowance> allowances;

    private DeviceSpaces(LocatedConfiguration located, String source, String file) {
        this.located = located;
        this.source = source;
        this.file = file;
        allowances = new Allowances(located).all();
    }

    /**
     * Of every device behind an IOMMU, in the order of the configuration.
     *
     * @param source the file as places name it, which becomes {@code file}
     */
    static List<DeviceSpace> of(LocatedConfiguration located, String source, String file) {
        DeviceSpaces spaces = new DeviceSpaces(located, source, file);
        return located.configuration().devices().stream()
                .filter(device -> device.group() != null)
                .map(spaces::space)
                .toList();
    }

    private DeviceSpace space(Device device) {
        Set<ReservedRange> reserved = new LinkedHashSet<>();
        List<Extent> allowed = List.of();
        for (Allowance allowance : allowances) {
            if (allowance.device().index() != device.index()) {
                continue;
            }
            allowed = union(allowed, allowance.allowed());
            allowance.cuts().stream()
                    .filter(cut -> RESERVED.contains(cut.rule()))
                    .map(this::reserved)
                    .forEach(reserved::add);
        }
        for (Reservation call : calls(device)) {
            Extent promised = call.promised();
            if (promised != null) {
                allowed = Intervals.without(allowed, promised);
                reserved.add(new ReservedRange(promised, ""));
            }
        }
        List<Extent> open = allowed;
        return new DeviceSpace(
                device.name(),
                device.streamId().isPresent() ? Hex.of(device.streamId().getAsInt() & 0xffffffffL) : "",
                Location.parse(located.place(LocatedConfiguration.Key.DEVICE, device.index()), source, file)
                        .orElse(Location.of(file)),
                allowed,
                reserved.stream().flatMap(each -> kept(each, open).stream()).toList());
    }

    private List<Reservation> calls(Device device) {
        Configuration configuration = located.configuration();
        return configuration.mechanism().isCall()
                ? configuration.reservations().stream()
                        .filter(call -> call.device() == device.index())
                        .toList()
                : List.of();
    }

    private ReservedRange reserved(Cut cut) {
        Location place = Location.parse(cut.place(), source, file).orElse(Location.of(file));
        boolean isNamed = !place.node().isEmpty();
        String by = place.property().isEmpty() ? place.node() : place.node() + ": " + place.property();
        return new ReservedRange(cut.bytes(), isNamed ? by : "");
    }

    /** The parts that are kept off in every case. */
    private static List<ReservedRange> kept(ReservedRange reserved, List<Extent> allowed) {
        List<Extent> kept = List.of(reserved.range());
        for (Extent open : allowed) {
            kept = Intervals.without(kept, open);
        }
        return kept.stream()
                .map(range -> new ReservedRange(range, reserved.by()))
                .toList();
    }

    private static List<Extent> union(List<Extent> some, List<Extent> others) {
        List<Extent> more = others;
        for (Extent each : some) {
            more = Intervals.without(more, each);
        }
        List<Extent> all = new ArrayList<>(some);
        all.addAll(more);
        all.sort(Comparator.comparing(Extent::first, Long::compareUnsigned));
        return all;
    }
}
