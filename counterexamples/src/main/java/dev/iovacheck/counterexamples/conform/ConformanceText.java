package dev.iovacheck.counterexamples.conform;

import java.util.ArrayList;
import java.util.List;

/** A conformance report as lines of text, the same for the same report. */
public final class ConformanceText {

    private ConformanceText() {}

    /** What came out of one trace; a mismatch or a fault begins with the place, as editors and CI jobs expect it. */
    public static List<String> lines(TraceReport trace) {
        List<String> lines = new ArrayList<>();
        trace.fault().ifPresent(fault -> lines.add(String.valueOf(fault.getMessage())));
        trace.mismatch().ifPresent(mismatch -> {
            Difference difference = mismatch.difference();
            lines.add(trace.file() + ":" + mismatch.line() + ": mismatch: operation " + mismatch.operation() + " ("
                    + mismatch.op() + "), field " + difference.field());
            lines.add("  expected " + difference.expected());
            lines.add("  got      " + difference.got() + " (" + mismatch.allocator() + ")");
        });
        if (trace.conforms()) {
            lines.add(trace.file() + ": " + trace.operations() + " operations compared, no mismatch");
        } else {
            lines.add("  " + trace.operations() + " operations compared");
        }
        return lines;
    }

    /**
     * The last line: {@code 71 traces, 18823 operations, 0 mismatches}. The words do not change with the numbers, so that scripts
     * can rely on them; {@code , 1 unreadable} is added only if there is something to tell.
     */
    public static String summary(ConformanceReport report) {
        return report.traces().size() + " traces, " + report.operations() + " operations, " + report.mismatches()
                + " mismatches" + (report.unreadable() > 0 ? ", " + report.unreadable() + " unreadable" : "");
    }

    /** All traces and the summary. */
    public static List<String> lines(ConformanceReport report) {
        List<String> lines = new ArrayList<>();
        report.traces().forEach(trace -> lines.addAll(lines(trace)));
        lines.add(summary(report));
        return lines;
    }
}
