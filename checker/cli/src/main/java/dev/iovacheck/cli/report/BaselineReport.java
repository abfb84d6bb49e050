package dev.iovacheck.cli.report;

import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.Finding;
import dev.iovacheck.cli.result.KnownFinding;
import dev.iovacheck.cli.result.Standing;
import dev.iovacheck.counterexamples.text.WrappedText;
import java.util.List;

/** What was found, held against a baseline. */
public final class BaselineReport {

    private BaselineReport() {}

    /**
     * How many are known, which are new, which are cured; ends in a line feed.
     *
     * @param results before the baseline was updated
     * @param isUpdated whether the baseline has just been made to fit
     */
    public static String of(List<ConfigurationResult> results, List<KnownFinding> cured, boolean isUpdated) {
        List<Finding> fresh = results.stream()
                .flatMap(result -> result.findings().stream())
                .filter(finding -> finding.standing() == Standing.NEW && !finding.isUndecided())
                .toList();
        long known = results.stream()
                .mapToLong(result -> result.count(Standing.KNOWN))
                .sum();
        WrappedText text = new WrappedText();
        text.blank();
        text.line("baseline: " + Numbers.of(known) + " known, " + Numbers.of(fresh.size()) + " new, "
                + Numbers.of(cured.size()) + " cured" + (isUpdated ? "; it was updated" : ""));
        fresh.forEach(finding -> text.wrap("  new:   ", 9, finding.location() + ": " + finding.summary()));
        cured.forEach(finding -> text.wrap("  cured: ", 9, finding.file() + ": " + finding.summary()));
        if (!cured.isEmpty() && !isUpdated) {
            text.line("  --update-baseline forgets what is cured");
        }
        return text.toString();
    }
}
