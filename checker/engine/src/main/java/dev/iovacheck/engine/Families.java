package dev.iovacheck.engine;

import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * The kinds of things that a configuration lets happen, to see afterwards which of them never did: a machine that can do nothing keeps
 * every rule.
 */
public final class Families {

    private final List<String> names = new ArrayList<>();
    private final int[] adds;
    private final int[] removes;
    private final int[][] maps;
    private final int[][] unmaps;
    private final int[] calls;
    private final int offline;
    private final int comesOnline;
    private final int depotWork;

    /** @param machine whose configuration and devices it is about */
    public Families(Machine machine) {
        Configuration configuration = machine.configuration();
        int devices = configuration.devices().size();
        adds = new int[devices];
        removes = new int[devices];
        maps = new int[devices][];
        unmaps = new int[devices][];
        for (int index = 0; index < machine.deviceCount(); index++) {
            Device device = configuration.devices().get(machine.device(index));
            int at = device.index();
            adds[at] = name("probe of " + device.name());
            removes[at] = configuration.exploration().removal() ? name("removal of " + device.name()) : -1;
            maps[at] = new int[device.mapSizes().size()];
            unmaps[at] = new int[device.mapSizes().size()];
            for (int size = 0; size < maps[at].length; size++) {
                String bytes = ByteSize.of(device.mapSizes().get(size));
                maps[at][size] = name("map(" + device.name() + ", " + bytes + ") with success");
                unmaps[at][size] = name("unmap of " + bytes + " by " + device.name());
            }
        }
        calls = new int[configuration.reservations().size()];
        for (Reservation call : configuration.reservations()) {
            if (configuration.mechanism().isCall() && isMember(machine, call.device())) {
                String device = configuration.devices().get(call.device()).name();
                calls[call.index()] = call.when() == Reservation.When.AT_PROBE
                        ? -1
                        : name("reservation call " + (call.index() + 1) + " by " + device + " with success");
            }
        }
        offline =
                configuration.exploration().cpuHotplug() && configuration.cpus() > 1 ? name("a CPU going offline") : -1;
        comesOnline =
                configuration.exploration().cpuHotplug() && configuration.cpus() > 1 ? name("a CPU coming online") : -1;
        depotWork = configuration.exploration().depotWork() ? name("a run of the depot worker") : -1;
    }

    private static boolean isMember(Machine machine, int device) {
        for (int index = 0; index < machine.deviceCount(); index++) {
            if (machine.device(index) == device) {
                return true;
            }
        }
        return false;
    }

    private int name(String text) {
        names.add(text);
        return names.size() - 1;
    }

    /** How many there are. */
    public int count() {
        return names.size();
    }

    /** In words. */
    public String name(int family) {
        return names.get(family);
    }

    /** Which one a step belongs to; -1 for a step that counts for none (a failed map, say). */
    public int of(Step step) {
        Outcome.Kind outcome = step.outcome().kind();
        return switch (step.kind()) {
            case ADD -> adds[step.device()];
            case REMOVE -> removes[step.device()];
            case RESERVE -> outcome == Outcome.Kind.SUCCESS ? calls[step.reservation()] : -1;
            case MAP -> outcome == Outcome.Kind.ADDRESS ? maps[step.device()][step.size()] : -1;
            case UNMAP -> unmaps[step.device()][step.size()];
            case CPU_OFFLINE -> offline;
            case CPU_ONLINE -> comesOnline;
            case DEPOT_WORK -> depotWork;
        };
    }
}
