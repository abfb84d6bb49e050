package dev.iovacheck.constraint.unroll;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Symmetry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.chocosolver.solver.variables.IntVar;
import org.eclipse.collections.impl.list.mutable.primitive.IntArrayList;

/** A run that the solver has found, as actions of the real machine. */
final class Concrete {

    private final Setting setting;
    private final Run run;

    /** With the values that the solver has just found. */
    Concrete(Setting setting, Run run) {
        this.setting = setting;
        this.run = run;
    }

    /** What the solver claims; it is the replayer's to say whether it is so. */
    Counterexample counterexample(Invariant invariant) {
        Configuration configuration = configuration();
        int[] devices = {setting.device()};
        Machine machine = new Machine(configuration, devices, Symmetry.NAMES_KEPT);
        List<Action> actions = new ArrayList<>();
        Map<Integer, Long> addresses = new HashMap<>();
        take(machine, action -> action.kind() == Action.Kind.ADD, actions);
        int calls = 0;
        for (int step = 0; step < run.chosen().size(); step++) {
            Choice choice = run.choice(step);
            switch (choice.kind()) {
                case MAP -> {
                    long bytes = bytes(step);
                    take(
                            machine,
                            action ->
                                    action.kind() == Action.Kind.MAP && action.size() == bytes && isOn(action, choice),
                            actions);
                    if (machine.outcome().kind() == Outcome.Kind.ADDRESS) {
                        addresses.put(step, machine.outcome().address());
                    }
                }
                case UNMAP -> {
                    long address = addresses.getOrDefault(choice.number(), -1L);
                    take(
                            machine,
                            action -> action.kind() == Action.Kind.UNMAP
                                    && action.address() == address
                                    && isOn(action, choice),
                            actions);
                }
                case CALL -> {
                    int index = arguments().hasAnyCalls()
                            ? calls++
                            : setting.calls().get(choice.number()).index();
                    take(
                            machine,
                            action -> action.kind() == Action.Kind.RESERVE && action.reservation() == index,
                            actions);
                }
            }
        }
        return new Counterexample(configuration, List.of(setting.device()), invariant, actions);
    }

    private ArgumentChoice arguments() {
        return run.space().scope().arguments();
    }

    /** How many bytes the map of a step asks for. */
    private long bytes(int step) {
        int request = run.choice(step).number();
        return arguments().hasAnySizes()
                ? (long) run.pages(step, request) << setting.shift()
                : setting.setup().buffer(request).bytes();
    }

    private static boolean isOn(Action action, Choice choice) {
        return action.cpu() < 0 || action.cpu() == choice.cpu();
    }

    /** An action that cannot be taken ends the run here; the replayer will not confirm what is left. */
    private static void take(Machine machine, Predicate<Action> wanted, List<Action> actions) {
        IntArrayList enabled = new IntArrayList();
        machine.enabled(enabled);
        int fallback = -1;
        for (int index = 0; index < enabled.size(); index++) {
            Action action = machine.describe(enabled.get(index));
            if (wanted.test(action)) {
                fallback = enabled.get(index);
                break;
            }
        }
        if (fallback >= 0) {
            actions.add(machine.describe(fallback));
            machine.apply(fallback);
        }
    }

    /** The same configuration with the calls and the buffers that were found. */
    private Configuration configuration() {
        if (!arguments().hasAnyCalls()) {
            return setting.configuration();
        }
        List<Reservation> calls = new ArrayList<>();
        Set<Long> sizes = new LinkedHashSet<>();
        int maps = 0;
        for (int step = 0; step < run.chosen().size(); step++) {
            switch (run.choice(step).kind()) {
                case CALL -> calls.add(call(run.calls().get(step), calls.size()));
                case MAP -> {
                    sizes.add(bytes(step));
                    maps++;
                }
                case UNMAP -> {
                    // It has no arguments of its own.
                }
            }
        }
        List<Device> devices = new ArrayList<>(setting.configuration().devices());
        Device.Builder device = devices.get(setting.device()).toBuilder();
        if (arguments().hasAnySizes() && maps > 0) {
            device.buffers(sizes.stream().map(Buffer::page).toList()).live(maps);
        }
        devices.set(setting.device(), device.build());
        return setting.configuration().toBuilder()
                .devices(devices)
                .reservations(calls)
                .build();
    }

    private long pfn(IntVar found) {
        NavigableSet<Integer> ends = new TreeSet<>();
        for (int step = 0; step < run.chosen().size(); step++) {
            if (run.choice(step).kind() == Choice.Kind.CALL) {
                ends.add(run.calls().get(step).first().getValue());
                ends.add(run.calls().get(step).last().getValue());
            }
        }
        return run.space().coordinates().pfn(found.getValue(), ends);
    }

    private Reservation call(SymbolicCall call, int index) {
        int shift = setting.shift();
        long granule = 1L << shift;
        long start = pfn(call.first()) << shift;
        long last = (pfn(call.last()) << shift) + granule - 1;
        CallClass kind = CallClass.values()[call.kind().getValue()];
        boolean isSame = call.first().getValue() == call.last().getValue();
        long length =
                switch (kind) {
                    case EMPTY_AT_ZERO, EMPTY -> 0;
                    // All there is has no length of 64 bits: one granule is asked for in part.
                    case ENDS_INSIDE -> last - start + 1 == 0 ? -granule / 2 : last - start + 1;
                    case UNALIGNED -> last - start + 1 - granule / 2;
                    case WRAPS -> isSame ? -1 : last - start + 1;
                };
        boolean isInside = kind == CallClass.UNALIGNED
                || (kind == CallClass.EMPTY && isSame)
                || (kind == CallClass.WRAPS && (isSame || length == 0));
        if (kind == CallClass.WRAPS && !isSame && length == 0) {
            length = -granule / 2; // ends right before the granule it starts in the middle of
        }
        return new Reservation(
                index, setting.device(), null, isInside ? start + granule / 2 : start, length, Reservation.When.ANY);
    }
}
