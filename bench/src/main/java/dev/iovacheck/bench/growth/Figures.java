package dev.iovacheck.bench.growth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What was measured, as it is kept in a file.
 *
 * @param model what was searched, and how
 * @param command that repeats it
 * @param machine one line each: processor, memory, load by others, system, Java, commit
 * @param curves one for each number of threads
 */
record Figures(String model, String command, List<String> machine, List<Curve> curves) {

    String toJson() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("model", model);
            json.writeStringField("command", command);
            json.writeArrayFieldStart("machine");
            for (String line : machine) {
                json.writeString(line);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("curves");
            for (Curve curve : curves) {
                json.writeStartObject();
                json.writeNumberField("threads", curve.threads());
                json.writeArrayFieldStart("points");
                for (Curve.Point point : curve.points()) {
                    json.writeStartObject();
                    json.writeNumberField("states", point.states());
                    json.writeNumberField("statesPerSecond", point.statesPerSecond());
                    json.writeNumberField("slowest", point.slowest());
                    json.writeNumberField("fastest", point.fastest());
                    json.writeNumberField("transitionsPerSecond", point.transitionsPerSecond());
                    json.writeNumberField("sinceStart", point.sinceStart());
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }

    /**
     * What {@link #toJson} wrote.
     *
     * @throws IOException if it is not that
     */
    static Figures fromJson(String text) throws IOException {
        String model = "";
        String command = "";
        List<String> machine = new ArrayList<>();
        List<Curve> curves = new ArrayList<>();
        try (JsonParser json = new JsonFactory().createParser(text)) {
            expect(json, JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                switch (field) {
                    case "model" -> model = json.nextTextValue();
                    case "command" -> command = json.nextTextValue();
                    case "machine" -> {
                        expect(json, JsonToken.START_ARRAY);
                        while (json.nextToken() == JsonToken.VALUE_STRING) {
                            machine.add(json.getText());
                        }
                    }
                    case "curves" -> {
                        expect(json, JsonToken.START_ARRAY);
                        while (json.nextToken() == JsonToken.START_OBJECT) {
                            curves.add(curve(json));
                        }
                    }
                    default -> throw new IOException("unknown field " + field);
                }
            }
        }
        return new Figures(model, command, machine, curves);
    }

    private static Curve curve(JsonParser json) throws IOException {
        int threads = Math.toIntExact(number(json, "threads"));
        List<Curve.Point> points = new ArrayList<>();
        expectField(json, "points");
        expect(json, JsonToken.START_ARRAY);
        while (json.nextToken() == JsonToken.START_OBJECT) {
            points.add(new Curve.Point(
                    number(json, "states"),
                    number(json, "statesPerSecond"),
                    number(json, "slowest"),
                    number(json, "fastest"),
                    number(json, "transitionsPerSecond"),
                    number(json, "sinceStart")));
            expect(json, JsonToken.END_OBJECT);
        }
        expect(json, JsonToken.END_OBJECT);
        return new Curve(threads, points);
    }

    private static long number(JsonParser json, String name) throws IOException {
        expectField(json, name);
        expect(json, JsonToken.VALUE_NUMBER_INT);
        return json.getLongValue();
    }

    private static void expectField(JsonParser json, String name) throws IOException {
        expect(json, JsonToken.FIELD_NAME);
        if (!json.currentName().equals(name)) {
            throw new IOException("there is " + json.currentName() + " where " + name + " should be");
        }
    }

    private static void expect(JsonParser json, JsonToken token) throws IOException {
        if (json.nextToken() != token) {
            throw new IOException("there is " + json.currentToken() + " where " + token + " should be");
        }
    }
}
