/**
 * Boards: what Linux makes of the device tree or the sysfs of a machine, as configurations. The rules of bindings and of the kernel's
 * parsers are here; the format of the tree is {@link dev.iovacheck.model.devicetree}'s, and what a configuration says is {@link
 * dev.iovacheck.model.config}'s. What a tree cannot say is assumed, and each assumption is told.
 */
@NullMarked
package dev.iovacheck.model.board;

import org.jspecify.annotations.NullMarked;
