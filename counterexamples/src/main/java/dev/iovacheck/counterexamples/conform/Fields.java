package dev.iovacheck.counterexamples.conform;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Takes the fields of one JSON object by name and type, and at last insists that none is left over. */
final class Fields {

    private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,19}");

    /** Turns an element of a list into what it stands for. */
    @FunctionalInterface
    interface Element<T> {
        T read(Json json) throws TraceFormatException;
    }

    private final JsonLines lines;
    private final Json.Obj object;
    private final String owner;
    private final Set<String> known = new HashSet<>();

    /**
     * @param owner for messages: what has these fields
     */
    Fields(JsonLines lines, Json.Obj object, String owner) {
        this.lines = lines;
        this.object = object;
        this.owner = owner;
    }

    boolean has(String name) {
        known.add(name);
        return object.members().containsKey(name);
    }

    Json take(String name) throws TraceFormatException {
        known.add(name);
        Json.Member member = object.members().get(name);
        if (member == null) {
            throw lines.fault(
                    object.column(), owner + " has no field \"" + name + "\"", "add it: the format requires it here");
        }
        return member.value();
    }

    /** To be called when all fields were asked for. */
    void end() throws TraceFormatException {
        for (String name : object.members().keySet()) {
            if (!known.contains(name)) {
                throw lines.fault(
                        object.members().get(name).nameColumn(),
                        "unknown field \"" + Json.shortened(name) + "\"",
                        owner + " may have "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    long number(String name) throws TraceFormatException {
        return number(take(name), "\"" + name + "\"");
    }

    /** A number with bounds, both inside. */
    int number(String name, int least, int most) throws TraceFormatException {
        return number(take(name), "\"" + name + "\"", least, most);
    }

    boolean flag(String name) throws TraceFormatException {
        if (take(name) instanceof Json.Bool bool) {
            return bool.value();
        }
        throw wrong(take(name), "\"" + name + "\"", "write true or false");
    }

    String text(String name) throws TraceFormatException {
        if (take(name) instanceof Json.Str string) {
            return string.text();
        }
        throw wrong(take(name), "\"" + name + "\"", "write a string");
    }

    Optional<NodeRange> rangeOrNull(String name) throws TraceFormatException {
        Json json = take(name);
        return json instanceof Json.Null ? Optional.empty() : Optional.of(range(json, "\"" + name + "\""));
    }

    <T> List<T> list(String name, Element<T> element) throws TraceFormatException {
        return list(take(name), "\"" + name + "\"", element);
    }

    <T> List<T> list(Json json, String what, Element<T> element) throws TraceFormatException {
        if (!(json instanceof Json.Arr array)) {
            throw wrong(json, what, "write a list");
        }
        List<T> values = new ArrayList<>();
        for (Json each : array.elements()) {
            values.add(element.read(each));
        }
        return values;
    }

    Fields fields(Json json, String what) throws TraceFormatException {
        if (json instanceof Json.Obj inner) {
            return new Fields(lines, inner, what);
        }
        throw wrong(json, what, "write an object");
    }

    NodeRange range(Json json, String what) throws TraceFormatException {
        if (json instanceof Json.Arr array && array.elements().size() == 2) {
            return new NodeRange(
                    number(array.elements().get(0), what),
                    number(array.elements().get(1), what));
        }
        throw wrong(json, what, "write a pair [lo,hi]");
    }

    long number(Json json, String what) throws TraceFormatException {
        String text = "";
        if (json instanceof Json.Num number) {
            text = number.text();
        } else if (json instanceof Json.Str string) {
            text = string.text();
        }
        if (DECIMAL.matcher(text).matches()) {
            try {
                return Long.parseUnsignedLong(text);
            } catch (NumberFormatException tooLarge) {
                // Falls through to the message, which states the bounds.
            }
        }
        throw wrong(json, what, "write a whole number from 0 to 18446744073709551615");
    }

    int number(Json json, String what, int least, int most) throws TraceFormatException {
        long number = number(json, what);
        if (Long.compareUnsigned(number, least) < 0 || Long.compareUnsigned(number, most) > 0) {
            throw wrong(json, what, "write a number from " + least + " to " + most);
        }
        return (int) number;
    }

    TraceFormatException wrong(Json json, String what, String right) {
        return lines.fault(json.column(), what + " is " + json.describe(), right);
    }
}
