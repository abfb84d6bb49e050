package dev.iovacheck.cli.result;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Findings that somebody has accepted, and what was kept off devices at that time. What is known fails no gate; what is new does, and so
 * does a device that may be given what was kept off it. Written as {@code iovacheck-baseline/1}.
 */
public final class Baseline {

    /** Name and version of the format. */
    public static final String FORMAT = "iovacheck-baseline/1";

    private static final Comparator<KnownFinding> ORDER = Comparator.comparing(KnownFinding::file)
            .thenComparing(KnownFinding::rule)
            .thenComparing(KnownFinding::fingerprint);

    private final Map<String, KnownFinding> known = new LinkedHashMap<>();
    private final Map<String, List<DeviceSpace>> devices;

    /** Accepts these. */
    public Baseline(List<KnownFinding> findings) {
        this(findings, Map.of());
    }

    /** @param devices by file; where they are said and what they may be given is not looked at */
    private Baseline(List<KnownFinding> findings, Map<String, List<DeviceSpace>> devices) {
        this.devices = new TreeMap<>(devices);
        findings.stream().sorted(ORDER).forEach(each -> known.put(each.fingerprint(), each));
    }

    /** All of them, in the order of files, rules and fingerprints. */
    public List<KnownFinding> findings() {
        return List.copyOf(known.values());
    }

    /** The same results, with the findings that are known, and those of reservations that were lost. */
    public List<ConfigurationResult> judge(List<ConfigurationResult> results) {
        Map<DeviceSpace, Finding> lost = new LinkedHashMap<>();
        devices.forEach((file, before) -> lost.putAll(LostReservations.of(
                file,
                before,
                results.stream()
                        .filter(result -> result.file().equals(file))
                        .flatMap(result -> result.devices().stream())
                        .toList())));
        return results.stream()
                .map(result -> result.without(OtherRule.RESERVATION_LOST)
                        .judged(finding -> isKnown(finding) ? finding.known() : finding)
                        .and(result.devices().stream()
                                .flatMap(device -> Stream.ofNullable(lost.get(device)))
                                .toList()))
                .toList();
    }

    private boolean isKnown(Finding finding) {
        return finding.standing() == Standing.NEW && !finding.isUndecided() && known.containsKey(finding.fingerprint());
    }

    /** What it has of rules of files that were checked to the end, and was not found there any more. */
    public List<KnownFinding> cured(List<ConfigurationResult> results) {
        Set<String> found = results.stream()
                .flatMap(result -> result.findings().stream())
                .map(Finding::fingerprint)
                .collect(Collectors.toSet());
        return known.values().stream()
                .filter(each -> isDecided(each.file(), each.rule(), results) && !found.contains(each.fingerprint()))
                .toList();
    }

    /**
     * The baseline that accepts what was found. Of rules and files that were not checked, or not to the end, it keeps what it had.
     *
     * @param exists whether there still is a file of that name
     */
    public Baseline updated(List<ConfigurationResult> results, Predicate<String> exists) {
        List<KnownFinding> all = new ArrayList<>(known.values().stream()
                .filter(each -> !isDecided(each.file(), each.rule(), results) && exists.test(each.file()))
                .toList());
        for (ConfigurationResult result : results) {
            result.findings().stream()
                    .filter(finding -> finding.standing() != Standing.EXPECTED)
                    .filter(finding -> !finding.rule().equals(OtherRule.RESERVATION_LOST.id()))
                    .filter(finding -> isDecided(result.file(), finding.rule(), results))
                    .map(KnownFinding::of)
                    .forEach(all::add);
        }
        return new Baseline(all, devices(results, exists));
    }

    private Map<String, List<DeviceSpace>> devices(List<ConfigurationResult> results, Predicate<String> exists) {
        Map<String, List<DeviceSpace>> all = new TreeMap<>();
        devices.forEach((file, before) -> {
            if (exists.test(file)) {
                all.put(file, before);
            }
        });
        Set<String> unread = results.stream()
                .filter(result -> result.invariants().isEmpty())
                .map(ConfigurationResult::file)
                .collect(Collectors.toSet());
        results.stream()
                .filter(result -> !unread.contains(result.file()))
                .collect(Collectors.groupingBy(ConfigurationResult::file))
                .forEach((file, parts) -> all.put(
                        file,
                        parts.stream().flatMap(part -> part.devices().stream()).toList()));
        return all;
    }

    /** Whether the rule was checked in all that the file comes to, and nothing was left open. */
    private static boolean isDecided(String file, String rule, List<ConfigurationResult> results) {
        List<ConfigurationResult> ofFile =
                results.stream().filter(each -> each.file().equals(file)).toList();
        boolean isInvariant =
                Arrays.stream(OtherRule.values()).noneMatch(other -> other.id().equals(rule));
        return !ofFile.isEmpty()
                && ofFile.stream()
                        .allMatch(each -> !each.invariants().isEmpty()
                                && each.findings().stream().noneMatch(Finding::isUndecided)
                                && (!isInvariant
                                        || each.invariants().stream()
                                                .anyMatch(invariant ->
                                                        invariant.id().equals(rule))));
    }

