package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.allowance.Allowance;
import dev.iovacheck.model.allowance.Allowances;
import dev.iovacheck.model.allowance.Cut;
import dev.iovacheck.model.allowance.Rule;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is known about devices beside a recording: from a configuration, a device tree or sysfs.
 *
 * @param devices those behind IOMMUs
 */
public record Surroundings(List<KnownDevice> devices) {

    /** Nothing is known. */
    public static final Surroundings NONE = new Surroundings(List.of());

    public Surroundings {
        devices = List.copyOf(devices);
    }

    /**
     * A device.
     *
     * @param name as sysfs and recordings call it
     * @param group its group, by a name that only it has
     * @param window bytes that the hardware can use; empty if nobody says so
     * @param regions bytes that are not to be handed out
     */
    public record KnownDevice(String name, String group, Optional<Extent> window, List<KnownRegion> regions) {

        public KnownDevice {
            regions = List.copyOf(regions);
        }
    }

    /**
     * A range that is reserved for a device.
     *
     * @param bytes inclusive
     * @param type as sysfs has it, or the rule: {@code direct}, {@code msi}, {@code bridge-window}
     * @param place the line or property that says so
     */
    public record KnownRegion(Extent bytes, String type, String place) {

        /** Whether mappings with the same address on both sides belong there. */
        public boolean isDirect() {
            return type.startsWith("direct");
        }
    }

    /** What configurations say of their devices: of each what is kept off its domain if it is the first of its group. */
    public static Surroundings of(List<LocatedConfiguration> configurations) {
        List<KnownDevice> devices = new ArrayList<>();
        for (int number = 0; number < configurations.size(); number++) {
            LocatedConfiguration located = configurations.get(number);
            for (Allowance allowance : new Allowances(located).all()) {
                if (allowance.device().index() == allowance.initialiser().index()) {
                    devices.add(known(located, allowance, number));
                }
            }
        }
        return new Surroundings(devices);
    }

    private static KnownDevice known(LocatedConfiguration located, Allowance allowance, int number) {
        Device device = allowance.device();
        List<KnownRegion> regions = new ArrayList<>();
        for (Cut cut : allowance.cuts()) {
            switch (cut.rule()) {
                case REGION, IOMMU_ADDRESSES, BRIDGE_WINDOW, DMA_GAP, IOMMU_RANGES ->
                    regions.add(new KnownRegion(cut.bytes(), type(cut), cut.place()));
                default -> {}
            }
        }
        boolean assumed =
                located.place(LocatedConfiguration.Key.WINDOW, device.index()).equals("assumed");
        return new KnownDevice(
                device.name(),
                number + "/" + device.group(),
                assumed ? Optional.empty() : Optional.of(device.window()),
                regions);
    }

    private static String type(Cut cut) {
        FirmwareRegion.Type type = cut.type();
        Enum<?> named = type == null || cut.rule() == Rule.IOMMU_ADDRESSES ? cut.rule() : type;
        return named.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The device of this name. */
    public Optional<KnownDevice> device(String name) {
        return devices.stream().filter(device -> device.name().equals(name)).findFirst();
    }

    /** The regions of a device and of those that share its group. */
    List<KnownRegion> regionsOfGroup(String name) {
        Optional<String> group = device(name).map(KnownDevice::group);
        if (group.isEmpty()) {
            return List.of();
        }
        return devices.stream()
                .filter(device -> device.group().equals(group.get()))
                .flatMap(device -> device.regions().stream())
                .distinct()
                .toList();
    }

    /** How many groups there are. */
    long groups() {
        return devices.stream().map(KnownDevice::group).distinct().count();
    }
}
