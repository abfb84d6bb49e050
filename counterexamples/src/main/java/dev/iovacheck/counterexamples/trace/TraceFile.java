package dev.iovacheck.counterexamples.trace;

import dev.iovacheck.counterexamples.monitor.RecordedFinding;
import java.util.List;

/**
 * What is in a file of the format {@code iovacheck-trace/1}.
 *
 * @param provenance where all of it comes from
 * @param counterexamples in the order of the report they come from; none if nothing was violated
 * @param recordings what was found in recordings of running kernels, with the lines that it follows from
 */
public record TraceFile(
        Provenance provenance, List<RecordedCounterexample> counterexamples, List<RecordedFinding> recordings) {

    /** What such files say of themselves. */
    public static final String FORMAT = "iovacheck-trace/1";

    public TraceFile {
        counterexamples = List.copyOf(counterexamples);
        recordings = List.copyOf(recordings);
    }

    /** Without recordings. */
    public TraceFile(Provenance provenance, List<RecordedCounterexample> counterexamples) {
        this(provenance, counterexamples, List.of());
    }
}
