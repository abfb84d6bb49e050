/**
 * Flattened device trees (DTB files, {@code /sys/firmware/fdt}) as trees of nodes and properties. Knows the format and nothing of what
 * properties mean, except for {@code phandle}, by which nodes refer to each other.
 */
@NullMarked
package dev.iovacheck.model.devicetree;

import org.jspecify.annotations.NullMarked;
