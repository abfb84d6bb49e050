package dev.iovacheck.model.devicetree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where nodes and properties stand in the sources of a tree, as {@code dtc} annotates them ({@code -O dts -T -T}). What it does not say, and
 * what is written as nobody knows it, is left out: a tree without places is a tree all the same.
 */
public final class SourcePlaces {

    /** Of a tree without sources. */
    public static final SourcePlaces NONE = new SourcePlaces(Map.of());

    private static final String LABELS = "(?:[A-Za-z_][A-Za-z0-9_]*: )*";
    private static final String NOTE = "(?: /\\* (.*?) \\*/)?";
    private static final Pattern NODE = Pattern.compile("\t*" + LABELS + "([^ ]+) \\{" + NOTE);
    private static final Pattern END = Pattern.compile("\t*\\};" + NOTE);
    private static final Pattern PROPERTY = Pattern.compile("\t+" + LABELS + "([^ ;]+)(?: = .*)?;" + NOTE);
    private static final Pattern PLACE = Pattern.compile("([^,]+?):(\\d{1,9}):(\\d{1,9})-[\\d:]+(?:, .*)?");

    private final Map<String, Place> places;

    /**
     * Where something begins.
     *
     * @param file as the sources call it: the one that was named, or one that it includes
     * @param line from 1
     * @param column from 1
     */
    public record Place(String file, int line, int column) {

        /** {@code file:line:column}. */
        @Override
        public String toString() {
            return file + ":" + line + ":" + column;
        }
    }

    private SourcePlaces(Map<String, Place> places) {
        this.places = Map.copyOf(places);
    }

    /** @param annotated what {@code dtc} writes */
    public static SourcePlaces of(String annotated) {
        Map<String, Place> places = new HashMap<>();
        List<String> names = new ArrayList<>(); // of the nodes around a line
        for (String line : annotated.lines().toList()) {
            Matcher node = NODE.matcher(line);
            Matcher property = PROPERTY.matcher(line);
            if (node.matches()) {
                names.add(names.isEmpty() ? "" : node.group(1));
                keep(places, path(names), node.group(2));
            } else if (END.matcher(line).matches()) {
                names = new ArrayList<>(names.subList(0, Math.max(0, names.size() - 1)));
            } else if (!names.isEmpty() && property.matches()) {
                keep(places, key(path(names), property.group(1)), property.group(2));
            }
        }
        return new SourcePlaces(places);
    }

    private static String path(List<String> names) {
        return names.size() == 1 ? "/" : String.join("/", names);
    }

    /** The first of several places is where it begins; the others add to it. */
    private static void keep(Map<String, Place> places, String key, @Nullable String note) {
        Matcher place = PLACE.matcher(note == null ? "" : note);
        if (place.matches()) {
            places.putIfAbsent(
                    key, new Place(place.group(1), Integer.parseInt(place.group(2)), Integer.parseInt(place.group(3))));
        }
    }

    /** No path has a space. */
    private static String key(String path, String property) {
        return property.isEmpty() ? path : path + " " + property;
    }

    /**
     * Where a property is; its node if the property is not there; empty if nobody knows.
     *
     * @param property empty for the node
     */
    public Optional<Place> of(String path, String property) {
        Place place = places.get(key(path, property));
        return Optional.ofNullable(place == null ? places.get(path) : place);
    }
}
