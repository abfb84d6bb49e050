package dev.iovacheck.cli.format;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.Finding;
import dev.iovacheck.cli.result.FindingStep;
import dev.iovacheck.cli.result.Level;
import dev.iovacheck.cli.result.Location;
import dev.iovacheck.cli.result.OtherRule;
import dev.iovacheck.cli.result.Outcome;
import dev.iovacheck.cli.result.ResultJson;
import dev.iovacheck.cli.result.RunResult;
import dev.iovacheck.cli.result.Standing;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * SARIF 2.1.0: findings with rules and their help, code flows for the steps and fingerprints. What a configuration expects is no finding
 * here; what a baseline knows is one, unchanged and suppressed.
 */
public final class Sarif {

    private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

    /** GitHub refuses results with more than ten times as many, and shows no more. */
    private static final int MOST_STEPS = 1000;

    private final JsonGenerator json;
    private final Map<String, Integer> ruleIndex = new HashMap<>();

    private Sarif(JsonGenerator json) {
        this.json = json;
    }

    /** The whole log, ending in a line feed. */
    public static String of(RunResult run) {
        return ResultJson.text(json -> new Sarif(json).write(run));
    }

    private void write(RunResult run) throws IOException {
        json.writeStartObject();
        json.writeStringField("$schema", SCHEMA);
        json.writeStringField("version", "2.1.0");
        json.writeArrayFieldStart("runs");
        json.writeStartObject();
        tool(run);
        invocation(run);
        json.writeStringField("columnKind", "unicodeCodePoints");
        json.writeArrayFieldStart("results");
        for (ConfigurationResult configuration : run.configurations()) {
            for (Finding finding : configuration.findings()) {
                if (finding.standing() != Standing.EXPECTED && !isNotification(finding)) {
                    result(finding, configuration);
                }
            }
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    private void tool(RunResult run) throws IOException {
        json.writeObjectFieldStart("tool");
        json.writeObjectFieldStart("driver");
        json.writeStringField("name", "iovacheck");
        json.writeStringField("version", run.version());
        json.writeArrayFieldStart("rules");
        for (Rule rule : Rule.all()) {
            ruleIndex.put(rule.id(), ruleIndex.size());
            json.writeStartObject();
            json.writeStringField("id", rule.id());
            text("shortDescription", rule.claim());
            text("fullDescription", rule.claim());
            json.writeObjectFieldStart("help");
            json.writeStringField("text", rule.help());
            json.writeStringField("markdown", rule.markdown());
            json.writeEndObject();
            json.writeObjectFieldStart("defaultConfiguration");
            String level = rule.id().equals(OtherRule.UNDECIDED.id()) ? "warning" : "error";
            json.writeStringField("level", level);
            json.writeEndObject();
            json.writeObjectFieldStart("properties");
            // By these GitHub puts alerts in order.
            json.writeStringField("precision", "very-high");
            json.writeStringField("problem.severity", level);
            json.writeArrayFieldStart("tags");
            json.writeString(rule.tag());
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    private void invocation(RunResult run) throws IOException {
        List<Finding> failures = run.configurations().stream()
                .flatMap(each -> each.findings().stream())
                .filter(Sarif::isNotification)
                .toList();
        json.writeArrayFieldStart("invocations");
        json.writeStartObject();
        json.writeBooleanField(
                "executionSuccessful",
                run.configurations().stream()
                        .allMatch(each ->
                                each.outcome() != Outcome.UNREADABLE && each.outcome() != Outcome.INTERNAL_ERROR));
        json.writeNumberField("exitCode", run.exitCode());
        json.writeArrayFieldStart("toolExecutionNotifications");
        for (Finding failure : failures) {
            json.writeStartObject();
            json.writeStringField("level", "error");
            text("message", failure.message());
            json.writeArrayFieldStart("locations");
            location(failure.location(), "");
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
    }

    /** What says something of this program and not of what it checks. */
    private static boolean isNotification(Finding finding) {
        return finding.rule().equals(OtherRule.INTERNAL_ERROR.id());
    }

    private void result(Finding finding, ConfigurationResult configuration) throws IOException {
        json.writeStartObject();
        json.writeStringField("ruleId", finding.rule());
        Integer index = ruleIndex.get(finding.rule());
        if (index != null) {
            json.writeNumberField("ruleIndex", index);
        }
        json.writeStringField("level", level(finding.level()));
        String message = finding.location().inTree() + finding.message();
        text("message", finding.because().isEmpty() ? message : message + "\n" + finding.because());
        json.writeArrayFieldStart("locations");
        location(finding.location(), "");
        json.writeEndArray();
        json.writeObjectFieldStart("partialFingerprints");
        json.writeStringField("iovacheck/v1", finding.fingerprint());
        // The only one that GitHub tracks alerts by; its own would be made of the line's text, which a device tree has
        // not.
        json.writeStringField("primaryLocationLineHash", finding.fingerprint() + ":1");
        json.writeEndObject();
        if (!finding.steps().isEmpty()) {
            codeFlow(finding.steps());
        }
        if (finding.standing() == Standing.KNOWN) {
            json.writeStringField("baselineState", "unchanged");
            json.writeArrayFieldStart("suppressions");
            json.writeStartObject();
            json.writeStringField("kind", "external");
            json.writeStringField("justification", "the baseline has it");
            json.writeEndObject();
            json.writeEndArray();
        }
        json.writeObjectFieldStart("properties");
        json.writeStringField("configuration", configuration.source());
        json.writeStringField("kernel", configuration.kernel());
        json.writeStringField("mechanism", configuration.mechanism());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static String level(Level level) {
        return switch (level) {
            case ERROR -> "error";
            case WARNING -> "warning";
            case NOTE -> "note";
        };
    }

    private void codeFlow(List<FindingStep> steps) throws IOException {
        json.writeArrayFieldStart("codeFlows");
        json.writeStartObject();
        json.writeArrayFieldStart("threadFlows");
        json.writeStartObject();
        json.writeArrayFieldStart("locations");
        // The last ones, which end in what is found; their numbers tell how many are left out.
        for (FindingStep step : steps.subList(Math.max(0, steps.size() - MOST_STEPS), steps.size())) {
            json.writeStartObject();
            json.writeFieldName("location");
            String changes = step.changes().isEmpty() ? "" : "\n" + String.join("\n", step.changes());
            location(step.location(), step.title() + changes);
            json.writeNumberField("executionOrder", step.number());
            json.writeStringField("importance", step.isBlamed() ? "essential" : "important");
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
    }

    /** @param message empty for none */
    private void location(Location location, String message) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("physicalLocation");
        json.writeObjectFieldStart("artifactLocation");
        json.writeStringField("uri", FileUri.of(location.file()));
        if (!FileUri.isAbsolute(location.file())) {
            json.writeStringField("uriBaseId", "%SRCROOT%");
        }
        json.writeEndObject();
        json.writeObjectFieldStart("region");
        // Platforms want a line of everything; a device tree begins at its first.
        json.writeNumberField("startLine", Math.max(1, location.line()));
        if (location.line() > 0) {
            json.writeNumberField("startColumn", location.column());
        }
        json.writeEndObject();
        json.writeEndObject();
        if (!location.node().isEmpty()) {
            json.writeArrayFieldStart("logicalLocations");
            json.writeStartObject();
            json.writeStringField(
                    "fullyQualifiedName",
                    location.node() + (location.property().isEmpty() ? "" : ":" + location.property()));
            json.writeStringField("kind", location.property().isEmpty() ? "element" : "property");
            json.writeEndObject();
            json.writeEndArray();
        }
        if (!message.isEmpty()) {
            text("message", message);
        }
        json.writeEndObject();
    }

    private void text(String name, String text) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("text", text);
        json.writeEndObject();
    }
}
