package dev.iovacheck.engine.search;

import dev.iovacheck.model.packed.BitWriter;

/**
 * A system of states and transitions as an engine sees it. Every thread has one of its own; all of one search are alike.
 *
 * <p>Deterministic: the successors of a state are the same and come in the same order whenever it is expanded.
 */
public interface Explorer {

    /** Writes the initial state, finished. */
    void initial(BitWriter out);

    /**
     * Appends the successors of the state whose words begin at {@code at}.
     *
     * @param depth steps from the initial state to the successors
     */
    void expand(long[] words, int at, int depth, Successors successors);

    /**
     * Told of each state the first time anybody reaches it, the initial one included.
     *
     * @param depth steps from the initial state
     */
    void enter(long[] words, int at, int depth);
}
