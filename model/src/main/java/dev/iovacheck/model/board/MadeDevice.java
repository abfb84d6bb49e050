package dev.iovacheck.model.board;

import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What becomes of one device of a board.
 *
 * @param device as a configuration has it, without what {@code iommu-addresses} reserve
 * @param places where what it has is said
 * @param regionPlaces the same of its regions, in the order of these
 * @param reserved what {@code iommu-addresses} reserve for it and do not map
 */
record MadeDevice(
        Device device,
        Map<LocatedConfiguration.Key, String> places,
        List<String> regionPlaces,
        List<ReservedRange> reserved) {

    MadeDevice {
        places = Map.copyOf(places);
        regionPlaces = List.copyOf(regionPlaces);
        reserved = List.copyOf(reserved);
    }

    /** The same with more regions, all said in one place. */
    MadeDevice with(List<FirmwareRegion> more, String place) {
        List<FirmwareRegion> regions = new ArrayList<>(device.regions());
        regions.addAll(more);
        List<String> all = new ArrayList<>(regionPlaces);
        more.forEach(each -> all.add(place));
        return new MadeDevice(device.toBuilder().regions(regions).build(), places, all, reserved);
    }
}
