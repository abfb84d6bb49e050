package dev.iovacheck.cli.result;

/**
 * A finding that a baseline accepts.
 *
 * @param fingerprint by which it is known again
 * @param rule as it was
 * @param file as it was
 * @param summary as it was
 */
public record KnownFinding(String fingerprint, String rule, String file, String summary) {

    /** What a baseline keeps of a finding. */
    public static KnownFinding of(Finding finding) {
        return new KnownFinding(
                finding.fingerprint(), finding.rule(), finding.location().file(), finding.summary());
    }
}
