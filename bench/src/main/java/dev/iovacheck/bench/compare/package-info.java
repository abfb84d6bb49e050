/** Runs the reference model through several tools, as whole processes, and compares counts, times and memory. */
@NullMarked
package dev.iovacheck.bench.compare;

import org.jspecify.annotations.NullMarked;
