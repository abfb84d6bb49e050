package dev.iovacheck.cli.report;

import dev.iovacheck.cli.report.Assessment.Assessed;
import dev.iovacheck.cli.report.Assessment.Match;
import dev.iovacheck.cli.report.Assessment.StateCount;
import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.DeviceSpace;
import dev.iovacheck.cli.result.FileNames;
import dev.iovacheck.cli.result.Finding;
import dev.iovacheck.cli.result.Fingerprint;
import dev.iovacheck.cli.result.InvariantResult;
import dev.iovacheck.cli.result.Level;
import dev.iovacheck.cli.result.Location;
import dev.iovacheck.cli.result.OtherRule;
import dev.iovacheck.cli.result.Outcome;
import dev.iovacheck.cli.result.Standing;
import dev.iovacheck.cli.result.VerdictKind;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.engine.CheckResult.GoalFinding;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Expectation.Expected;
import dev.iovacheck.model.config.Fault;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns what came out of a check into the neutral result that is kept and written for gates. */
public final class ConfigurationResults {

    private final Assessment assessment;
    private final Configuration configuration;
    private final FindingPlaces places;
    private final String file;
    private final List<Finding> findings = new ArrayList<>();

    private ConfigurationResults(Assessment assessment, FindingPlaces places, String file) {
        this.assessment = assessment;
        this.places = places;
        this.file = file;
        configuration = assessment.result().configuration();
    }

    /**
     * @param located what was checked, with its places
     * @param source the file as the user named it
     * @param file as {@link Location#file}
     */
    public static ConfigurationResult of(
            Assessment assessment, LocatedConfiguration located, String source, String file) {
        ConfigurationResults results =
                new ConfigurationResults(assessment, new FindingPlaces(located, source, file), file);
        return results.result(DeviceSpaces.of(located, source, file));
    }

    /** Of a file with faults. */
    public static ConfigurationResult unreadable(String source, String file, List<Fault> faults) {
        List<Finding> findings = new ArrayList<>();
        for (Fault fault : faults) {
            String named = fault.source().equals(source) ? file : FileNames.of(Path.of(fault.source()));
            Location location = fault.line() > 0
                    ? new Location(named, fault.line(), fault.column(), "", "")
                    : Location.parse(fault.source(), source, file).orElse(Location.of(file));
            String message = fault.problem() + (fault.remedy().isEmpty() ? "" : "; " + fault.remedy());
            findings.add(new Finding(
                    OtherRule.CONFIGURATION.id(),
                    Level.ERROR,
                    Standing.NEW,
                    fault.problem(),
                    message,
                    "",
                    location,
                    Fingerprint.of(file, OtherRule.CONFIGURATION.id(), List.of(fault.problem())),
                    List.of()));
        }
        return ConfigurationResult.failed(source, file, Outcome.UNREADABLE, findings);
    }

    /** Of a file that nobody came to before the run was interrupted. */
    public static ConfigurationResult interrupted(String source, String file) {
        return ConfigurationResult.failed(
                source, file, Outcome.UNDECIDED, List.of(other(OtherRule.UNDECIDED, "not checked: interrupted", file)));
    }

    /** Of a file at which this program has failed. */
    public static ConfigurationResult internalError(String source, String file) {
        return ConfigurationResult.failed(
                source,
                file,
                Outcome.INTERNAL_ERROR,
                List.of(other(OtherRule.INTERNAL_ERROR, "internal error: nothing was decided", file)));
    }

    private static Finding other(OtherRule rule, String message, String file) {
        return new Finding(
                rule.id(),
                rule == OtherRule.UNDECIDED ? Level.WARNING : Level.ERROR,
                Standing.NEW,
                message,
                message,
                "",
                Location.of(file),
                Fingerprint.of(file, rule.id(), List.of()),
                List.of());
    }

    /** The same with different fingerprints for different findings of one file, even if nothing but their order tells them apart. */
    public static List<ConfigurationResult> distinct(List<ConfigurationResult> ofOneFile) {
        Map<String, Integer> seen = new HashMap<>();
        return ofOneFile.stream()
                .map(each -> new ConfigurationResult(
                        each.source(),
                        each.file(),
                        each.title(),
                        each.kernel(),
                        each.mechanism(),
                        each.outcome(),
                        each.states(),
                        each.transitions(),
                        each.depth(),
                        each.cutOff(),
                        each.invariants(),
                        each.findings().stream()
                                .map(finding -> distinct(finding, seen))
                                .toList(),
                        each.devices()))
                .toList();
    }

    private static Finding distinct(Finding finding, Map<String, Integer> seen) {
        int times = seen.merge(finding.fingerprint(), 1, Integer::sum);
        if (times == 1) {
            return finding;
        }
        String other = Fingerprint.of(
                finding.location().file(), finding.rule(), List.of(finding.fingerprint(), String.valueOf(times)));
        return new Finding(
                finding.rule(),
                finding.level(),
                finding.standing(),
                finding.summary(),
                finding.message(),
                finding.because(),
                finding.location(),
                other,
                finding.steps());
    }

    // ---- one configuration ----

