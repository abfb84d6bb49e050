/**
 * Visits all states of whatever can be expanded: the breadth-first search and the store of states it stands on.
 *
 * <p>States are words here and nothing else. What a state means, what may happen in it and what must hold is the {@link
 * dev.iovacheck.engine.search.Explorer}'s business, so that the same search can be held to systems other tools count as well.
 */
@NullMarked
package dev.iovacheck.engine.search;

import org.jspecify.annotations.NullMarked;
