/**
 * Runs of a few steps as constraints: which actions, with which arguments, break an invariant? The steps are those of the allocator on one
 * domain, exactly: the search with its two hints and {@code max32_alloc_size}, reservations that grow nodes, caches, and what is given back to
 * the tree. What is found is confirmed by the replayer on the real machine; what is not found within the given number of steps is
 * shown not to be there, and no more.
 *
 * <p>Arguments of a reservation call are two bytes, first and last, of 64 bits each. The allocator sees the granules they lie in, and the
 * rules see whether the call asks for nothing, goes past the last byte, or begins inside a granule; so granule numbers and these classes are all
 * there is to choose, and every pair of 64-bit arguments is in one of them. Granules above all that the device can be given are only ever
 * compared with each other: as many of them as there are numbers to place, with room between, stand for all ({@link
 * dev.iovacheck.constraint.unroll.Coordinates}).
 */
@NullMarked
package dev.iovacheck.constraint.unroll;

import org.jspecify.annotations.NullMarked;
