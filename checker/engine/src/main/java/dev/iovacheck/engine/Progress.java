package dev.iovacheck.engine;

import java.time.Duration;

/**
 * How far a running search is.
 *
 * @param part which of the independent parts is being searched, from 1
 * @param parts how many there are
 * @param states distinct states so far, all parts together
 * @param transitions transitions so far, all parts together
 * @param depth steps from the initial state in this part
 * @param frontier states of this part that are not expanded yet
 * @param bytes memory that stored states take
 * @param fileBytes bytes of states that are in a file because memory is used up
 * @param expected about how many states this part will have; 0 if that cannot be guessed yet
 * @param elapsed since the start
 */
public record Progress(
        int part,
        int parts,
        long states,
        long transitions,
        int depth,
        long frontier,
        long bytes,
        long fileBytes,
        long expected,
        Duration elapsed) {

    /** Told about progress from time to time, from one thread at a time. */
    @FunctionalInterface
    public interface Listener {
        void progress(Progress progress);

        /** Something that a user should know although it changes no verdict. */
        default void warning(String text) {}
    }
}
