package dev.iovacheck.model.board;

import dev.iovacheck.model.config.FirmwareRegion;
import java.util.List;

/**
 * A group as a running kernel reports it.
 *
 * @param number its name
 * @param devices names of its members; in a copy with a device tree that knows them, as this calls them
 * @param regions {@code reserved_regions}: those of all its devices together
 */
public record ReportedGroup(String number, List<String> devices, List<FirmwareRegion> regions) {

    public ReportedGroup {
        devices = List.copyOf(devices);
        regions = List.copyOf(regions);
    }
}
