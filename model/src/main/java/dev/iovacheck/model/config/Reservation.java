package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;
import org.jspecify.annotations.Nullable;

/**
 * One thing the mechanism reserves: an {@code iommu-addresses} entry of a node, or one call by a device's driver.
 *
 * @param index position among the configuration's reservations
 * @param device index of the device whose driver makes the call, or whose node has the entry; -1 if {@code node} is given
 * @param node name of the node that has the entry, if several devices share it; otherwise {@code null}
 * @param start first byte, as passed to the call
 * @param length bytes, as passed to the call; 0 and a length that wraps past 2^64 are legal here, because calls can be made so
 * @param when when the driver makes the call
 */
public record Reservation(int index, int device, @Nullable String node, long start, long length, When when) {

    /** When a driver makes a call, relative to its mappings. A call that failed may be made again. */
    public enum When {
        /** At any time while the device is there, once. */
        ANY("any"),
        /** Before its first mapping: it maps only after the call has returned 0. */
        BEFORE_FIRST_MAP("before-first-map"),
        /** In its probe function, in the same step in which the device appears. */
        AT_PROBE("at-probe"),
        /** At any time at which it holds no mapping. */
        WHILE_IDLE("while-idle");

        private final String label;

        When(String label) {
            this.label = label;
        }

        /** As configurations write it. */
        public String label() {
            return label;
        }
    }

    /** Whether {@code start + length} goes past 2^64. */
    public boolean wraps() {
        return length != 0 && Long.compareUnsigned(start + (length - 1), start) < 0;
    }

    /**
     * The bytes a caller may take as reserved when the call returned 0: {@code start} to {@code start + length - 1}, cut at the
     * last byte of the address space; {@code null} for length 0.
     */
    public @Nullable Extent promised() {
        if (length == 0) {
            return null;
        }
        return new Extent(start, wraps() ? -1L : start + (length - 1));
    }
}
