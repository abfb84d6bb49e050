/**
 * The space of addresses as solvers see it: in granules, cut where something begins or ends, with what devices can be given of it and what
 * they may use.
 */
@NullMarked
package dev.iovacheck.constraint.space;

import org.jspecify.annotations.NullMarked;
