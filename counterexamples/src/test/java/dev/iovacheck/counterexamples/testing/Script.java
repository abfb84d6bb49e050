package dev.iovacheck.counterexamples.testing;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.WrongUnmap;
import java.util.ArrayList;
import java.util.List;

/** Writes down what happens, one line for each action; everything happens in the first group. */
public final class Script {

    private final Configuration configuration;
    private final List<Action> actions = new ArrayList<>();

    public Script(Configuration configuration) {
        this.configuration = configuration;
    }

    private int group(int device) {
        return configuration.devices().get(device).group() == null ? -1 : 0;
    }

    public Script add(int device) {
        actions.add(new Action(Action.Kind.ADD, -1, false, device, -1, group(device), 0, 0, 0));
        return this;
    }

    public Script remove(int device) {
        actions.add(new Action(Action.Kind.REMOVE, -1, false, device, -1, group(device), 0, 0, 0));
        return this;
    }

    public Script reserve(int reservation) {
        return reserve(reservation, false);
    }

    public Script reserve(int reservation, boolean noMemory) {
        int device = configuration.reservations().get(reservation).device();
        actions.add(new Action(Action.Kind.RESERVE, -1, noMemory, device, reservation, group(device), 0, 0, 0));
        return this;
    }

    /** @param cpu -1 for sizes that are never cached */
    public Script map(int device, long bytes, int cpu) {
        return map(device, bytes, cpu, false);
    }

    public Script map(int device, long bytes, int cpu, boolean noMemory) {
        actions.add(new Action(Action.Kind.MAP, cpu, noMemory, device, -1, group(device), bytes, 0, 0));
        return this;
    }

    /** @param cpu -1 for sizes that are never cached */
    public Script unmap(int device, long bytes, long address, int cpu) {
        actions.add(new Action(Action.Kind.UNMAP, cpu, false, device, -1, group(device), bytes, address, 0));
        return this;
    }

    /** Against the rules, what was undone last. */
    public Script unmapAgain(int device, long bytes, long address, int cpu) {
        int again = WrongUnmap.AGAIN.ordinal();
        actions.add(new Action(Action.Kind.WRONG_UNMAP, cpu, false, device, -1, group(device), bytes, address, again));
        return this;
    }

    public Script offline(int cpu) {
        actions.add(new Action(Action.Kind.CPU_OFFLINE, cpu, false, -1, -1, -1, 0, 0, 0));
        return this;
    }

    public Script depotWork(int order) {
        actions.add(new Action(Action.Kind.DEPOT_WORK, -1, false, -1, -1, 0, 0, 0, order));
        return this;
    }

    public Replay replay(Invariant invariant) {
        return Replayer.replay(counterexample(invariant));
    }

    /** Not confirmed. */
    public Counterexample counterexample(Invariant invariant) {
        List<Integer> devices =
                configuration.devices().stream().map(Device::index).toList();
        return new Counterexample(configuration, devices, invariant, actions);
    }
}
