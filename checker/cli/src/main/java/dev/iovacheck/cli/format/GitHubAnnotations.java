package dev.iovacheck.cli.format;

import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.Finding;
import dev.iovacheck.cli.result.Level;
import dev.iovacheck.cli.result.Location;
import dev.iovacheck.cli.result.RunResult;
import dev.iovacheck.cli.result.Standing;

/** Commands that GitHub's runners read from standard output and show beside the lines of a change. What is expected is left out. */
public final class GitHubAnnotations {

    private GitHubAnnotations() {}

    /** One line for each finding. */
    public static String of(RunResult run) {
        StringBuilder text = new StringBuilder();
        for (ConfigurationResult configuration : run.configurations()) {
            for (Finding finding : configuration.findings()) {
                if (finding.standing() != Standing.EXPECTED) {
                    text.append(line(finding)).append('\n');
                }
            }
        }
        return text.toString();
    }

    private static String line(Finding finding) {
        Location location = finding.location();
        StringBuilder line = new StringBuilder("::").append(command(finding.level()));
        line.append(" file=").append(property(location.file()));
        if (location.line() > 0) {
            line.append(",line=").append(location.line()).append(",col=").append(location.column());
        }
        line.append(",title=").append(property("iovacheck: " + finding.rule())).append("::");
        String steps = finding.stepsAsText();
        return line.append(message(
                        location.inTree() + finding.message() + (steps.isEmpty() ? "" : "\n" + steps.stripTrailing())))
                .toString();
    }

    private static String command(Level level) {
        return switch (level) {
            case ERROR -> "error";
            case WARNING -> "warning";
            case NOTE -> "notice";
        };
    }

    private static String message(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(String text) {
        return message(text).replace(":", "%3A").replace(",", "%2C");
    }
}
