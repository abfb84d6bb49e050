/**
 * What must hold: one class each, with its id, its claim in one sentence, why it matters, where the kernel says so, and the check.
 *
 * <p>Invariants look at machines and steps of the model and say one of three things: the premise is not met, it holds, it is violated.
 * They do not search, and they know nothing about how the state they look at was reached.
 */
@NullMarked
package dev.iovacheck.invariants;

import org.jspecify.annotations.NullMarked;
