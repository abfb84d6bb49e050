package dev.iovacheck.bench.compare;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** The measurements for other programs. */
final class Json {

    private Json() {}

    static String of(List<Measurement> measurements) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartArray();
            for (Measurement one : measurements) {
                json.writeStartObject();
                json.writeStringField("tool", one.setting().tool());
                json.writeStringField("setting", one.setting().name());
                json.writeNumberField("threads", one.setting().threads());
                json.writeStringField("reduction", one.setting().reduction());
                json.writeNumberField("states", one.counts().states());
                json.writeNumberField("transitions", one.counts().transitions());
                json.writeNumberField("seconds", Math.round(one.medianSeconds() * 1000) / 1000.0);
                json.writeNumberField("statesPerSecond", Math.round(one.statesPerSecond()));
                json.writeNumberField("peakBytes", one.peakBytes());
                json.writeEndObject();
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
