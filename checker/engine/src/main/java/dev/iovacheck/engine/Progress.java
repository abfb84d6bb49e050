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
 * @param elapsed since the start
 */
public record Progress(
        int part, int parts, long states, long transitions, int depth, long frontier, long bytes, Duration elapsed) {

    /** Told about progress from time to time, from one thread at a time. */
    @FunctionalInterface
    public interface Listener {
        void progress(Progress progress);
    }
}
