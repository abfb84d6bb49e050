package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.FirmwareRegion;
import org.jspecify.annotations.Nullable;

/**
 * Something that is to be kept free for a device: a reserved region, or what the windows of a PCI host bridge leave out or take.
 *
 * @param extent bytes, inclusive
 * @param type what kind of region it is in truth; {@code null} for bridge windows, which are no regions
 * @param known what the kernel takes it for; {@code null} if the kernel does not hear of it, and for bridge windows
 * @param carved whether the device takes it out of the allocator if it initialises the domain
 */
public record SetupRegion(
        Extent extent, FirmwareRegion.@Nullable Type type, FirmwareRegion.@Nullable Type known, boolean carved) {

    /** Whether it is a region that the kernel reports, and not a matter of bridge windows. */
    public boolean isReported() {
        return known != null;
    }

    /** Whether the domain that the device is attached to has to map it one to one. */
    public boolean isDirect() {
        return type != null && type.isDirect();
    }
}
