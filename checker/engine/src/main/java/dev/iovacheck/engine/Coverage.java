package dev.iovacheck.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a search has looked at.
 *
 * @param parts the independent parts that were searched apart, at least one
 * @param cutOff why the search ended before everything was seen, if it did
 * @param neverFired what the configuration allows but never happened, in words; meaningful if the search was complete
 * @param elapsed how long it took
 */
public record Coverage(List<Part> parts, Optional<String> cutOff, List<String> neverFired, Duration elapsed) {

    public Coverage {
        parts = List.copyOf(parts);
        neverFired = List.copyOf(neverFired);
    }

    /**
     * One part.
     *
     * @param devices names of its devices
     * @param states distinct states
     * @param transitions transitions between them
     * @param depth the longest shortest way from the initial state to a state, in steps
     * @param bytes memory that the stored states took
     */
    public record Part(List<String> devices, long states, long transitions, int depth, long bytes) {

        public Part {
            devices = List.copyOf(devices);
        }
    }

    /** Distinct states of all parts together. */
    public long states() {
        return parts.stream().mapToLong(Part::states).sum();
    }

    public long transitions() {
        return parts.stream().mapToLong(Part::transitions).sum();
    }

    public long bytes() {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /** The greatest depth of all parts. */
    public int depth() {
        return parts.stream().mapToInt(Part::depth).max().orElse(0);
    }
}
