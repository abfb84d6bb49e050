package dev.iovacheck.engine.naive;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is known of drivers beyond their mappings.
 *
 * @param mistaken whether one of them has made its mistake; then the last undoing is forgotten
 * @param undone what was undone last, if somebody may undo it again
 * @param unattached devices that are to be attached by their first mapping
 */
record NaiveDrivers(boolean mistaken, Optional<NaiveMapping> undone, Set<Integer> unattached) {

    static final NaiveDrivers AT_FIRST = new NaiveDrivers(false, Optional.empty(), Set.of());

    NaiveDrivers withDevicesRenamed(int[] names) {
        Set<Integer> renamed = new TreeSet<>();
        unattached.forEach(device -> renamed.add(names[device]));
        return new NaiveDrivers(mistaken, undone.map(last -> last.withDeviceRenamed(names)), renamed);
    }
}
