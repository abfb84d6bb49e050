/**
 * Counterexamples as KUnit tests against the kernel's own allocator functions. A test fails on a kernel that does what the counterexample
 * shows, and passes on one that does not. Only what these functions can show is written; of everything else it is said why not.
 */
@NullMarked
package dev.iovacheck.counterexamples.kunit;

import org.jspecify.annotations.NullMarked;
