package dev.iovacheck.counterexamples.conform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Every recording of the real allocator, on the oracle and on the model with both ways to keep its nodes. */
class ConformanceTest {

    @Test
    void everyRecordingReplaysOnTheModel() throws TraceFormatException {
        List<TraceReport> reports = new ArrayList<>();
        for (String name : Recordings.names()) {
            reports.add(Conformance.run(name, new TraceReader(name, Recordings.open(name))));
        }
        assertAllConform(new ConformanceReport(reports));
    }

    @Test
    void everyRecordingReplaysOnTheOracle() throws TraceFormatException {
        List<Function<TraceHeader, TraceTarget>> oracle = List.of(OracleTarget::new);
        List<TraceReport> reports = new ArrayList<>();
        for (String name : Recordings.names()) {
            reports.add(new Conformance(oracle).replay(name, new TraceReader(name, Recordings.open(name))));
        }
        assertAllConform(new ConformanceReport(reports));
    }

    private static void assertAllConform(ConformanceReport report) {
        List<String> mismatches = new ArrayList<>();
        report.traces().stream()
                .filter(trace -> !trace.conforms())
                .forEach(trace -> mismatches.addAll(ConformanceText.lines(trace)));
        assertEquals(List.of(), mismatches);
        assertEquals("71 traces, 18823 operations, 0 mismatches", ConformanceText.summary(report));
    }
}
