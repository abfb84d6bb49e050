package dev.iovacheck.counterexamples.trace;

import java.util.List;

/**
 * What is in a file of the format {@code iovacheck-trace/1}.
 *
 * @param provenance where all of it comes from
 * @param counterexamples in the order of the report they come from; none if nothing was violated
 */
public record TraceFile(Provenance provenance, List<RecordedCounterexample> counterexamples) {

    /** What such files say of themselves. */
    public static final String FORMAT = "iovacheck-trace/1";

    public TraceFile {
        counterexamples = List.copyOf(counterexamples);
    }
}
