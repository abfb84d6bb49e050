package dev.iovacheck.model.config;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A configuration together with where its file says what. A place is {@code file:line:column}, or {@code file: node: property} if the
 * file is a device tree.
 *
 * @param configuration what was read
 * @param common places of what is common to all devices
 * @param devices places for each device, in the order of the configuration
 * @param regions for each device the places of its regions, in the order of these; empty where all are in one place
 * @param reservations place of each reservation, in the order of the configuration
 * @param goals place of each goal, in the order of the configuration; empty if the file is no configuration
 * @param expected places of what {@code expect:} says, by its keys
 */
public record LocatedConfiguration(
        Configuration configuration,
        Map<Key, String> common,
        List<Map<Key, String>> devices,
        List<List<String>> regions,
        List<String> reservations,
        List<String> goals,
        Map<String, String> expected) {

    /** What has a place. */
    public enum Key {
        APERTURE,
        /** The device as a whole: its name. */
        DEVICE,
        WINDOW,
        MASK,
        REGIONS,
        DMA_RANGES,
        BRIDGE_WINDOWS,
        IOMMU_RANGES,
        GROUP,
        WORKLOAD
    }

    public LocatedConfiguration {
        common = Map.copyOf(common);
        devices = devices.stream().map(Map::copyOf).toList();
        regions = regions.stream().map(List::copyOf).toList();
        reservations = List.copyOf(reservations);
        goals = List.copyOf(goals);
        expected = Map.copyOf(expected);
    }

    /** Of a file that expects nothing and sets no goals, such as a device tree. */
    public LocatedConfiguration(
            Configuration configuration,
            Map<Key, String> common,
            List<Map<Key, String>> devices,
            List<List<String>> regions,
            List<String> reservations) {
        this(configuration, common, devices, regions, reservations, List.of(), Map.of());
    }

    static LocatedConfiguration of(Configuration configuration, Draft draft) {
        String source = configuration.source();
        List<Map<Key, String>> devices = draft.devices().stream()
                .map(device -> {
                    Map<Key, String> places = new EnumMap<>(Key.class);
                    places.put(Key.DEVICE, at(source, device.name().place()));
                    places.put(Key.WINDOW, at(source, device.window().place()));
                    places.put(Key.MASK, at(source, device.mask().place()));
                    places.put(Key.REGIONS, at(source, device.regions().place()));
                    places.put(Key.DMA_RANGES, at(source, device.dmaRanges().place()));
                    places.put(
                            Key.BRIDGE_WINDOWS,
                            at(source, device.bridgeWindows().place()));
                    places.put(Key.IOMMU_RANGES, at(source, device.iommuRanges().place()));
                    places.put(Key.GROUP, at(source, device.group().place()));
                    draft.workload().stream()
                            .filter(work ->
                                    work.device().value().equals(device.name().value()))
                            .forEach(work -> places.put(
                                    Key.WORKLOAD, at(source, work.buffers().place())));
                    return places;
                })
                .toList();
        Map<String, String> expected = new HashMap<>();
        draft.verdicts()
                .forEach(verdict -> expected.put(
                        verdict.invariant().value(),
                        at(source, verdict.invariant().place())));
        expected.put("states", at(source, draft.expectedStates().place()));
        return new LocatedConfiguration(
                configuration,
                Map.of(Key.APERTURE, at(source, draft.aperture().place())),
                devices,
                devices.stream().map(device -> List.<String>of()).toList(),
                draft.reservations().value().stream()
                        .map(reservation -> at(source, reservation.place()))
                        .toList(),
                draft.goals().value().stream()
                        .map(goal -> at(source, goal.place()))
                        .toList(),
                expected);
    }

    private static String at(String source, Place place) {
        return source + ":" + place.line() + ":" + place.column();
    }

    /**
     * Where the file says something; where what it belongs to begins, if it is left unsaid.
     *
     * @param device index of the device; not looked at for what is common to all
     * @return {@code file:line:column}, or {@code file: node: property}
     */
    public String place(Key key, int device) {
        String place =
                key == Key.APERTURE ? common.get(key) : devices.get(device).get(key);
        return Objects.requireNonNullElse(place, configuration.source());
    }

    /** Where the file says the region at a position of a device's list. */
    public String regionPlace(int device, int region) {
        List<String> places = regions.get(device);
        return region < places.size() ? places.get(region) : place(Key.REGIONS, device);
    }
}
