package dev.iovacheck.cli.result;

import java.util.List;
import java.util.function.UnaryOperator;

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
        List<Finding> findings) {

    public ConfigurationResult {
        invariants = List.copyOf(invariants);
        findings = List.copyOf(findings);
    }

    /** Of a configuration about which nothing can be said. */
    public static ConfigurationResult failed(String source, String file, Outcome outcome, List<Finding> findings) {
        return new ConfigurationResult(source, file, "", "", "", outcome, 0, 0, 0, "", List.of(), findings);
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
        boolean isChecked = outcome != Outcome.UNREADABLE && outcome != Outcome.INTERNAL_ERROR;
        List<Finding> judged = isChecked ? findings.stream().map(judge).toList() : findings;
        return new ConfigurationResult(
                source,
                file,
                title,
                kernel,
                mechanism,
                isChecked ? outcomeOf(judged) : outcome,
                states,
                transitions,
                depth,
                cutOff,
                invariants,
                judged);
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
