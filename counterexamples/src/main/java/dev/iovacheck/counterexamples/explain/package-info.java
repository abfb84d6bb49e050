/**
 * Says which earlier step of a counterexample is to blame, and why, in the kernel's words. It reads what the replayer saw of each step
 * and judges nothing that the invariant has not judged.
 */
@NullMarked
package dev.iovacheck.counterexamples.explain;

import org.jspecify.annotations.NullMarked;
