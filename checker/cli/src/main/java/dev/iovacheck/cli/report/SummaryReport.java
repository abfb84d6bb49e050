package dev.iovacheck.cli.report;

import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.Finding;
import dev.iovacheck.cli.result.Outcome;
import dev.iovacheck.cli.result.Standing;
import dev.iovacheck.cli.result.VerdictKind;
import dev.iovacheck.counterexamples.text.WrappedText;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Several configurations in one run: a line for each, what is not as expected below it, and the totals. */
public final class SummaryReport {

    private final Map<ExitCode, Integer> counts = new EnumMap<>(ExitCode.class);

    /**
     * One configuration; ends in a line feed.
     *
     * @param repeat the words of the command that gives the full report
     */
    public String line(ConfigurationResult result, List<String> repeat) {
        ExitCode code = ExitCode.of(result.outcome());
        counts.merge(code, 1, Integer::sum);
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
     * @param worst of the run
     */
    public String totals(ExitCode worst, ExitStatus status) {
        List<String> words = new ArrayList<>();
        words.add(of(ExitCode.EXPECTED) + " as expected");
        words.add(of(ExitCode.UNEXPECTED) + " not as expected");
        words.add(of(ExitCode.UNDECIDED) + " undecided");
        words.add(of(ExitCode.USAGE) + " unreadable");
        if (of(ExitCode.INTERNAL) > 0) {
            words.add(of(ExitCode.INTERNAL) + " failed by an internal error");
        }
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        return new WrappedText()
                .blank()
                .wrap("", 2, Numbers.of(all, "configuration") + ": " + String.join(", ", words))
                .line("verdict:  " + worst.reason() + " (exit " + status.number(worst) + ")")
                .toString();
    }

    private int of(ExitCode code) {
        return counts.getOrDefault(code, 0);
    }
}
