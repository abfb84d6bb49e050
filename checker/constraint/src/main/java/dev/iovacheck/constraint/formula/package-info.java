/**
 * The neutral formulas of invariants as constraints of Choco, and conditions on unknown numbers with what is known folded at once.
 * Neither steps nor states are known here; the packages that unroll runs or prove induction bring them.
 */
@NullMarked
package dev.iovacheck.constraint.formula;

import org.jspecify.annotations.NullMarked;
