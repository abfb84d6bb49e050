package dev.iovacheck.cli.result;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in what a user wrote: a line of a configuration, or a node of a device tree and one of its properties, with the line if the
 * tree was made of sources.
 *
 * @param file with {@code /} between folders; relative to where the program runs, if it lies below
 * @param line from 1; 0 if none is known, as in a flattened device tree
 * @param column from 1, in code points; 0 if none is known
 * @param node path of the node; empty if the file is no device tree
 * @param property of the node; empty if it is about the whole node
 */
public record Location(String file, int line, int column, String node, String property) {

    private static final Pattern IN_TEXT = Pattern.compile(":(\\d{1,9}):(\\d{1,9})");
    private static final Pattern IN_TREE = Pattern.compile(": (/[^ ]*?)(?:: ([^ ]+))?(?: \\(.*\\))?");

    /** The whole file. */
    public static Location of(String file) {
        return new Location(file, 0, 0, "", "");
    }

    /**
     * Reads a place as the readers of configurations tell it.
     *
     * @param place {@code source:line:column}, {@code source: node: property} or {@code source: node}
     * @param source the file as the user named it
     * @param file the name that the location is to have
     * @return empty if it is none of these: what was assumed, or said by an option, stands in no file
     */
    public static Optional<Location> parse(String place, String source, String file) {
        if (!place.startsWith(source)) {
            return Optional.empty();
        }
        String rest = place.substring(source.length());
        Matcher text = IN_TEXT.matcher(rest);
        if (text.matches()) {
            return Optional.of(
                    new Location(file, Integer.parseInt(text.group(1)), Integer.parseInt(text.group(2)), "", ""));
        }
        Matcher tree = IN_TREE.matcher(rest);
        if (tree.matches()) {
            return Optional.of(new Location(file, 0, 0, tree.group(1), tree.group(2) == null ? "" : tree.group(2)));
        }
        return Optional.empty();
    }

    /** {@code /node: property: } as the beginning of a message, for platforms that show nothing of a place but its line; may be empty. */
    public String inTree() {
        return node.isEmpty() ? "" : node + ": " + (property.isEmpty() ? "" : property + ": ");
    }

    /** {@code file:line:column: node: property}, or what of it is known. */
    @Override
    public String toString() {
        String place = line > 0 ? file + ":" + line + ":" + column : file;
        if (node.isEmpty()) {
            return place;
        }
        return place + ": " + node + (property.isEmpty() ? "" : ": " + property);
    }
}
