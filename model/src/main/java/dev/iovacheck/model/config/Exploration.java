package dev.iovacheck.model.config;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Which optional actions the search tries, beside adding devices, reserving, mapping and unmapping, and how finely it mixes what
 * different CPUs do.
 *
 * @param options what is tried
 * @param interleaving what may come between what
 */
public record Exploration(Set<Option> options, Interleaving interleaving) {

    /** Something that may happen, or not, while drivers go about their work. */
    public enum Option {
        /** Atomic memory allocations may fail, in any call. */
        NO_MEMORY(true),
        /** Writing page-table entries may fail. */
        MAP_FAILURE(true),
        /** There may be no slot in the bounce buffer. */
        NO_BOUNCE_SLOT(true),
        /** A deferred attachment to the domain may fail. */
        ATTACH_FAILURE(true),
        /** A driver may undo the mapping that was undone last once more. */
        DOUBLE_UNMAP(true),
        /** A driver may undo a mapping with the size of another of its buffers. */
        WRONG_SIZE(true),
        /** A driver may undo a mapping by an address in the middle of it. */
        INNER_ADDRESS(true),
        /** A driver may map before it has reserved what it must reserve before. */
        LATE_RESERVE(true),
        /** A device may go while its driver holds mappings. */
        USE_AFTER_REMOVE(true),
        /** Devices may be removed, and added again. */
        REMOVAL(false),
        /** CPUs may go offline and come back; one always stays online. */
        CPU_HOTPLUG(false),
        /** The delayed depot worker of 7.1 runs; 6.1 has none. */
        DEPOT_WORK(false),
        /** The memory that the first initialisation of a domain needs, for caches or for MSI pages, may be missing. */
        SETUP_MEMORY(true),
        /** Users take groups over (VFIO) and give them back; drivers are unbound and bound. */
        OWNERSHIP(false),
        /** Default domains are replaced through the {@code type} of a group; drivers are unbound and bound. */
        TYPE_CHANGE(false),
        /** The identity mappings of direct regions are followed. */
        DIRECT_MAPS(false),
        /** Somebody writes {@code DMA-FQ} to the {@code type} of a group whose domain is strict: the same domain turns lazy. */
        LAZY_SWITCH(false);

        private final boolean fault;

        Option(boolean fault) {
            this.fault = fault;
        }

        /** Whether it is something that goes wrong: configurations list it under {@code faults}. */
        public boolean isFault() {
            return fault;
        }

        /** Whether it is a mistake of a driver's: something that the DMA API forbids. At most one is made in a run. */
        public boolean isMistake() {
            return switch (this) {
                case DOUBLE_UNMAP, WRONG_SIZE, INNER_ADDRESS, LATE_RESERVE, USE_AFTER_REMOVE -> true;
                default -> false;
            };
        }

        /** As configurations write it: {@code cpu-hotplug}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public Exploration {
        EnumSet<Option> copy = EnumSet.noneOf(Option.class);
        copy.addAll(options);
        options = Collections.unmodifiableSet(copy);
    }

    /** With calls that nothing interrupts. */
    public Exploration(boolean noMemory, boolean removal, boolean cpuHotplug, boolean depotWork) {
        this(noMemory, removal, cpuHotplug, depotWork, Interleaving.CALLS);
    }

    /** With the oldest four options. */
    public Exploration(
            boolean noMemory, boolean removal, boolean cpuHotplug, boolean depotWork, Interleaving interleaving) {
        this(options(noMemory, removal, cpuHotplug, depotWork), interleaving);
    }

    private static Set<Option> options(boolean noMemory, boolean removal, boolean cpuHotplug, boolean depotWork) {
        EnumSet<Option> options = EnumSet.noneOf(Option.class);
        add(options, Option.NO_MEMORY, noMemory);
        add(options, Option.REMOVAL, removal);
        add(options, Option.CPU_HOTPLUG, cpuHotplug);
        add(options, Option.DEPOT_WORK, depotWork);
        return options;
    }

    private static void add(Set<Option> options, Option option, boolean wanted) {
        if (wanted) {
            options.add(option);
        }
    }

    /** Whether drivers make mistakes. */
    public boolean hasMistakes() {
        return options.stream().anyMatch(Option::isMistake);
    }

    /** Whether the search tries it. */
    public boolean has(Option option) {
        return options.contains(option);
    }

    /** The same, and this as well. */
    public Exploration with(Option option) {
        EnumSet<Option> more = EnumSet.of(option);
        more.addAll(options);
        return new Exploration(more, interleaving);
    }

    /** The same, mixed otherwise. */
    public Exploration with(Interleaving other) {
        return new Exploration(options, other);
    }

    public boolean noMemory() {
        return has(Option.NO_MEMORY);
    }

    public boolean removal() {
        return has(Option.REMOVAL);
    }

    public boolean cpuHotplug() {
        return has(Option.CPU_HOTPLUG);
    }

    public boolean depotWork() {
        return has(Option.DEPOT_WORK);
    }
}
