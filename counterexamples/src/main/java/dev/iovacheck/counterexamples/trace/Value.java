package dev.iovacheck.counterexamples.trace;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value that remembers where it begins: line and column from 1, in UTF-16 units. */
sealed interface Value {

    int line();

    int column();

    /** For messages: what it is. */
    String describe();

    /**
     * An object.
     *
     * @param members by name, each with the place of its name
     */
    record Obj(int line, int column, Map<String, Member> members) implements Value {

        public Obj {
            members = new LinkedHashMap<>(members);
        }

        @Override
        public String describe() {
            return "an object";
        }
    }

    /** A member of an object, at the place of its name. */
    record Member(int line, int column, Value value) {}

    /** An array. */
    record Arr(int line, int column, List<Value> elements) implements Value {

        public Arr {
            elements = List.copyOf(elements);
        }

        @Override
        public String describe() {
            return "a list";
        }
    }

    /** A string. */
    record Str(int line, int column, String text) implements Value {

        @Override
        public String describe() {
            return '"' + shortened(text) + '"';
        }
    }

    /** A number, {@code true}, {@code false} or {@code null}, as written. */
    record Word(int line, int column, String text) implements Value {

        @Override
        public String describe() {
            return shortened(text);
        }
    }

    /** At most 40 characters, and none that would disturb a terminal. */
    static String shortened(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(40)
                .forEach(point -> shown.appendCodePoint(Character.isISOControl(point) ? '?' : point));
        return text.codePointCount(0, text.length()) > 40 ? shown + "..." : shown.toString();
    }
}
