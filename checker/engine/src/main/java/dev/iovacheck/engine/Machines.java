package dev.iovacheck.engine;

import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Symmetry;
import org.jspecify.annotations.Nullable;

/** Makes the machines of one part of a configuration. */
final class Machines {

    private final Configuration configuration;
    private final int[] devices;
    private final @Nullable Defect defect;

    /**
     * @param devices indices of the devices that take part
     * @param defect a mistake planted into them, for tests; {@code null} for none
     */
    Machines(Configuration configuration, int[] devices, @Nullable Defect defect) {
        this.configuration = configuration;
        this.devices = devices;
        this.defect = defect;
    }

    /** @param symmetry what its stored states forget */
    Machine make(Symmetry symmetry) {
        return defect == null
                ? new Machine(configuration, devices, symmetry)
                : Machine.withDefect(configuration, devices, symmetry, defect);
    }

    /** Indices of the devices that take part. */
    int[] devices() {
        return devices;
    }
}
