package dev.iovacheck.model.config;

/**
 * Which optional actions the search tries, beside adding devices, reserving, mapping and unmapping.
 *
 * @param noMemory whether atomic memory allocations may fail, in any call
 * @param removal whether devices may be removed (and added again)
 * @param cpuHotplug whether CPUs may go offline and come back; one always stays online
 * @param depotWork whether the delayed depot worker of 7.1 runs; 6.1 has none
 */
public record Exploration(boolean noMemory, boolean removal, boolean cpuHotplug, boolean depotWork) {}
