/**
 * The smallest change of a configuration with which its devices keep to their windows: reservations, masks, groups of their own; or the
 * lines that contradict each other.
 *
 * <p>{@link dev.iovacheck.constraint.space.AddressSpace} says in granules what every device can be given and what it may use, {@link
 * dev.iovacheck.constraint.suggest.RepairSolver} decides, {@link dev.iovacheck.constraint.suggest.Realisation} writes the decision down as
 * one mechanism or another has it.
 */
@NullMarked
package dev.iovacheck.constraint.suggest;

import org.jspecify.annotations.NullMarked;
