package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.engine.CheckResult.Finding;
import dev.iovacheck.engine.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Several configurations in one run: a line for each, what is not as expected below it, and the totals. */
public final class SummaryReport {

    private final Map<ExitCode, Integer> counts = new EnumMap<>(ExitCode.class);
    private ExitCode worst = ExitCode.EXPECTED;

    /** One checked configuration; ends in a line feed. */
    public String checked(Assessment assessment, List<String> repeat) {
        count(assessment.exitCode());
        WrappedText text = new WrappedText();
        String outcome =
                switch (assessment.exitCode()) {
                    case EXPECTED -> "as expected";
                    case UNDECIDED -> "undecided";
                    default -> "NOT AS EXPECTED";
                };
        // One line, however long the path is: scripts cut it at the colons.
        text.line(assessment.result().configuration().source() + ": " + outcome + ": " + verdicts(assessment) + "; "
                + Numbers.of(assessment.result().coverage().states(), "state"));
        if (assessment.exitCode() != ExitCode.EXPECTED) {
            assessment.differences().forEach(difference -> text.wrap("  ", 4, difference));
            text.command("  full report: ", 6, repeat);
        }
        return text.toString();
    }

    /** One configuration about which nothing can be said; ends in a line feed. */
    public String failed(String source, String reason, ExitCode code) {
        count(code);
        return new WrappedText().line(source + ": " + reason).toString();
    }

    private void count(ExitCode code) {
        counts.merge(code, 1, Integer::sum);
        worst = worst.worse(code);
    }

    private static String verdicts(Assessment assessment) {
        long[] counted = new long[4];
        for (Finding finding : assessment.result().findings()) {
            Verdict verdict = finding.verdict();
            int kind = verdict instanceof Verdict.Holds
                    ? 0
                    : verdict instanceof Verdict.Violated ? 1 : verdict instanceof Verdict.NotShown ? 2 : 3;
            counted[kind]++;
        }
        List<String> words = new ArrayList<>();
        String[] names = {counted[0] == 1 ? "holds" : "hold", "violated", "not shown", "undecided"};
        for (int kind = 0; kind < names.length; kind++) {
            if (counted[kind] > 0) {
                words.add(Numbers.of(counted[kind]) + " " + names[kind]);
            }
        }
        return String.join(", ", words);
    }

    /** The last lines: how many of each outcome, and the exit code of the run. */
    public String totals() {
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
                .line("verdict:  " + worst.reason() + " (exit " + worst.number() + ")")
                .toString();
    }

    private int of(ExitCode code) {
        return counts.getOrDefault(code, 0);
    }

    public ExitCode exitCode() {
        return worst;
    }
}
