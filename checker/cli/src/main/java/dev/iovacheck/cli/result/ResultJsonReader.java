package dev.iovacheck.cli.result;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.iovacheck.model.address.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads configurations back that {@link ResultJson} wrote. Anything else is refused as a whole. */
public final class ResultJsonReader {

    private static final Pattern EXTENT = Pattern.compile("\\[0x([0-9a-f]{1,16}), 0x([0-9a-f]{1,16})]");

    private final JsonParser json;

    /** @param json in front of an array of configurations */
    public ResultJsonReader(JsonParser json) {
        this.json = json;
    }

    /** A value of an array. */
    @FunctionalInterface
    private interface Element<T> {
        T read() throws IOException;
    }

    /** The members of an object: texts, numbers and truth values by name, and what is read of the others. */
    private static final class Members {
        private final Map<String, String> texts = new HashMap<>();
        private final Map<String, Long> numbers = new HashMap<>();
        private final Map<String, Boolean> truths = new HashMap<>();
        private final List<InvariantResult> invariants = new ArrayList<>();
        private final List<Finding> findings = new ArrayList<>();
        private final List<FindingStep> steps = new ArrayList<>();
        private final List<String> changes = new ArrayList<>();
        private final List<DeviceSpace> devices = new ArrayList<>();
        private final List<Extent> allowed = new ArrayList<>();
        private final List<DeviceSpace.ReservedRange> reserved = new ArrayList<>();
        private Location location = Location.of("");

        String text(String name) throws IOException {
            String text = texts.get(name);
            if (text == null) {
                throw new IOException(name + " is missing");
            }
            return text;
        }

        long number(String name) throws IOException {
            Long number = numbers.get(name);
            if (number == null) {
                throw new IOException(name + " is missing");
            }
            return number;
        }

        int smallNumber(String name) throws IOException {
            return Math.toIntExact(number(name));
        }

        boolean truth(String name) throws IOException {
            Boolean truth = truths.get(name);
            if (truth == null) {
                throw new IOException(name + " is missing");
            }
            return truth;
        }
    }

    /**
     * Reads the array.
     *
     * @throws IOException if it is none, or none of configurations
     */
    public List<ConfigurationResult> configurations() throws IOException {
        try {
            json.nextToken();
            return array(this::configuration);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IOException(e);
        }
    }

    private <T> List<T> array(Element<T> element) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new IOException("a list is missing");
        }
        List<T> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            elements.add(element.read());
        }
        return elements;
    }

    private Members members() throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException("an object is missing");
        }
        Members members = new Members();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            switch (json.nextToken()) {
                case VALUE_STRING -> members.texts.put(name, json.getText());
                case VALUE_NUMBER_INT -> members.numbers.put(name, json.getLongValue());
                case VALUE_TRUE -> members.truths.put(name, true);
                case VALUE_FALSE -> members.truths.put(name, false);
                case START_OBJECT -> members.location = location(name);
                case START_ARRAY -> list(name, members);
                default -> throw new IOException(name + " is nothing that is read here");
            }
        }
        return members;
    }

    private void list(String name, Members members) throws IOException {
        switch (name) {
            case "invariants" -> members.invariants.addAll(array(this::invariant));
            case "findings" -> members.findings.addAll(array(this::finding));
            case "steps" -> members.steps.addAll(array(this::step));
            case "changes" -> members.changes.addAll(array(json::getText));
            case "devices" -> members.devices.addAll(array(this::device));
            case "allowed" -> members.allowed.addAll(array(() -> extent(json.getText())));
            case "reserved" -> members.reserved.addAll(array(this::reserved));
            default -> throw new IOException(name + " is no list that is read here");
        }
    }

    private ConfigurationResult configuration() throws IOException {
        Members read = members();
        return new ConfigurationResult(
                read.text("source"),
                read.text("file"),
                read.text("title"),
                read.text("kernel"),
                read.text("mechanism"),
                Labelled.of(read.text("outcome"), Outcome.values()),
                read.number("states"),
                read.number("transitions"),
                read.smallNumber("depth"),
                read.text("cut-off"),
                read.invariants,
                read.findings,
                read.devices);
    }

    private InvariantResult invariant() throws IOException {
        Members read = members();
        return new InvariantResult(
                read.text("id"),
                Labelled.of(read.text("verdict"), VerdictKind.values()),
                read.smallNumber("steps"),
                read.text("reason"),
                Labelled.of(read.text("expected"), VerdictKind.values()),
                Labelled.of(read.text("outcome"), Outcome.values()));
    }

    private Finding finding() throws IOException {
        Members read = members();
        return new Finding(
                read.text("rule"),
                Labelled.of(read.text("level"), Level.values()),
                Labelled.of(read.text("standing"), Standing.values()),
                read.text("summary"),
                read.text("message"),
                read.text("because"),
                read.location,
                read.text("fingerprint"),
                read.steps);
    }

    private FindingStep step() throws IOException {
        Members read = members();
        return new FindingStep(
                read.smallNumber("number"),
                read.text("call"),
                read.changes,
                read.location,
                read.truth("blamed"),
                read.truth("repeated"));
    }

    private DeviceSpace device() throws IOException {
        Members read = members();
        return new DeviceSpace(read.text("name"), read.text("stream"), read.location, read.allowed, read.reserved);
    }

    private DeviceSpace.ReservedRange reserved() throws IOException {
        Members read = members();
        return new DeviceSpace.ReservedRange(extent(read.text("range")), read.text("by"));
    }

    /**
     * Reads what {@link Extent#toString} writes.
     *
     * @throws IOException if it is something else
     */
    static Extent extent(String text) throws IOException {
        Matcher extent = EXTENT.matcher(text);
        if (!extent.matches()) {
            throw new IOException("'" + text + "' is no range");
        }
        try {
            return new Extent(Long.parseUnsignedLong(extent.group(1), 16), Long.parseUnsignedLong(extent.group(2), 16));
        } catch (IllegalArgumentException e) {
            throw new IOException(e);
        }
    }

    private Location location(String name) throws IOException {
        if (!name.equals("location")) {
            throw new IOException(name + " is no object that is read here");
        }
        Members read = members();
        return new Location(
                read.text("file"),
                read.smallNumber("line"),
                read.smallNumber("column"),
                read.text("node"),
                read.text("property"));
    }
}
