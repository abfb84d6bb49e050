package dev.iovacheck.cli.report;

import dev.iovacheck.cli.report.Assessment.Assessed;
import dev.iovacheck.cli.report.Assessment.Match;
import dev.iovacheck.cli.report.Assessment.StateCount;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.Coverage;
import dev.iovacheck.engine.search.BreadthFirst;
import dev.iovacheck.engine.search.Storage;
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
     */
    public static String of(Assessment assessment, List<String> repeat, String version, boolean allTraces) {
        CheckReport report = new CheckReport(assessment);
        report.heading();
        report.verdicts();
        report.text.add(new TraceSection(assessment, allTraces).text());
        report.coverage();
        report.assumptions();
        report.expectation();
        report.text.command("repeat:   ", 14, repeat);
        report.text.line("version:  " + version);
        report.text.line(lastLine(assessment));
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

    private static String verdict(Assessed each) {
        String verdict = VerdictWords.of(each.finding().verdict());
        if (each.match() == Match.UNEXPECTED) {
            return verdict + " (expected: " + VerdictWords.of(each.expected()) + ")";
        }
        return each.expected() == Expectation.Expected.HOLDS ? verdict : verdict + ", as expected";
    }

    private void coverage() {
        Coverage coverage = result.coverage();
        text.wrap(
                "coverage: ",
                10,
                coverage.cutOff()
                        .map(reason -> "cut off (" + reason + "): nothing is shown beyond these states")
                        .orElse("every reachable state was looked at"
                                + (result.options().storage() == Storage.EXACT ? "" : " but for collisions")));
        row("states", Numbers.of(coverage.states()) + (result.options().isReduced() ? "" : " without reductions"));
        Reductions.of(result).ifPresent(words -> row("reductions", words));
        row("transitions", Numbers.of(coverage.transitions()));
        row("depth", Numbers.of(coverage.depth(), "step"));
        if (result.options().storage() == Storage.FINGERPRINT) {
            row(
                    "storage",
                    "64-bit fingerprints: the probability that two states had the same one, so that something was missed,"
                            + " is at most about " + probability(coverage));
        }
        if (coverage.allParts() > 1) {
            for (int part = 0; part < coverage.parts().size(); part++) {
                Coverage.Part each = coverage.parts().get(part);
                row(
                        "part " + (part + 1),
                        String.join(", ", each.devices()) + ": " + Numbers.of(each.states(), "state") + ", depth "
                                + each.depth());
                for (List<String> copy : each.copies()) {
                    row("", String.join(", ", copy) + ": alike but for the names, not searched");
                }
            }
        }
        if (coverage.cutOff().isEmpty()) {
            for (String family : coverage.neverFired()) {
                row("never", family);
            }
        }
        text.blank();
    }

    /** Each part has a table of its own. */
    private static String probability(Coverage coverage) {
        double sum = coverage.parts().stream()
                .mapToDouble(part -> BreadthFirst.collisionProbability(part.states()))
                .sum();
        return String.format(Locale.ROOT, "%.1e", Math.min(1, sum));
    }

    private void row(String name, String value) {
        text.wrap("  " + name + " ".repeat(Math.max(1, 13 - name.length())), 17, value);
    }

    private void assumptions() {
        List<String> notes = Assumptions.of(
                configuration,
                result.findings().stream().map(CheckResult.Finding::invariant).toList());
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

    static String lastLine(Assessment assessment) {
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
        return "verdict:  " + words + " (exit " + code.number() + ")";
    }
}
