package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.monitor.MonitorText;
import dev.iovacheck.counterexamples.monitor.RecordedFinding;
import dev.iovacheck.counterexamples.monitor.RecordedFinding.RecordedLine;
import java.util.List;
import java.util.Locale;

/** What was found in a recording, with the lines that it follows from. */
public final class RecordingSection {

    /** More than this is not read on a screen; the trace file has all. */
    private static final int MOST_LINES = 60;

    private RecordingSection() {}

    /** The finding, and its lines with their numbers; of many the last. */
    public static String of(RecordedFinding recorded) {
        StringBuilder text = new StringBuilder();
        MonitorText.of(recorded.finding(), recorded.source())
                .forEach(line -> text.append(line).append('\n'));
        List<RecordedLine> lines = recorded.lines();
        int from = Math.max(0, lines.size() - MOST_LINES);
        if (from > 0) {
            text.append("  ").append(Numbers.of(from, "line")).append(" before\n");
        }
        for (RecordedLine line : lines.subList(from, lines.size())) {
            text.append(String.format(
                    Locale.ROOT, "  %7d  %s%n", line.number(), line.text().strip()));
        }
        return text.append('\n').toString();
    }
}
