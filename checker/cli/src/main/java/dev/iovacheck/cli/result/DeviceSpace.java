package dev.iovacheck.cli.result;

import dev.iovacheck.model.address.Extent;
import java.util.List;

/**
 * Where a device may be given addresses from, and what is kept off it: what a later change of the file is held against.
 *
 * @param name as the configuration has it
 * @param stream its stream ID in hex; empty if it has none
 * @param location where the file says the device
 * @param allowed bytes that it may be given, whoever of its group was probed first; ascending and apart
 * @param reserved what is kept off it, whoever of its group was probed first
 */
public record DeviceSpace(
        String name, String stream, Location location, List<Extent> allowed, List<ReservedRange> reserved) {

    public DeviceSpace {
        allowed = List.copyOf(allowed);
        reserved = List.copyOf(reserved);
    }

    /**
     * A range that is kept off a device.
     *
     * @param range bytes, inclusive
     * @param by node and property that say so; empty if the file is no device tree
     */
    public record ReservedRange(Extent range, String by) {}
}
