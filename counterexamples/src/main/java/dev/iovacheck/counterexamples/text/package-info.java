/**
 * Counterexamples as plain text that a maintainer can paste into a mail: numbered steps in the kernel's words, what changed in the
 * allocator, what is wrong at the end and where the rule stands.
 *
 * <p>The same replay gives the same bytes: no dates, no colours, no widths taken from a terminal. Nothing here runs the model or judges;
 * what is printed is what the replayer saw.
 */
@NullMarked
package dev.iovacheck.counterexamples.text;

import org.jspecify.annotations.NullMarked;
