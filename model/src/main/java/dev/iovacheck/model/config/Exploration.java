package dev.iovacheck.model.config;

/**
 * Which optional actions the search tries, beside adding devices, reserving, mapping and unmapping, and how finely it mixes what
 * different CPUs do.
 *
 * @param noMemory whether atomic memory allocations may fail, in any call
 * @param removal whether devices may be removed (and added again)
 * @param cpuHotplug whether CPUs may go offline and come back; one always stays online
 * @param depotWork whether the delayed depot worker of 7.1 runs; 6.1 has none
 * @param interleaving what may come between what
 */
public record Exploration(
        boolean noMemory, boolean removal, boolean cpuHotplug, boolean depotWork, Interleaving interleaving) {

    /** With calls that nothing interrupts. */
    public Exploration(boolean noMemory, boolean removal, boolean cpuHotplug, boolean depotWork) {
        this(noMemory, removal, cpuHotplug, depotWork, Interleaving.CALLS);
    }
}
