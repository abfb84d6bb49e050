/**
 * Questions for solvers: what to change so that everything fits, whether anything can, which arguments do harm, and what holds in
 * runs of any length.
 *
 * <p>The kernel's behaviour is not stated here a second time for its own sake: what is said about it in constraints is held against the
 * machine of the model by property tests, and what a solver finds is a claim until the replayer or the exhaustive engine has confirmed it.
 */
@NullMarked
package dev.iovacheck.constraint;

import org.jspecify.annotations.NullMarked;
