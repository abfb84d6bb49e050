/**
 * The neutral form of invariants: what must hold of the ranges of one domain, as clauses that nobody's code is in. The invariants of
 * the catalogue evaluate it on states of the machine; the constraint solver takes the same clauses as constraints on unknown numbers.
 * What a state looks like is not said here: {@link dev.iovacheck.invariants.formula.Facts} are asked.
 */
@NullMarked
package dev.iovacheck.invariants.formula;

import org.jspecify.annotations.NullMarked;
