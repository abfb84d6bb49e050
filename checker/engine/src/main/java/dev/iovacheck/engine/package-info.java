/**
 * Searching the states of a machine: storage, the exhaustive engine, and how their results become verdicts.
 *
 * <p>Engines know states as words and actions as numbers. What the kernel does is the model's, what must hold is the invariants', and a
 * way to a violation counts only once the replayer has confirmed it.
 */
@NullMarked
package dev.iovacheck.engine;

import org.jspecify.annotations.NullMarked;
