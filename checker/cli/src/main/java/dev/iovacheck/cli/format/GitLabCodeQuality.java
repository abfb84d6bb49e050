package dev.iovacheck.cli.format;

import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.Finding;
import dev.iovacheck.cli.result.Location;
import dev.iovacheck.cli.result.OtherRule;
import dev.iovacheck.cli.result.ResultJson;
import dev.iovacheck.cli.result.RunResult;
import dev.iovacheck.cli.result.Standing;

/** GitLab's code quality report. What is expected is left out; what a baseline knows is information. */
public final class GitLabCodeQuality {

    private GitLabCodeQuality() {}

    /** A JSON array. */
    public static String of(RunResult run) {
        return ResultJson.text(json -> {
            json.writeStartArray();
            for (ConfigurationResult configuration : run.configurations()) {
                for (Finding finding : configuration.findings()) {
                    if (finding.standing() == Standing.EXPECTED) {
                        continue;
                    }
                    Location location = finding.location();
                    json.writeStartObject();
                    json.writeStringField("description", description(finding));
                    json.writeStringField("check_name", finding.rule());
                    json.writeStringField("fingerprint", finding.fingerprint());
                    json.writeStringField("severity", severity(finding));
                    json.writeObjectFieldStart("location");
                    json.writeStringField("path", location.file());
                    json.writeObjectFieldStart("lines");
                    json.writeNumberField("begin", Math.max(1, location.line()));
                    json.writeEndObject();
                    json.writeEndObject();
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
        });
    }

    private static String description(Finding finding) {
        return finding.location().inTree() + finding.message();
    }

    private static String severity(Finding finding) {
        if (finding.rule().equals(OtherRule.INTERNAL_ERROR.id())) {
            return "blocker";
        }
        return switch (finding.level()) {
            case ERROR -> "critical";
            case WARNING -> "minor";
            case NOTE -> "info";
        };
    }
}
