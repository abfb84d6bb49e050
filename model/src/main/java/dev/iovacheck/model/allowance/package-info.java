/**
 * Where a device may be given addresses from: what firmware, bus, mask and kernel leave of the address space of its domain, and which
 * line or property took each part away. Nothing runs for it; the set-up is that of {@link dev.iovacheck.model.machine}.
 */
@NullMarked
package dev.iovacheck.model.allowance;

import org.jspecify.annotations.NullMarked;
