/**
 * Questions for a constraint solver (Choco): what to change so that everything fits, and whether anything can.
 *
 * <p>Nothing here steps through a machine. The solver reasons about address space alone; what it finds is a proposal until the exhaustive
 * engine has checked it on the machine, which is the caller's business.
 */
@NullMarked
package dev.iovacheck.constraint;

import org.jspecify.annotations.NullMarked;
