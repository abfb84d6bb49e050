package dev.iovacheck.cli.report;

import dev.iovacheck.cli.report.Assessment.Assessed;
import dev.iovacheck.cli.report.Assessment.Match;
import dev.iovacheck.cli.report.Assessment.StateCount;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Expectation;
import dev.iovacheck.model.config.Iommu;
import java.util.List;
import java.util.Locale;

/** The whole report about one configuration: verdicts, counterexamples, coverage, assumptions, and how to repeat the run. */
public final class CheckReport {

    private final Assessment assessment;
    private final CheckResult result;
    private final Configuration configuration;
    private final WrappedText text = new WrappedText();

    private CheckReport(Assessment assessment) {
        this.assessment = assessment;
        result = assessment.result();
        configuration = result.configuration();
    }

    /**
     * @param repeat the words of the command that repeats the run
     * @param version of this program
     * @param allTraces whether to print all counterexamples in full and not only the first few
     * @param allCoverage whether to list what was never exercised
     * @param status what the process ends with
     */
    public static String of(
            Assessment assessment,
            List<String> repeat,
            String version,
            boolean allTraces,
            boolean allCoverage,
            ExitStatus status) {
        CheckReport report = new CheckReport(assessment);
        report.heading();
        report.verdicts();
        report.goals();
        report.text.add(new TraceSection(assessment.replays(), allTraces).text());
        new CoverageSection(assessment.result(), allCoverage).addTo(report.text);
        report.assumptions();
        report.expectation();
        report.text.command("repeat:   ", 14, repeat);
        report.text.line("version:  " + version);
        report.text.line(lastLine(assessment, status));
        return report.text.toString();
    }

    private void heading() {
        if (!configuration.title().isEmpty()) {
            text.wrap("", 0, configuration.title());
        }
        Iommu iommu = configuration.iommu();
        text.wrap(
                configuration.source() + ": ",
                2,
                "kernel " + configuration.kernel().label() + " ("
                        + configuration.kernel().release() + "), mechanism "
                        + configuration.mechanism().label() + ", "
                        + iommu.mode().name().toLowerCase(Locale.ROOT) + " mode, "
                        + Numbers.of(configuration.cpus(), "cpu") + ", " + ByteSize.of(iommu.granule()) + " granule");
        text.blank();
    }

    private void verdicts() {
        int width = assessment.invariants().stream()
                .mapToInt(each -> each.finding().invariant().id().length())
                .max()
                .orElse(0);
        for (Assessed each : assessment.invariants()) {
            String id = each.finding().invariant().id();
            String mark = each.match() == Match.EXPECTED ? "  " : "! ";
            text.wrap(mark + id + " ".repeat(width - id.length() + 2), width + 6, verdict(each));
        }
        text.blank();
    }

    private void goals() {
        if (result.goals().isEmpty()) {
            return;
        }
        boolean isComplete = result.coverage().cutOff().isEmpty();
        String missed = result.coverage().walks().isPresent()
                ? "not seen"
                : isComplete ? "never reached" : "not reached so far";
        text.line("sometimes:");
        for (CheckResult.GoalFinding each : result.goals()) {
            String outcome = each.steps().isPresent()
                    ? "after " + Numbers.of(each.steps().getAsInt(), "step")
                    : missed;
            text.wrap(
                    each.steps().isPresent() ? "  " : "! ",
                    6,
                    outcome + ": " + each.goal().words(configuration));
        }
        text.blank();
    }

    private static String verdict(Assessed each) {
        String verdict = VerdictWords.of(each.finding().verdict());
        if (each.match() == Match.UNEXPECTED) {
            return verdict + " (expected: " + VerdictWords.of(each.expected()) + ")";
        }
        return each.expected() == Expectation.Expected.HOLDS ? verdict : verdict + ", as expected";
    }

    private void assumptions() {
        List<String> notes = Assumptions.of(
                configuration,
                result.findings().stream().map(CheckResult.Finding::invariant).toList(),
                result.coverage().branches());
        text.line("assumptions:");
        notes.forEach(note -> text.wrap("  - ", 4, note));
        text.blank();
    }

    private void expectation() {
        List<String> differences = assessment.differences();
        String outcome = differences.isEmpty() ? "as expected" : "not as expected: " + String.join("; ", differences);
        if (assessment.exitCode() == ExitCode.UNDECIDED) {
            outcome = String.join("; ", differences);
        }
        text.wrap("expect:   ", 10, outcome);
        if (assessment.states() == StateCount.NOT_COMPARED) {
            String why = result.coverage().cutOff().isPresent()
                    ? "the search was cut off"
                    : "it is for a search with reductions";
            text.wrap("          ", 10, "the expected number of states was not compared: " + why);
        }
        List<String> unchecked = configuration.expectation().verdicts().keySet().stream()
                .filter(id -> !configuration.checks().contains(id))
                .toList();
        if (!unchecked.isEmpty()) {
            text.wrap("          ", 10, "not checked, so not compared: " + String.join(", ", unchecked));
        }
    }

    static String lastLine(Assessment assessment, ExitStatus status) {
        ExitCode code = assessment.exitCode();
        String words =
                switch (code) {
                    case EXPECTED ->
                        assessment.hasViolations()
                                ? "violated as expected"
                                : assessment.result().coverage().cutOff().isPresent()
                                        ? "undecided as expected"
                                        : "holds";
                    case UNEXPECTED -> assessment.hasUnexpectedViolations() ? "violated" : "not as expected";
                    default -> "undecided";
                };
        return "verdict:  " + words + " (exit " + status.number(code) + ")";
    }
}
