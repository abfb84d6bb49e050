package dev.iovacheck.counterexamples.conform;

import java.util.List;

/**
 * A whole trace in memory.
 *
 * @param header the first line
 * @param entries all other lines in the order of the file
 */
public record Trace(TraceHeader header, List<TraceEntry> entries) {

    public Trace {
        entries = List.copyOf(entries);
    }
}
