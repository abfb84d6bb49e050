/**
 * Recordings of the real allocator ({@code iova-trace/1}) against the model: {@link
 * dev.iovacheck.counterexamples.conform.TraceReader} reads them strictly, {@link
 * dev.iovacheck.counterexamples.conform.Conformance} repeats every call on the model and compares every result and every recorded
 * state, {@link dev.iovacheck.counterexamples.conform.ConformanceText} says what came out.
 *
 * <p>It shows that the model does what the kernel did, not that what the kernel did was right: that is the business of invariants.
 */
@NullMarked
package dev.iovacheck.counterexamples.conform;

import org.jspecify.annotations.NullMarked;
