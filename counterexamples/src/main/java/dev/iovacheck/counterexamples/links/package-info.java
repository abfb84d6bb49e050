/**
 * Ways whose actions can be left out or put into another order: what undoes or links a mapping refers to the action that made it and not
 * to an address, which changes with what happens before.
 */
@NullMarked
package dev.iovacheck.counterexamples.links;

import org.jspecify.annotations.NullMarked;
