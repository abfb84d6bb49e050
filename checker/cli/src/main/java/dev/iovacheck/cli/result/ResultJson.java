package dev.iovacheck.cli.result;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import dev.iovacheck.model.address.Extent;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes results as {@code iovacheck-result/1}: JSON of the schema {@code iovacheck-result.schema.json}. */
public final class ResultJson {

    /** Name and version of the format. */
    public static final String FORMAT = "iovacheck-result/1";

    private final JsonGenerator json;

    private ResultJson(JsonGenerator json) {
        this.json = json;
    }

    /** Writes something to a generator. */
    @FunctionalInterface
    public interface Content {

        /** @throws IOException never in memory */
        void write(JsonGenerator json) throws IOException;
    }

    /** JSON with two spaces for each level, ending in a line feed; the same on every system. */
    public static String text(Content content) {
        StringWriter text = new StringWriter();
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
                Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.setPrettyPrinter(printer);
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.append('\n').toString();
    }

    /** A whole run. */
    public static String of(RunResult run) {
        return text(json -> new ResultJson(json).write(run));
    }

    /** Configurations as an array, as {@link ResultJsonReader} takes them. */
    public static void write(List<ConfigurationResult> configurations, JsonGenerator json) throws IOException {
        new ResultJson(json).configurations(configurations);
    }

    private void write(RunResult run) throws IOException {
        json.writeStartObject();
        json.writeStringField("format", FORMAT);
        json.writeStringField("iovacheck", run.version());
        if (!run.commit().isEmpty()) {
            json.writeStringField("commit", run.commit());
        }
        json.writeNumberField("exit-code", run.exitCode());
        json.writeFieldName("configurations");
        configurations(run.configurations());
        json.writeArrayFieldStart("cured");
        for (KnownFinding cured : run.cured()) {
            json.writeStartObject();
            json.writeStringField("fingerprint", cured.fingerprint());
            json.writeStringField("rule", cured.rule());
            json.writeStringField("file", cured.file());
            json.writeStringField("summary", cured.summary());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void configurations(List<ConfigurationResult> configurations) throws IOException {
        json.writeStartArray();
        for (ConfigurationResult each : configurations) {
            json.writeStartObject();
            json.writeStringField("source", each.source());
            json.writeStringField("file", each.file());
            json.writeStringField("title", each.title());
            json.writeStringField("kernel", each.kernel());
            json.writeStringField("mechanism", each.mechanism());
            json.writeStringField("outcome", each.outcome().label());
            json.writeNumberField("states", each.states());
            json.writeNumberField("transitions", each.transitions());
            json.writeNumberField("depth", each.depth());
            json.writeStringField("cut-off", each.cutOff());
            json.writeArrayFieldStart("invariants");
            for (InvariantResult invariant : each.invariants()) {
                write(invariant);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("findings");
            for (Finding finding : each.findings()) {
                write(finding);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("devices");
            for (DeviceSpace device : each.devices()) {
                write(device);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void write(InvariantResult invariant) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", invariant.id());
        json.writeStringField("verdict", invariant.verdict().label());
        json.writeNumberField("steps", invariant.steps());
        json.writeStringField("reason", invariant.reason());
        json.writeStringField("expected", invariant.expected().label());
        json.writeStringField("outcome", invariant.outcome().label());
        json.writeEndObject();
    }

    private void write(Finding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("rule", finding.rule());
        json.writeStringField("level", finding.level().label());
        json.writeStringField("standing", finding.standing().label());
        json.writeStringField("summary", finding.summary());
        json.writeStringField("message", finding.message());
        json.writeStringField("because", finding.because());
        json.writeFieldName("location");
        write(finding.location());
        json.writeStringField("fingerprint", finding.fingerprint());
        json.writeArrayFieldStart("steps");
        for (FindingStep step : finding.steps()) {
            json.writeStartObject();
            json.writeNumberField("number", step.number());
            json.writeStringField("call", step.call());
            json.writeArrayFieldStart("changes");
            for (String change : step.changes()) {
                json.writeString(change);
            }
            json.writeEndArray();
            json.writeFieldName("location");
            write(step.location());
            json.writeBooleanField("blamed", step.isBlamed());
            json.writeBooleanField("repeated", step.isRepeated());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void write(DeviceSpace device) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", device.name());
        json.writeStringField("stream", device.stream());
        json.writeFieldName("location");
        write(device.location());
        json.writeArrayFieldStart("allowed");
        for (Extent allowed : device.allowed()) {
            json.writeString(allowed.toString());
        }
        json.writeEndArray();
        reserved(device, json);
        json.writeEndObject();
    }

    static void reserved(DeviceSpace device, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("reserved");
        for (DeviceSpace.ReservedRange reserved : device.reserved()) {
            json.writeStartObject();
            json.writeStringField("range", reserved.range().toString());
            json.writeStringField("by", reserved.by());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void write(Location location) throws IOException {
        json.writeStartObject();
        json.writeStringField("file", location.file());
        json.writeNumberField("line", location.line());
        json.writeNumberField("column", location.column());
        json.writeStringField("node", location.node());
        json.writeStringField("property", location.property());
        json.writeEndObject();
    }
}
