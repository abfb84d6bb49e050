package dev.iovacheck.engine.naive;

import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Reservation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * New names for everything that may have others, by number.
 *
 * @param calls reservation calls go with their devices
 */
record Renaming(List<Integer> cpus, List<Integer> devices, List<Integer> calls) {

    NaiveState of(NaiveState state) {
        return state.withCpusRenamed(numbers(cpus)).withDevicesRenamed(numbers(devices), numbers(calls));
    }

    private static int[] numbers(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * All renamings.
     *
     * @param cpus whether CPUs may change their numbers
     * @param twins for each device the first one that is alike; -1 for a device that keeps its name
     */
    static List<Renaming> all(Configuration configuration, boolean cpus, int[] twins) {
        List<Renaming> all = new ArrayList<>();
        for (List<Integer> numbers : permutations(configuration.cpus())) {
            if (!cpus && !isIdentity(numbers)) {
                continue;
            }
            for (List<Integer> devices : permutations(twins.length)) {
                boolean alike = IntStream.range(0, twins.length)
                        .allMatch(device -> twins[device] == twins[devices.get(device)]
                                && (twins[device] >= 0 || devices.get(device) == device));
                if (alike) {
                    all.add(new Renaming(numbers, devices, calls(configuration, devices)));
                }
            }
        }
        return all;
    }

    /** The first call of a device becomes the first of the other, and so on. */
    private static List<Integer> calls(Configuration configuration, List<Integer> devices) {
        List<Integer> names = new ArrayList<>();
        for (Reservation call : configuration.reservations()) {
            List<Integer> own = of(configuration, call.device());
            List<Integer> ofTwin = call.device() < 0 ? own : of(configuration, devices.get(call.device()));
            // What is not called but written in the device tree may differ in number; it is in no state.
            names.add(ofTwin.size() == own.size() ? ofTwin.get(own.indexOf(call.index())) : call.index());
        }
        return names;
    }

    private static List<Integer> of(Configuration configuration, int device) {
        return configuration.reservations().stream()
                .filter(call -> call.device() == device)
                .map(Reservation::index)
                .toList();
    }

    private static boolean isIdentity(List<Integer> numbers) {
        return numbers.stream().sorted().toList().equals(numbers);
    }

    private static List<List<Integer>> permutations(int size) {
        if (size == 0) {
            return List.of(List.of());
        }
        List<List<Integer>> all = new ArrayList<>();
        for (List<Integer> smaller : permutations(size - 1)) {
            for (int place = 0; place < size; place++) {
                List<Integer> larger = new ArrayList<>(smaller);
                larger.add(place, size - 1);
                all.add(larger);
            }
        }
        return all;
    }
}
