/** Unsigned 64-bit addresses, ranges with inclusive ends, granules, and how people write them. */
@NullMarked
package dev.iovacheck.model.address;

import org.jspecify.annotations.NullMarked;
