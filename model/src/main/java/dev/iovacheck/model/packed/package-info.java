/** States as strings of bits: how they are written into and read from arrays of {@code long}. */
@NullMarked
package dev.iovacheck.model.packed;

import org.jspecify.annotations.NullMarked;
