/**
 * Makes counterexamples small: fewer actions, then simpler ones, then a smaller configuration, in named steps, until nothing more can be
 * left out. Each attempt is run on the model; nothing is argued. What comes out violates the same invariant for the same reason.
 */
@NullMarked
package dev.iovacheck.counterexamples.shrink;

import org.jspecify.annotations.NullMarked;
