/**
 * Counterexamples as files, {@code iovacheck-trace/1}: written by whatever found them, read by whatever runs, shrinks or explains them
 * again. A file has everything that is needed for that, the configuration included, and what each step came to, so that another result
 * is noticed at the step where it begins.
 *
 * <p>Not to be mixed up with {@code iova-trace/1}, recordings of a real allocator, which are read in {@code conform}.
 */
@NullMarked
package dev.iovacheck.counterexamples.trace;

import org.jspecify.annotations.NullMarked;
