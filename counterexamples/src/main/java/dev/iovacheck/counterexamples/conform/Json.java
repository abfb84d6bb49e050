package dev.iovacheck.counterexamples.conform;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One line of JSON as values that remember where they stood. Columns count from 1. */
sealed interface Json {

    /** Where the value begins. */
    int column();

    /** For messages: what kind of value this is, with its text if it is short. */
    String describe();

    record Obj(int column, Map<String, Member> members) implements Json {

        public Obj {
            members = new LinkedHashMap<>(members);
        }

        @Override
        public String describe() {
            return "an object";
        }
    }

    /** A field of an object: where its name begins, and its value. */
    record Member(int nameColumn, Json value) {}

    record Arr(int column, List<Json> elements) implements Json {

        public Arr {
            elements = List.copyOf(elements);
        }

        @Override
        public String describe() {
            return "a list of " + elements.size();
        }
    }

    /** A number as written: possibly negative, fractional, or too large. */
    record Num(int column, String text) implements Json {
        @Override
        public String describe() {
            return shortened(text);
        }
    }

    record Str(int column, String text) implements Json {
        @Override
        public String describe() {
            return '"' + shortened(text) + '"';
        }
    }

    record Bool(int column, boolean value) implements Json {
        @Override
        public String describe() {
            return Boolean.toString(value);
        }
    }

    record Null(int column) implements Json {
        @Override
        public String describe() {
            return "null";
        }
    }

    /** At most 40 characters, and none that would disturb a terminal. */
    static String shortened(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(40).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return text.codePointCount(0, text.length()) > 40 ? shown + "..." : shown.toString();
    }
}
