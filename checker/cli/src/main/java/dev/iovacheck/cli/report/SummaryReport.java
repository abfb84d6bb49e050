package dev.iovacheck.cli.report;

import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.Finding;
import dev.iovacheck.cli.result.Outcome;
import dev.iovacheck.cli.result.Standing;
import dev.iovacheck.cli.result.VerdictKind;
import dev.iovacheck.counterexamples.text.WrappedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Several configurations in one run: a line for each, what is not as expected below it, and the totals. */
public final class SummaryReport {

    private SummaryReport() {}

    /**
     * One configuration; ends in a line feed.
     *
     * @param repeat the words of the command that gives the full report
     */
    public static String line(ConfigurationResult result, List<String> repeat) {
        ExitCode code = ExitCode.of(result.outcome());
        WrappedText text = new WrappedText();
        if (result.invariants().isEmpty()) {
            return text.line(result.source() + ": " + failure(result)).toString();
        }
        String outcome =
                switch (result.outcome()) {
                    case EXPECTED ->
                        result.count(Standing.KNOWN) > 0 ? "as expected, but for what the baseline has" : "as expected";
                    case UNDECIDED -> "undecided";
                    default -> "NOT AS EXPECTED";
                };
        // One line, however long the path is: scripts cut it at the colons.
        text.line(result.source() + ": " + outcome + ": " + verdicts(result) + "; "
                + Numbers.of(result.states(), "state"));
        if (code != ExitCode.EXPECTED) {
            result.findings().stream()
                    .filter(finding -> finding.standing() == Standing.NEW)
                    .map(Finding::summary)
                    .distinct()
                    .forEach(difference -> text.wrap("  ", 4, difference));
            text.command("  full report: ", 6, repeat);
        }
        return text.toString();
    }

    private static String failure(ConfigurationResult result) {
        return result.outcome() == Outcome.UNREADABLE
                ? "not a configuration that can be checked"
                : result.outcome() == Outcome.INTERNAL_ERROR ? "internal error" : "not checked: interrupted";
    }

    private static String verdicts(ConfigurationResult result) {
        List<String> words = new ArrayList<>();
        add(words, result.count(VerdictKind.HOLDS), result.count(VerdictKind.HOLDS) == 1 ? "holds" : "hold");
        add(words, result.count(VerdictKind.VIOLATED), "violated");
        add(words, result.count(VerdictKind.NOT_SHOWN), "not shown");
        add(words, result.count(VerdictKind.UNDECIDED), "undecided");
        return String.join(", ", words);
    }

    private static void add(List<String> words, long count, String word) {
        if (count > 0) {
            words.add(Numbers.of(count) + " " + word);
        }
    }

    /**
     * The last lines: how many of each outcome, and the exit code of the run.
     *
     * @param results in the end: an updated baseline accepts what lines above call unexpected
     * @param worst of the run
     */
    public static String totals(List<ConfigurationResult> results, ExitCode worst, ExitStatus status) {
        Map<ExitCode, Long> counts = results.stream()
                .collect(Collectors.groupingBy(result -> ExitCode.of(result.outcome()), Collectors.counting()));
        List<String> words = new ArrayList<>();
        words.add(of(counts, ExitCode.EXPECTED) + " as expected");
        words.add(of(counts, ExitCode.UNEXPECTED) + " not as expected");
        words.add(of(counts, ExitCode.UNDECIDED) + " undecided");
        words.add(of(counts, ExitCode.USAGE) + " unreadable");
        if (counts.containsKey(ExitCode.INTERNAL)) {
            words.add(of(counts, ExitCode.INTERNAL) + " failed by an internal error");
        }
        return new WrappedText()
                .blank()
                .wrap("", 2, Numbers.of(results.size(), "configuration") + ": " + String.join(", ", words))
                .line("verdict:  " + worst.reason() + " (exit " + status.number(worst) + ")")
                .toString();
    }

    private static String of(Map<ExitCode, Long> counts, ExitCode code) {
        return Numbers.of(counts.getOrDefault(code, 0L));
    }
}
