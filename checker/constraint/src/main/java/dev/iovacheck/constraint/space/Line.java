package dev.iovacheck.constraint.space;

/**
 * Something that a configuration says and that can be left out of what is asked.
 *
 * @param subject what it says something about
 * @param device index of the device; -1 for what is common to all
 * @param item which region or buffer of the device, from 0; 0 for others
 */
public record Line(Subject subject, int device, int item) {

    /** What lines are about. */
    public enum Subject {
        /** The bytes that the hardware block can use. */
        WINDOW,
        /** The DMA mask, with the bus limit: nothing above it is handed out. */
        MASK,
        /** A region that firmware reserves. */
        REGION,
        /** The group that the device is in, with others. */
        GROUP,
        /** What the driver maps: the largest buffer must fit. */
        WORKLOAD,
        /** What the IOMMU translates. */
        APERTURE
    }

    /** A line about a device as a whole, or about none. */
    public static Line of(Subject subject, int device) {
        return new Line(subject, device, 0);
    }
}
