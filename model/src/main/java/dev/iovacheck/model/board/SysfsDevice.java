package dev.iovacheck.model.board;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What sysfs says of a device in a group, unread.
 *
 * @param name as its group calls it
 * @param maskBits what {@code dma_mask_bits} has; empty where it was not copied
 * @param path where the group's link leads to, such as {@code ../../../../devices/platform/soc@0/aa00000.video-codec}; empty where no link
 *     was copied
 * @param node path of its node in the device tree, as {@code of_node} or {@code uevent} tell it; empty where neither was copied
 */
record SysfsDevice(String name, String maskBits, String path, String node) {

    /** Whether a device of this name stands above it in sysfs. */
    boolean isBehind(String parent) {
        return Arrays.asList(path.split("/", -1)).contains(parent);
    }

    /** Whether there is a path that tells what is above it. */
    boolean hasPath() {
        return path.contains("/devices/");
    }

    /** The width of its DMA mask; empty if it is unknown or nonsense. */
    OptionalInt bits() {
        return Optional.of(maskBits)
                .filter(bits -> bits.matches("[1-9][0-9]?"))
                .map(Integer::parseInt)
                .filter(bits -> bits <= Long.SIZE)
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }
}
