package dev.iovacheck.counterexamples.trace;

import dev.iovacheck.model.config.Configuration;
import java.util.List;
import java.util.Objects;

/** Actions name groups by their place among those of the devices that take part; files name them by name. */
final class GroupNames {

    private GroupNames() {}

    /** Names of the groups of these devices, in the order in which a machine numbers them. */
    static List<String> of(Configuration configuration, List<Integer> devices) {
        return devices.stream()
                .map(device -> configuration.devices().get(device).group())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }
}
