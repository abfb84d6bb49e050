package dev.iovacheck.cli.result;

import java.util.List;

/**
 * What came out of a run.
 *
 * @param version of this program
 * @param commit it was built from; empty if the build did not know
 * @param exitCode of the run
 * @param configurations in the order in which they were named
 * @param cured what the baseline knows and was not found any more
 */
public record RunResult(
        String version,
        String commit,
        int exitCode,
        List<ConfigurationResult> configurations,
        List<KnownFinding> cured) {

    public RunResult {
        configurations = List.copyOf(configurations);
        cured = List.copyOf(cured);
    }
}
