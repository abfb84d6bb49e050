package dev.iovacheck.constraint.suggest;

import dev.iovacheck.model.address.Extent;
import java.util.List;

/**
 * What to change so that every device behind the IOMMU keeps to its window.
 *
 * @param devices in the order of the configuration
 * @param entries how many things are to be written: a reservation of a device, a mask, a group of its own count 1 each
 * @param proved whether nothing wastes less and, of what wastes as little, nothing has fewer entries; otherwise time was up, and there may be
 *     something better
 */
public record Repair(List<OfDevice> devices, int entries, boolean proved) {

    public Repair {
        devices = List.copyOf(devices);
    }

    /**
     * What to change for one device.
     *
     * @param device its index
     * @param ownGroup whether it is taken out of the group that it shares
     * @param mask the DMA mask that it should have, in bytes: the one it has, or a lower one
     * @param lowersMask whether that is a lower one
     * @param reserved what to reserve, in bytes, lowest first, none touching another
     * @param usable granules of its window that it can still be given
     * @param wasted granules of its window that it could be given if nothing were reserved, and cannot
     */
    public record OfDevice(
            int device,
            boolean ownGroup,
            long mask,
            boolean lowersMask,
            List<Extent> reserved,
            long usable,
            long wasted) {

        public OfDevice {
            reserved = List.copyOf(reserved);
        }

        /** Whether there is nothing to change. */
        public boolean isUntouched() {
            return !ownGroup && !lowersMask && reserved.isEmpty();
        }
    }

    /** Granules that are wasted, all devices together. */
    public long wasted() {
        return devices.stream().mapToLong(OfDevice::wasted).sum();
    }
}
