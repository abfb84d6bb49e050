package dev.iovacheck.model.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The order in which the devices of a machine are stored. Devices that are alike are sorted by everything the state says of them,
 * so that states that differ only in who is who are stored alike. Two that tie can change places without any change.
 */
final class DeviceOrder {

    private final MachineState state;
    private final Blueprint plan;

    /** Sets of devices that are alike, at least two each, ascending. Empty if devices keep their names. */
    private final int[][] classes;

    /** Reservation calls of each device that is in a class, by device index, in order. */
    private final int[][] calls;

    /** The device whose state is stored as that of a device, by device index. */
    private final int[] stored;

    /** The device as which a device is stored, by device index: the inverse. */
    private final int[] names;

    /** The call that is stored as a call, by reservation index. */
    private final int[] storedCalls;

    DeviceOrder(Blueprint plan, MachineState state, boolean interchangeable) {
        this.plan = plan;
        this.state = state;
        int devices = plan.setups.length;
        classes = interchangeable ? classes(plan) : new int[0][];
        calls = new int[devices][];
        for (int[] alike : classes) {
            for (int device : alike) {
                calls[device] = Arrays.stream(plan.reservations)
                        .filter(index ->
                                plan.configuration.reservations().get(index).device() == device)
                        .toArray();
            }
        }
        stored = new int[devices];
        names = new int[devices];
        Arrays.setAll(stored, device -> device);
        Arrays.setAll(names, device -> device);
        storedCalls = new int[plan.configuration.reservations().size()];
        Arrays.setAll(storedCalls, call -> call);
    }

    private static int[][] classes(Blueprint plan) {
        List<int[]> found = new ArrayList<>();
        for (int first : plan.devices) {
            int[] alike = Arrays.stream(plan.devices)
                    .filter(device -> plan.twinOf[device] == first)
                    .toArray();
            if (alike.length > 1) {
                found.add(alike);
            }
        }
        return found.toArray(int[][]::new);
    }

    /** Whether there is anything to sort. */
    boolean renames() {
        return classes.length > 0;
    }

    /** Sorts the devices of the current state. */
    void sort() {
        for (int[] alike : classes) {
            for (int place = 0; place < alike.length; place++) {
                int at = place;
                while (at > 0 && compare(stored[alike[at - 1]], alike[place]) > 0) {
                    stored[alike[at]] = stored[alike[at - 1]];
                    at--;
                }
                stored[alike[at]] = alike[place];
            }
            for (int name : alike) {
                int device = stored[name];
                names[device] = name;
                for (int number = 0; number < calls[name].length; number++) {
                    storedCalls[calls[name][number]] = calls[device][number];
                }
            }
        }
    }

    /** Which device's state is to be stored as that of {@code name}. */
    int stored(int name) {
        return stored[name];
    }

    /** Which call's state is to be stored as that of {@code call}. */
    int storedCall(int call) {
        return storedCalls[call];
    }

    /** Which device {@code device} is stored as. */
    int name(int device) {
        return names[device];
    }

    /** Orders two devices that are alike by what the state says of them; 0 if it says the same. */
    private int compare(int one, int other) {
        int difference = Boolean.compare(state.present.has(one), state.present.has(other));
        if (difference == 0) {
            difference = Boolean.compare(state.usesDmaIommu.has(one), state.usesDmaIommu.has(other));
        }
        if (difference == 0) {
            difference = Boolean.compare(state.tries32Bit.has(one), state.tries32Bit.has(other));
        }
        if (difference == 0) {
            difference = Boolean.compare(state.attachPending.has(one), state.attachPending.has(other));
        }
        DefaultDomain domain = state.domains[plan.domainOf[one]];
        if (difference == 0) {
            difference = Boolean.compare(domain.initialiser() == one, domain.initialiser() == other);
        }
        if (difference == 0) {
            difference = Boolean.compare(state.bound.has(one), state.bound.has(other));
        }
        if (difference == 0 && plan.replacesDomains) {
            difference = Boolean.compare(domain.firstMember() == one, domain.firstMember() == other);
        }
        if (difference == 0) {
            difference = Boolean.compare(domain.hasDirectMaps(one), domain.hasDirectMaps(other));
        }
        if (difference == 0) {
            difference = Boolean.compare(domain.hasHoles(one), domain.hasHoles(other));
        }
        for (int number = 0; difference == 0 && number < calls[one].length; number++) {
            difference = compareCalls(calls[one][number], calls[other][number]);
        }
        return difference == 0 ? compareMappings(domain.live(), one, other) : difference;
    }

    private int compareCalls(int one, int other) {
        int difference = Boolean.compare(state.called.has(one), state.called.has(other));
        return difference == 0 ? Boolean.compare(state.promised.has(one), state.promised.has(other)) : difference;
    }

    private int compareMappings(LiveMappings live, int one, int other) {
        int difference = Integer.compare(state.liveOf[one], state.liveOf[other]);
        int mapping = next(live, -1, one);
        int otherMapping = next(live, -1, other);
        while (difference == 0 && mapping < live.count() && otherMapping < live.count()) {
            difference = live.compareButForDevice(mapping, otherMapping);
            mapping = next(live, mapping, one);
            otherMapping = next(live, otherMapping, other);
        }
        // As many mappings may have different numbers of ranges.
        return difference == 0 ? Integer.compare(otherMapping, mapping) : difference;
    }

    /** The next range of a device; the number of all ranges if there is none. */
    private static int next(LiveMappings live, int after, int device) {
        int mapping = after + 1;
        while (mapping < live.count() && live.device(mapping) != device) {
            mapping++;
        }
        return mapping;
    }

    /** In how many ways the sorted devices can be named, states that come out the same being one. */
    long namings() {
        long ways = 1;
        for (int[] alike : classes) {
            int ties = 1;
            for (int place = 1; place < alike.length; place++) {
                ties = compare(stored[alike[place - 1]], stored[alike[place]]) == 0 ? ties + 1 : 1;
                ways = ways * (place + 1) / ties; // n! over the factorial of each run of ties
            }
        }
        return ways;
    }
}
