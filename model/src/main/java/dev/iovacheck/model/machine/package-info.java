/** Devices, groups, domains, driver calls and mappings as one state machine with a packed state. */
@NullMarked
package dev.iovacheck.model.machine;

import org.jspecify.annotations.NullMarked;
