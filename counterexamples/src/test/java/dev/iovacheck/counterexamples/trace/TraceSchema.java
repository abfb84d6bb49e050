package dev.iovacheck.counterexamples.trace;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** As much of JSON Schema as the shipped schema uses; anything else in it is an error. */
final class TraceSchema {

    private static final List<String> KNOWN = List.of(
            "$schema",
            "$id",
            "$defs",
            "$ref",
            "title",
            "description",
            "type",
            "required",
            "additionalProperties",
            "properties",
            "items",
            "const",
            "enum",
            "pattern",
            "minimum");

    private final Map<?, ?> root = (Map<?, ?>) load();
    private final List<String> wrong = new ArrayList<>();

    private static Object load() {
        try (InputStream in = TraceFileReader.class.getResourceAsStream("iovacheck-trace.schema.json")) {
            return new Load(LoadSettings.builder().build()).loadFromInputStream(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The schema of a part, or of the whole for an empty name. */
    private Map<?, ?> part(String name) {
        return name.isEmpty() ? root : at(root, "$defs", name);
    }

    /** Names of the members that a part may have. */
    List<String> members(String part) {
        return at(part(part), "properties").keySet().stream()
                .map(String::valueOf)
                .toList();
    }

    /** What a member may be. */
    Object constants(String part, String member) {
        return Objects.requireNonNull(at(part(part), "properties", member).get("enum"));
    }

    private static Map<?, ?> at(Map<?, ?> from, String... steps) {
        Map<?, ?> part = from;
        for (String step : steps) {
            part = (Map<?, ?>) Objects.requireNonNull(part.get(step), step);
        }
        return part;
    }

    /** What is wrong with a JSON text; JSON is YAML, so the library that is there reads it. */
    List<String> faults(String json) {
        wrong.clear();
        check("", root, new Load(LoadSettings.builder().build()).loadFromString(json));
        return List.copyOf(wrong);
    }

    private void check(String at, Map<?, ?> schema, Object value) {
        schema.keySet().stream().filter(key -> !KNOWN.contains(key)).forEach(key -> wrong.add("schema: " + key));
        if (schema.get("$ref") instanceof String reference) {
            check(at, part(reference.substring("#/$defs/".length())), value);
        }
        Object type = schema.get("type");
        boolean fits = type == null
                || (type.equals("object") && value instanceof Map)
                || (type.equals("array") && value instanceof List)
                || (type.equals("string") && value instanceof String)
                || (type.equals("boolean") && value instanceof Boolean)
                || (type.equals("integer") && value instanceof Integer);
        if (!fits
                || (schema.containsKey("const") && !value.equals(schema.get("const")))
                || (schema.get("enum") instanceof List<?> list && !list.contains(value))
                || (schema.get("minimum") instanceof Integer least && (Integer) value < least)
                || (schema.get("pattern") instanceof String pattern && !((String) value).matches(pattern))) {
            wrong.add(at + ": " + value);
        }
        if (schema.get("items") instanceof Map<?, ?> items && value instanceof List<?> list) {
            list.forEach(element -> check(at + "[]", items, element));
        }
        if (schema.get("properties") instanceof Map<?, ?> properties && value instanceof Map<?, ?> object) {
            object.forEach((name, member) -> {
                if (properties.containsKey(name)) {
                    check(at + "/" + name, (Map<?, ?>) properties.get(name), member);
                } else {
                    wrong.add(at + " has " + name);
                }
            });
            List.copyOf((List<?>) Objects.requireNonNull(schema.get("required"))).stream()
                    .filter(name -> !object.containsKey(name))
                    .forEach(name -> wrong.add(at + " lacks " + name));
        }
    }
}