    // ---- as a file ----

    /** JSON, one finding in a few lines, so that changes can be read; ends in a line feed. */
    public String text() {
        return ResultJson.text(json -> {
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeArrayFieldStart("findings");
            for (KnownFinding each : known.values()) {
                json.writeStartObject();
                json.writeStringField("file", each.file());
                json.writeStringField("rule", each.rule());
                json.writeStringField("fingerprint", each.fingerprint());
                json.writeStringField("summary", each.summary());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("devices");
            for (Map.Entry<String, List<DeviceSpace>> file : devices.entrySet()) {
                for (DeviceSpace device : file.getValue()) {
                    json.writeStartObject();
                    json.writeStringField("file", file.getKey());
                    json.writeStringField("device", device.name());
                    json.writeStringField("stream", device.stream());
                    ResultJson.reserved(device, json);
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @param source what messages call it
     * @throws ConfigurationException with the place where it is something else
     */
    public static Baseline read(String source, String text) throws ConfigurationException {
        try (JsonParser json = new JsonFactory().createParser(text)) {
            try {
                return read(json);
            } catch (JsonParseException e) {
                throw fault(source, json, String.valueOf(e.getOriginalMessage()));
            } catch (IOException e) {
                throw fault(source, json, String.valueOf(e.getMessage()));
            }
        } catch (IOException e) {
            throw new IllegalStateException("a string can be read", e);
        }
    }

    private static ConfigurationException fault(String source, JsonParser json, String problem) {
        return new ConfigurationException(List.of(new Fault(
                source,
                Math.max(1, json.currentLocation().getLineNr()),
                Math.max(1, json.currentLocation().getColumnNr()),
                "is no baseline: " + problem.lines().findFirst().orElse(""),
                "name a file that --update-baseline wrote, or one that does not exist yet")));
    }

    private static Baseline read(JsonParser json) throws IOException {
        expect(json.nextToken() == JsonToken.START_OBJECT, "an object is missing");
        boolean hasFormat = false;
        List<KnownFinding> findings = new ArrayList<>();
        Map<String, List<DeviceSpace>> devices = new TreeMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("format")) {
                expect(FORMAT.equals(json.getText()), "its format is not " + FORMAT);
                hasFormat = true;
            } else if (name.equals("findings")) {
                expect(value == JsonToken.START_ARRAY, "findings is a list");
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    findings.add(finding(json));
                }
            } else if (name.equals("devices")) {
                expect(value == JsonToken.START_ARRAY, "devices is a list");
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    DeviceSpace device = device(json);
                    devices.computeIfAbsent(device.location().file(), file -> new ArrayList<>())
                            .add(device);
                }
            } else {
                throw new IOException("unknown key '" + name + "'");
            }
        }
        expect(hasFormat, "format is missing");
        return new Baseline(findings, devices);
    }

    private static DeviceSpace device(JsonParser json) throws IOException {
        expect(json.currentToken() == JsonToken.START_OBJECT, "a device is an object");
        Map<String, String> members = new LinkedHashMap<>();
        List<DeviceSpace.ReservedRange> reserved = new ArrayList<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.START_ARRAY) {
                expect(name.equals("reserved"), name + " is a string");
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    Map<String, String> range = strings(json, "a reserved range", List.of("range", "by"));
                    reserved.add(new DeviceSpace.ReservedRange(
                            ResultJsonReader.extent(range.getOrDefault("range", "")), range.getOrDefault("by", "")));
                }
            } else {
                expect(json.currentToken() == JsonToken.VALUE_STRING, name + " is a string");
                members.put(name, json.getText());
            }
        }
        for (String name : List.of("file", "device", "stream")) {
            expect(members.containsKey(name), name + " is missing");
        }
        return new DeviceSpace(
                members.getOrDefault("device", ""),
                members.getOrDefault("stream", ""),
                Location.of(members.getOrDefault("file", "")),
                List.of(),
                reserved);
    }

    private static KnownFinding finding(JsonParser json) throws IOException {
        Map<String, String> members = strings(json, "a finding", List.of("fingerprint", "rule", "file"));
        return new KnownFinding(
                members.getOrDefault("fingerprint", ""),
                members.getOrDefault("rule", ""),
                members.getOrDefault("file", ""),
                members.getOrDefault("summary", ""));
    }

    private static Map<String, String> strings(JsonParser json, String what, List<String> needed) throws IOException {
        expect(json.currentToken() == JsonToken.START_OBJECT, what + " is an object");
        Map<String, String> members = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            expect(json.nextToken() == JsonToken.VALUE_STRING, name + " is a string");
            members.put(name, json.getText());
        }
        for (String name : needed) {
            expect(members.containsKey(name), name + " is missing");
        }
        return members;
    }

    private static void expect(boolean isSo, String otherwise) throws IOException {
        if (!isSo) {
            throw new IOException(otherwise);
        }
    }
}
