/**
 * Whether what drivers hold always leaves room for one more: the worst way in which buffers can lie, whoever put them there.
 *
 * <p>{@link dev.iovacheck.constraint.capacity.Requests} says which places one request could get and what could stand in its way, {@link
 * dev.iovacheck.constraint.capacity.CapacitySolver} looks for the fewest granules that block all of them. Placements are arbitrary here:
 * what always fits, fits with every allocator; whether the kernel's own gets into a way that blocks, the exhaustive engine tells.
 */
@NullMarked
package dev.iovacheck.constraint.capacity;

import org.jspecify.annotations.NullMarked;
