package dev.iovacheck.engine.naive;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that is true at one moment.
 *
 * @param oops the kernel has died; then nothing else is said
 * @param online CPUs
 * @param present devices that were added and not removed
 * @param translated those of them whose DMA goes through the IOMMU
 * @param prefersLow those of them that still try an address below 4 GiB first
 * @param called reservation calls that returned 0 since their device was added
 * @param promised reservation calls that returned 0 since the domain was made and were not taken back
 * @param drivers what is known of them beyond their mappings
 * @param bound devices with a driver
 * @param groups what is true of groups that exist, beside their allocators
 * @param domains by group; a group without devices has none
 */
record NaiveState(
        boolean oops,
        Set<Integer> online,
        Set<Integer> present,
        Set<Integer> translated,
        Set<Integer> prefersLow,
        Set<Integer> called,
        Set<Integer> promised,
        NaiveDrivers drivers,
        Set<Integer> bound,
        Map<String, NaiveGroup> groups,
        Map<String, NaiveDomain> domains) {

    /** All states after an oops are one: nothing happens any more. */
    static final NaiveState OOPS = new NaiveState(
            true,
            Set.of(),
            Set.of(),
            Set.of(),
            Set.of(),
            Set.of(),
            Set.of(),
            NaiveDrivers.AT_FIRST,
            Set.of(),
            Map.of(),
            Map.of());

    NaiveState withCpusRenamed(int[] names) {
        Set<Integer> renamed = new TreeSet<>();
        online.forEach(cpu -> renamed.add(names[cpu]));
        Map<String, NaiveDomain> changed = new TreeMap<>();
        domains.forEach((group, domain) -> changed.put(group, domain.withCpusRenamed(names)));
        return new NaiveState(
                oops, renamed, present, translated, prefersLow, called, promised, drivers, bound, groups, changed);
    }

    /** @param calls new names of reservation calls, which go with their devices */
    NaiveState withDevicesRenamed(int[] names, int[] calls) {
        Map<String, NaiveDomain> changed = new TreeMap<>();
        domains.forEach((group, domain) -> changed.put(group, domain.withDevicesRenamed(names)));
        Map<String, NaiveGroup> firsts = new TreeMap<>();
        groups.forEach((name, group) -> firsts.put(name, group.withDevicesRenamed(names)));
        return new NaiveState(
                oops,
                online,
                renamed(present, names),
                renamed(translated, names),
                renamed(prefersLow, names),
                renamed(called, calls),
                renamed(promised, calls),
                drivers.withDevicesRenamed(names),
                renamed(bound, names),
                firsts,
                changed);
    }

    private static Set<Integer> renamed(Set<Integer> numbers, int[] names) {
        Set<Integer> renamed = new TreeSet<>();
        numbers.forEach(number -> renamed.add(names[number]));
        return renamed;
    }
}
