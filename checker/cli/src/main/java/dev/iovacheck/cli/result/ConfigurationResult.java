package dev.iovacheck.cli.result;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What came out of one configuration.
 *
 * @param source as the user named it; of a board with a number behind it, if it is more than one configuration
 * @param file as {@link Location#file}
 * @param title may be empty, as everything that is not known of a configuration that cannot be read
 * @param kernel label of the kernel profile
 * @param mechanism label of the mechanism
 * @param states distinct states
 * @param transitions between them
 * @param depth the longest shortest way to a state, in steps
 * @param cutOff why not everything was looked at; empty if it was
 * @param invariants one for each that was checked
 * @param findings those of violations first, in the order of the catalogue
 * @param devices those behind an IOMMU
 */
public record ConfigurationResult(
        String source,
        String file,
        String title,
        String kernel,
        String mechanism,
        Outcome outcome,
        long states,
        long transitions,
        int depth,
        String cutOff,
        List<InvariantResult> invariants,
        List<Finding> findings,
        List<DeviceSpace> devices) {

    public ConfigurationResult {
        invariants = List.copyOf(invariants);
        findings = List.copyOf(findings);
        devices = List.copyOf(devices);
    }

    /** Of a configuration about which nothing can be said. */
    public static ConfigurationResult failed(String source, String file, Outcome outcome, List<Finding> findings) {
        return new ConfigurationResult(source, file, "", "", "", outcome, 0, 0, 0, "", List.of(), findings, List.of());
    }

    /** What findings come to: what is unexpected for certain counts more than what is open. */
    public static Outcome outcomeOf(List<Finding> findings) {
        if (findings.stream().anyMatch(each -> each.standing() == Standing.NEW && !each.isUndecided())) {
            return Outcome.UNEXPECTED;
        }
        return findings.stream().anyMatch(Finding::isUndecided) ? Outcome.UNDECIDED : Outcome.EXPECTED;
    }

    /** The same after somebody has looked at the findings; whether something was checked at all does not change. */
    public ConfigurationResult judged(UnaryOperator<Finding> judge) {
        return isChecked() ? withFindings(findings.stream().map(judge).toList()) : this;
    }

    /** The same with more findings. */
    public ConfigurationResult and(List<Finding> more) {
        return more.isEmpty()
                ? this
                : withFindings(Stream.concat(findings.stream(), more.stream()).toList());
    }

    /** The same without the findings about a rule. */
    ConfigurationResult without(OtherRule rule) {
        return withFindings(findings.stream()
                .filter(finding -> !finding.rule().equals(rule.id()))
                .toList());
    }

    private boolean isChecked() {
        return outcome != Outcome.UNREADABLE && outcome != Outcome.INTERNAL_ERROR;
    }

    /**
     * The same with other places.
     *
     * @param located the same findings
     * @param where the same devices
     */
    public ConfigurationResult withPlaces(List<Finding> located, List<DeviceSpace> where) {
        return new ConfigurationResult(
                source,
                file,
                title,
                kernel,
                mechanism,
                outcome,
                states,
                transitions,
                depth,
                cutOff,
                invariants,
                located,
                where);
    }

    private ConfigurationResult withFindings(List<Finding> judged) {
        return new ConfigurationResult(
                source,
                file,
                title,
                kernel,
                mechanism,
                isChecked() ? outcomeOf(judged) : outcome,
                states,
                transitions,
                depth,
                cutOff,
                invariants,
                judged,
                devices);
    }

    /** How many invariants came out so. */
    public long count(VerdictKind verdict) {
        return invariants.stream().filter(each -> each.verdict() == verdict).count();
    }

    /** How many findings stand so. */
    public long count(Standing standing) {
        return findings.stream().filter(each -> each.standing() == standing).count();
    }
}
