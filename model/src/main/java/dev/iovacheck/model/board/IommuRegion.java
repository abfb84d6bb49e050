package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import java.util.List;

/**
 * A part of what an IOMMU translates that is a domain of its own.
 *
 * @param number of the region
 * @param group devices of one IOMMU with the same number share a group
 * @param aperture {@code geometry} of its domains, bytes, inclusive
 * @param reachable what a device in it can put on the bus, bytes, inclusive
 * @param carvedOut what the driver reserves in it for other regions
 * @param why what puts a device there, and where that is read
 */
record IommuRegion(int number, int group, Extent aperture, Extent reachable, List<Extent> carvedOut, String why) {

    IommuRegion {
        carvedOut = List.copyOf(carvedOut);
    }
}
