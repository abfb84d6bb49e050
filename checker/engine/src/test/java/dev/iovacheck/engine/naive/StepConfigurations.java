package dev.iovacheck.engine.naive;

import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes configurations of every kind in which two CPUs interrupt each other's calls, small enough to be looked at completely. */
public final class StepConfigurations {

    private final Random random;

    public StepConfigurations(Random random) {
        this.random = random;
    }

    /** With all invariants; all devices depend on each other, and one of them maps. */
    public Configuration next() {
        Configuration calls = new SmallConfigurations(random, Catalogue.ids()).next();
        while (Machine.independentParts(calls).size() > 1
                || calls.devices().stream().allMatch(device -> device.mapSizes().isEmpty() || device.group() == null)) {
            calls = new SmallConfigurations(random, Catalogue.ids()).next();
        }
        Exploration exploration = calls.exploration();
        return calls.toBuilder()
                .cpus(2)
                .devices(calls.devices().stream().map(this::light).toList())
                .exploration(withOthers(
                        exploration,
                        new Exploration(
                                exploration.noMemory() && random.nextInt(2) == 0,
                                exploration.removal() && random.nextInt(2) == 0,
                                exploration.cpuHotplug(),
                                exploration.depotWork() && random.nextInt(2) == 0,
                                Interleaving.STEPS)))
                .build();
    }

    /** With the failures and mistakes of the other one. */
    private static Exploration withOthers(Exploration other, Exploration exploration) {
        Exploration all = exploration;
        for (Exploration.Option option : other.options()) {
            if (option.isFault() && option != Exploration.Option.NO_MEMORY) {
                all = all.with(option);
            }
        }
        return all;
    }

    /** The same configuration with calls that nothing interrupts or with steps, on so many CPUs. */
    public static Configuration with(Configuration configuration, int cpus, Interleaving interleaving) {
        Exploration exploration = configuration.exploration();
        return configuration.toBuilder()
                .cpus(cpus)
                .exploration(exploration.with(interleaving))
                .build();
    }

    private Device light(Device device) {
        List<Buffer> buffers = new ArrayList<>(device.buffers());
        while (buffers.size() > 1 && random.nextInt(3) > 0) {
            buffers.remove(random.nextInt(buffers.size()));
        }
        return device.toBuilder()
                .buffers(buffers)
                .live(Math.min(device.live(), 1 + random.nextInt(2)))
                .build();
    }
}
