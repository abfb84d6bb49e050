package dev.iovacheck.engine.search;

import dev.iovacheck.model.packed.BitWriter;
import java.io.DataInput;
import java.io.DataOutputStream;
import java.io.IOException;

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
     * Told once of each state that can be reached, the initial one included: by {@link #visit}, or by itself where states are not
     * expanded because the search ends early.
     *
     * @param depth steps from the initial state
     */
    void enter(long[] words, int at, int depth);

    /**
     * Both: {@link #enter}s a state and appends its successors.
     *
     * @param depth steps from the initial state to this one
     */
    default void visit(long[] words, int at, int depth, Successors successors) {
        enter(words, at, depth);
        expand(words, at, depth + 1, successors);
    }

    /** Writes down what it has found out so far, for the case that the search is interrupted. By default that is nothing. */
    default void save(DataOutputStream out) throws IOException {}

    /** Adds what another one had found out when it did {@link #save}; how it finds the same with more or fewer threads. */
    default void restore(DataInput in) throws IOException {}
}