    private ConfigurationResult result(List<DeviceSpace> devices) {
        assessment.invariants().forEach(this::invariant);
        goals();
        if (assessment.states() == StateCount.DIFFERENT) {
            long expected = configuration.expectation().states().orElseThrow();
            add(
                    OtherRule.STATES.id(),
                    Level.ERROR,
                    Numbers.of(assessment.result().coverage().states(), "state") + ", expected " + Numbers.of(expected),
                    places.expected("states"),
                    List.of(String.valueOf(assessment.result().coverage().states())));
        }
        undecided();
        return new ConfigurationResult(
                configuration.source(),
                file,
                configuration.title(),
                configuration.kernel().label(),
                configuration.mechanism().label(),
                ConfigurationResult.outcomeOf(findings),
                assessment.result().coverage().states(),
                assessment.result().coverage().transitions(),
                assessment.result().coverage().depth(),
                assessment.result().coverage().cutOff().orElse(""),
                assessment.invariants().stream()
                        .map(ConfigurationResults::invariantResult)
                        .toList(),
                findings,
                devices);
    }

    private static InvariantResult invariantResult(Assessed each) {
        Verdict verdict = each.finding().verdict();
        return new InvariantResult(
                each.finding().invariant().id(),
                kind(verdict),
                verdict instanceof Verdict.Violated violated ? violated.steps() : 0,
                verdict instanceof Verdict.Undecided undecided ? undecided.reason() : "",
                kind(each.expected()),
                switch (each.match()) {
                    case EXPECTED -> Outcome.EXPECTED;
                    case UNEXPECTED -> Outcome.UNEXPECTED;
                    case UNDECIDED -> Outcome.UNDECIDED;
                });
    }

    private static VerdictKind kind(Verdict verdict) {
        if (verdict instanceof Verdict.Violated) {
            return VerdictKind.VIOLATED;
        }
        if (verdict instanceof Verdict.Undecided) {
            return VerdictKind.UNDECIDED;
        }
        return verdict instanceof Verdict.Holds ? VerdictKind.HOLDS : VerdictKind.NOT_SHOWN;
    }

    private static VerdictKind kind(Expected expected) {
        return switch (expected) {
            case HOLDS -> VerdictKind.HOLDS;
            case VIOLATED -> VerdictKind.VIOLATED;
            case NOT_SHOWN -> VerdictKind.NOT_SHOWN;
            case UNDECIDED -> VerdictKind.UNDECIDED;
        };
    }

    private void invariant(Assessed each) {
        String id = each.finding().invariant().id();
        if (each.finding().verdict() instanceof Verdict.Violated violated) {
            violation(each, violated.replay(), "");
            violated.elsewhere().forEach(replay -> violation(each, replay, " among " + names(replay)));
        } else if (each.match() == Match.UNEXPECTED) {
            add(
                    id,
                    Level.ERROR,
                    id + " " + VerdictWords.sentence(each.finding().verdict()) + ", expected "
                            + VerdictWords.of(each.expected()),
                    places.expected(id),
                    List.of(kind(each.finding().verdict()).label()));
        }
    }

    /** @param where in which part, if it is not the one that the report shows */
    private void violation(Assessed each, Replay replay, String where) {
        String id = each.finding().invariant().id();
        boolean isExpected = each.match() == Match.EXPECTED;
        String sentence = id + " " + VerdictWords.sentence(new Verdict.Violated(replay)) + where;
        findings.add(new Finding(
                id,
                isExpected ? Level.NOTE : Level.ERROR,
                isExpected ? Standing.EXPECTED : Standing.NEW,
                sentence + ", expected " + VerdictWords.of(each.expected()),
                sentence + ": " + replay.violation(),
                FindingSteps.because(replay),
                places.of(replay),
                Fingerprint.of(file, id, FindingSteps.marks(replay)),
                FindingSteps.of(replay, places)));
    }

    private String names(Replay replay) {
        return String.join(
                ", ",
                replay.counterexample().devices().stream()
                        .map(index -> configuration.devices().get(index).name())
                        .toList());
    }

    private void goals() {
        if (assessment.result().coverage().cutOff().isPresent()) {
            return; // they are open, which is said once
        }
        List<GoalFinding> goals = assessment.result().goals();
        for (int index = 0; index < goals.size(); index++) {
            if (goals.get(index).steps().isEmpty()) {
                add(
                        OtherRule.SOMETIMES.id(),
                        Level.ERROR,
                        "never reached: " + goals.get(index).goal().words(configuration),
                        places.goal(index),
                        List.of(String.valueOf(index)));
            }
        }
    }

    private void undecided() {
        List<String> open = assessment.open();
        for (int index = 0; index < open.size(); index++) {
            add(
                    OtherRule.UNDECIDED.id(),
                    Level.WARNING,
                    open.get(index),
                    places.file(),
                    List.of(String.valueOf(index)));
        }
    }

    private void add(String rule, Level level, String summary, Location location, List<String> marks) {
        findings.add(new Finding(
                rule,
                level,
                Standing.NEW,
                summary,
                summary,
                "",
                location,
                Fingerprint.of(file, rule, marks),
                List.of()));
    }
}
