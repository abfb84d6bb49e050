package dev.iovacheck.cli.format;

import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.Finding;
import dev.iovacheck.cli.result.FindingStep;
import dev.iovacheck.cli.result.InvariantResult;
import dev.iovacheck.cli.result.OtherRule;
import dev.iovacheck.cli.result.Outcome;
import dev.iovacheck.cli.result.Standing;
import dev.iovacheck.cli.result.VerdictKind;
import dev.iovacheck.counterexamples.text.WrappedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One case of a test as JUnit and KTAP have it: an invariant of a configuration, or another rule.
 *
 * @param name id of the rule
 * @param remark what to say of it in a few words; may be empty
 * @param findings those that make it fail, or that are known
 */
record TestCase(String name, Kind kind, String remark, List<Finding> findings) {

    /** What became of it. */
    enum Kind {
        PASSED,
        FAILED,
        /** It is violated, and should be, or is known. */
        EXPECTED_FAILURE,
        /** Its premise was never met. */
        SKIPPED,
        /** It was not decided. */
        UNDECIDED
    }

    TestCase {
        findings = List.copyOf(findings);
    }

    /** All of a configuration. Of one that says nothing about invariants, the other rules. */
    static List<TestCase> of(ConfigurationResult configuration) {
        List<TestCase> cases = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (InvariantResult invariant : configuration.invariants()) {
            ids.add(invariant.id());
            cases.add(of(invariant, about(invariant.id(), configuration)));
        }
        for (OtherRule rule : OtherRule.values()) {
            List<Finding> findings = about(rule.id(), configuration);
            boolean isSaid = rule == OtherRule.UNDECIDED
                    && configuration.invariants().stream().anyMatch(each -> each.outcome() == Outcome.UNDECIDED);
            if (!findings.isEmpty() && !ids.contains(rule.id()) && !isSaid) {
                Kind kind = rule == OtherRule.UNDECIDED ? Kind.UNDECIDED : failed(findings);
                cases.add(new TestCase(rule.id(), kind, remark(rule, findings.get(0)), findings));
            }
        }
        return cases;
    }

    /** The name of the case stands before it. */
    private static String remark(OtherRule rule, Finding finding) {
        String name = rule.id() + ": ";
        return finding.summary().startsWith(name) ? finding.summary().substring(name.length()) : finding.summary();
    }

    private static TestCase of(InvariantResult invariant, List<Finding> findings) {
        String sentence = invariant.sentence();
        if (invariant.outcome() == Outcome.UNDECIDED) {
            return new TestCase(invariant.id(), Kind.UNDECIDED, sentence, findings);
        }
        if (!findings.isEmpty()) {
            String expected = invariant.outcome() == Outcome.EXPECTED
                    ? ", as expected"
                    : findings.stream().allMatch(each -> each.standing() == Standing.KNOWN)
                            ? ", as the baseline knows"
                            : ", expected " + invariant.expected().label();
            return new TestCase(invariant.id(), failed(findings), sentence + expected, findings);
        }
        return switch (invariant.verdict()) {
            case NOT_SHOWN -> new TestCase(invariant.id(), Kind.SKIPPED, "its premise is never met here", findings);
            case UNDECIDED -> new TestCase(invariant.id(), Kind.EXPECTED_FAILURE, sentence + ", as expected", findings);
            default ->
                new TestCase(
                        invariant.id(),
                        Kind.PASSED,
                        invariant.verdict() == VerdictKind.HOLDS ? "" : sentence,
                        findings);
        };
    }

    private static List<Finding> about(String rule, ConfigurationResult configuration) {
        return configuration.findings().stream()
                .filter(finding -> finding.rule().equals(rule))
                .toList();
    }

    private static Kind failed(List<Finding> findings) {
        return findings.stream().anyMatch(each -> each.standing() == Standing.NEW)
                ? Kind.FAILED
                : Kind.EXPECTED_FAILURE;
    }

    /** What is shown where there is room for one line: the rule and what became of it. */
    String headline() {
        boolean isInvariant =
                Arrays.stream(OtherRule.values()).noneMatch(rule -> rule.id().equals(name));
        return name + (isInvariant ? " " : ": ") + remark;
    }

    /** Whether a gate must not pass. */
    boolean isBad() {
        return kind == Kind.FAILED || kind == Kind.UNDECIDED;
    }

    /**
     * Everything there is to say: messages, why, and steps; lines end in line feeds. Platforms show it as it is and cut off what does not
     * fit, so that lines are short.
     */
    String details() {
        WrappedText text = new WrappedText();
        for (Finding finding : findings) {
            text.wrap(finding.location() + ": ", 2, finding.message());
            if (!finding.because().isEmpty()) {
                text.wrap("", 0, finding.because());
            }
            for (FindingStep step : finding.steps()) {
                text.wrap(step.number() + ". ", 3, step.title());
                step.changes().forEach(change -> text.wrap("     ", 7, change));
            }
        }
        return findings.isEmpty() ? remark + "\n" : text.toString();
    }
}
