package dev.iovacheck.model.config;

import java.util.List;

/** A YAML document as a tree with places. Every scalar is text: what it means is for the key it belongs to, not for YAML. */
sealed interface YamlNode {

    /** Where the node begins. */
    Place place();

    /** What a user calls this kind of node. */
    String kind();

    /**
     * @param text without quotes and escapes
     * @param plain whether it was written without quotes
     */
    record Scalar(Place place, String text, boolean plain) implements YamlNode {

        /** Whether nothing was written, or one of YAML's words for nothing. */
        boolean isNothing() {
            return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }

        @Override
        public String kind() {
            return "a single value";
        }
    }

    /** @param items in the order of the file */
    record Sequence(Place place, List<YamlNode> items) implements YamlNode {

        @Override
        public String kind() {
            return "a list";
        }
    }

    /** @param entries in the order of the file; no key twice */
    record Mapping(Place place, List<Entry> entries) implements YamlNode {

        @Override
        public String kind() {
            return "a block of keys";
        }
    }

    /** Something that has been refused and reported already, such as an alias; nothing more is said about it. */
    record Refused(Place place) implements YamlNode {

        @Override
        public String kind() {
            return "something refused";
        }
    }

    /** A key of a mapping with its value. */
    record Entry(Scalar key, YamlNode value) {}
}
