package dev.iovacheck.engine;

import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Configuration;
import java.util.List;

/**
 * What came out of checking a configuration.
 *
 * @param configuration what was checked
 * @param findings one for each checked invariant, in the order of the catalogue
 * @param coverage what was looked at
 * @param options how
 */
public record CheckResult(
        Configuration configuration, List<Finding> findings, Coverage coverage, SearchOptions options) {

    public CheckResult {
        findings = List.copyOf(findings);
    }

    /** The verdict about one invariant. */
    public record Finding(Invariant invariant, Verdict verdict) {}
}
