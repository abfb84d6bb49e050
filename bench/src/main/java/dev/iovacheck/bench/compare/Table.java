package dev.iovacheck.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The measurements as a table in Markdown, with ratios within the run. */
final class Table {

    private static final List<String> HEADINGS = List.of(
            "tool",
            "setting",
            "threads",
            "reduction",
            "states",
            "transitions",
            "seconds",
            "states/s",
            "peak MB",
            "B/state",
            "vs C++",
            "vs Spin");

    private Table() {}

    static List<String> of(List<Measurement> measurements) {
        List<List<String>> rows = new ArrayList<>(List.of(HEADINGS));
        for (Measurement one : measurements) {
            Optional<Measurement> baseline = measurements.stream()
                    .filter(other -> other.setting()
                            .equals(new Setting(
                                    "baseline", "fingerprints", one.setting().threads(), "none")))
                    .findFirst();
            Optional<Measurement> spin = measurements.stream()
                    .filter(other -> other.setting().tool().equals("spin"))
                    .findFirst();
            rows.add(List.of(
                    one.setting().tool(),
                    one.setting().name(),
                    Integer.toString(one.setting().threads()),
                    one.setting().reduction(),
                    grouped(one.counts().states()),
                    grouped(one.counts().transitions()),
                    String.format(Locale.ROOT, "%.2f", one.medianSeconds()),
                    grouped(Math.round(one.statesPerSecond())),
                    grouped(one.peakBytes() / 1_000_000),
                    grouped(Math.round(one.bytesPerState())),
                    ratio(one, baseline),
                    ratio(one, spin)));
        }
        return aligned(rows);
    }

    /** How many times as long it takes. */
    private static String ratio(Measurement one, Optional<Measurement> other) {
        return other.map(base -> String.format(Locale.ROOT, "%.2f", one.medianSeconds() / base.medianSeconds()))
                .orElse("-");
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static List<String> aligned(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("|");
            StringBuilder rule = new StringBuilder("|");
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream()
                        .mapToInt(each -> each.get(at).length())
                        .max()
                        .orElse(0);
                boolean number = column == 2 || column > 3;
                String format = " %" + (number ? "" : "-") + width + "s |";
                line.append(String.format(Locale.ROOT, format, row.get(column)));
                rule.append("-".repeat(width + 1)).append(number ? ":|" : "-|");
            }
            lines.add(line.toString());
            if (lines.size() == 1) {
                lines.add(rule.toString());
            }
        }
        return lines;
    }
}
