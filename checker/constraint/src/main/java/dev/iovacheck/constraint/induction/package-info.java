/**
 * Proofs beyond bounds: an invariant and lemmas that hold before a step hold after it, for every state with at most so many nodes, be it
 * reachable or not, and for windows of any size.
 *
 * <p>Why a small universe is enough: a state and a step are described by comparisons of granule numbers only, {@code x < y}, {@code x
 * <= y} and {@code x = y + 1}; no size is added to anything, for the search of the allocator is taken to return <em>some</em> free place
 * inside the limits, and not the one it would. If such comparisons between n numbers have a solution at all, they have one among n + 1
 * numbers (the length of the longest path in the graph of differences). So what is shown in a universe that large is shown in any.
 *
 * <p>What the kernel does is over-approximated and not repeated: a test holds each step of the real machine against the relation
 * that is used here.
 */
@NullMarked
package dev.iovacheck.constraint.induction;

import org.jspecify.annotations.NullMarked;
