package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.model.allowance.Discrepancies;
import dev.iovacheck.model.allowance.Discrepancies.Result;
import dev.iovacheck.model.allowance.Discrepancies.Row;
import java.util.List;
import java.util.Locale;

/** Declared, enforced, observed: a table, and what does not agree. */
public final class DiffReport {

    private DiffReport() {}

    /** Ends in a line feed. */
    public static String of(Result result) {
        List<Row> rows = result.rows();
        WrappedText text = new WrappedText();
        String device = "";
        for (Row row : rows) {
            if (!row.device().equals(device)) {
                device = row.device();
                text.line(device);
                text.line("  " + line("range", "declared", "enforced", "sysfs", "recorded", ""));
            }
            text.line("  "
                    + line(
                            Discrepancies.text(row.range()),
                            row.declared().label(),
                            row.enforced().label(),
                            row.sysfs().label(),
                            row.recorded().label(),
                            row.what()));
        }
        for (Row row : rows) {
            for (String finding : row.findings()) {
                text.wrap(
                        "",
                        2,
                        row.device() + ": " + Discrepancies.text(row.range()) + ": " + finding + " (" + row.what()
                                + ")");
            }
        }
        result.groups().forEach(group -> text.wrap("", 2, group));
        return text.toString();
    }

    private static String line(
            String range, String declared, String enforced, String sysfs, String recorded, String what) {
        return String.format(
                        Locale.ROOT, "%-40s %-9s %-9s %-7s %-9s %s", range, declared, enforced, sysfs, recorded, what)
                .stripTrailing();
    }
}
