package dev.iovacheck.model.config;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A configuration together with where its file says what.
 *
 * @param configuration what was read
 * @param common places of what is common to all devices
 * @param devices places for each device, in the order of the configuration
 */
public record LocatedConfiguration(
        Configuration configuration, Map<Key, String> common, List<Map<Key, String>> devices) {

    /** What has a place. */
    public enum Key {
        APERTURE,
        WINDOW,
        MASK,
        REGIONS,
        GROUP,
        WORKLOAD
    }

    public LocatedConfiguration {
        common = Map.copyOf(common);
        devices = devices.stream().map(Map::copyOf).toList();
    }

    static LocatedConfiguration of(Configuration configuration, Draft draft) {
        String source = configuration.source();
        List<Map<Key, String>> devices = draft.devices().stream()
                .map(device -> {
                    Map<Key, String> places = new EnumMap<>(Key.class);
                    places.put(Key.WINDOW, at(source, device.window().place()));
                    places.put(Key.MASK, at(source, device.mask().place()));
                    places.put(Key.REGIONS, at(source, device.regions().place()));
                    places.put(Key.GROUP, at(source, device.group().place()));
                    draft.workload().stream()
                            .filter(work ->
                                    work.device().value().equals(device.name().value()))
                            .forEach(work -> places.put(
                                    Key.WORKLOAD, at(source, work.buffers().place())));
                    return places;
                })
                .toList();
        return new LocatedConfiguration(
                configuration, Map.of(Key.APERTURE, at(source, draft.aperture().place())), devices);
    }

    private static String at(String source, Place place) {
        return source + ":" + place.line() + ":" + place.column();
    }

    /**
     * Where the file says something; where what it belongs to begins, if it is left unsaid.
     *
     * @param device index of the device; not looked at for what is common to all
     * @return {@code file:line:column}
     */
    public String place(Key key, int device) {
        String place =
                key == Key.APERTURE ? common.get(key) : devices.get(device).get(key);
        return Objects.requireNonNullElse(place, configuration.source());
    }
}
