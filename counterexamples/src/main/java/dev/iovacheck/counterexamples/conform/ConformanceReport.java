package dev.iovacheck.counterexamples.conform;

import java.util.List;

/**
 * What replaying a number of traces showed.
 *
 * @param traces one report each, in the order in which they were named
 */
public record ConformanceReport(List<TraceReport> traces) {

    public ConformanceReport {
        traces = List.copyOf(traces);
    }

    /** Operations and dumps compared in all traces. */
    public long operations() {
        return traces.stream().mapToLong(TraceReport::operations).sum();
    }

    /** Traces on which the model differs from the kernel. */
    public long mismatches() {
        return traces.stream().filter(trace -> trace.mismatch().isPresent()).count();
    }

    /** Traces that could not be read to their end. */
    public long unreadable() {
        return traces.stream().filter(trace -> trace.fault().isPresent()).count();
    }

    /** Whether every trace was read to its end and nothing differed. */
    public boolean conforms() {
        return mismatches() == 0 && unreadable() == 0;
    }
}
