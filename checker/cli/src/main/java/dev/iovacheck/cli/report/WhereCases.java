package dev.iovacheck.cli.report;

import dev.iovacheck.model.allowance.Allowance;
import dev.iovacheck.model.allowance.Allowances;
import dev.iovacheck.model.allowance.Cut;
import dev.iovacheck.model.allowance.Rule;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Allowances of a configuration as all forms of {@code where} list them: by group, by device, and by who was probed first. */
final class WhereCases {

    private final LocatedConfiguration located;

    WhereCases(LocatedConfiguration located) {
        this.located = located;
    }

    /** Devices that share a domain. */
    record Group(String name, List<Owner> owners) {

        Group {
            owners = List.copyOf(owners);
        }

        /** {@code group g0, 2 devices}. */
        String title() {
            return "group " + name + (owners.size() == 1 ? "" : ", " + Numbers.of(owners.size(), "device"));
        }
    }

    /** A device with all that may be allowed for it. */
    record Owner(Device device, List<Case> cases) {

        Owner {
            cases = List.copyOf(cases);
        }
    }

    /**
     * What is allowed in some cases.
     *
     * @param initialisers names of those who were probed first; empty if that makes no difference
     */
    record Case(Allowance allowance, List<String> initialisers) {

        Case {
            initialisers = List.copyOf(initialisers);
        }

        /** {@code if a or b is probed first}; empty if that makes no difference. */
        String condition() {
            return initialisers.isEmpty() ? "" : "if " + String.join(" or ", initialisers) + " is probed first";
        }
    }

    List<Group> groups() {
        Map<String, List<Allowance>> groups = new LinkedHashMap<>();
        for (Allowance allowance : new Allowances(located).all()) {
            groups.computeIfAbsent(String.valueOf(allowance.device().group()), key -> new ArrayList<>())
                    .add(allowance);
        }
        return groups.entrySet().stream()
                .map(group -> new Group(group.getKey(), owners(group.getValue())))
                .toList();
    }

    private static List<Owner> owners(List<Allowance> allowances) {
        return allowances.stream()
                .map(Allowance::device)
                .distinct()
                .map(device -> new Owner(
                        device,
                        cases(
                                device,
                                allowances.stream()
                                        .filter(allowance -> allowance.device().equals(device))
                                        .toList())))
                .toList();
    }

    private static List<Case> cases(Device device, List<Allowance> allowances) {
        Map<Object, List<Allowance>> same = allowances.stream()
                .collect(Collectors.groupingBy(Allowance::allowed, LinkedHashMap::new, Collectors.toList()));
        List<Case> cases = new ArrayList<>();
        for (List<Allowance> each : same.values()) {
            // The reasons of the device itself, if that is among those that make no difference.
            Allowance told = each.stream()
                    .filter(allowance -> allowance.initialiser().equals(device))
                    .findFirst()
                    .orElse(each.get(0));
            cases.add(new Case(
                    told,
                    same.size() == 1
                            ? List.of()
                            : each.stream()
                                    .map(allowance -> allowance.initialiser().name())
                                    .toList()));
        }
        return cases;
    }

    /** Names of devices that nothing bounds. */
    List<String> unbounded() {
        return located.configuration().devices().stream()
                .filter(device -> device.group() == null)
                .map(Device::name)
                .toList();
    }

    /** Windows that only domains of users keep off. */
    List<Cut> notCut(Device device) {
        List<Cut> kept = new ArrayList<>();
        for (int index = 0; index < device.regions().size(); index++) {
            FirmwareRegion region = device.regions().get(index);
            if (region.type() == FirmwareRegion.Type.SW_MSI) {
                kept.add(new Cut(
                        region.extent(), Rule.REGION, region.type(), located.regionPlace(device.index(), index)));
            }
        }
        return kept;
    }

    /** Who says what the hardware can use. */
    String windowPlace(Device device) {
        return located.place(LocatedConfiguration.Key.WINDOW, device.index());
    }

    /** Why it is cut: the rule, and the kind of the region if it is one. */
    static String reason(Cut cut) {
        return cut.type() == null
                ? cut.rule().text()
                : cut.rule().text() + " ("
                        + cut.type().name().toLowerCase(Locale.ROOT).replace('_', '-') + ")";
    }
}
