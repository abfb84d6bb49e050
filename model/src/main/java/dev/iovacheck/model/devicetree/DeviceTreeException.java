package dev.iovacheck.model.devicetree;

import dev.iovacheck.model.address.Hex;
import org.jspecify.annotations.Nullable;

/** A flattened device tree cannot be read. The first thing that is wrong; where the next token begins is then unknown. */
public final class DeviceTreeException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Names of nodes can be as long as the file. */
    private static final int LONGEST_PATH = 500;

    private final String path;
    private final String property;
    private final long offset;
    private final String problem;
    private final String remedy;

    DeviceTreeException(@Nullable DeviceTreeNode node, String property, long offset, String problem, String remedy) {
        this(node == null ? "" : shortened(node.path()), property, offset, problem, remedy);
    }

    private DeviceTreeException(String path, String property, long offset, String problem, String remedy) {
        super((path.isEmpty() ? "" : path + ": ")
                + (property.isEmpty() ? "" : property + ": ")
                + problem
                + " at byte " + Hex.of(offset));
        this.path = path;
        this.property = property;
        this.offset = offset;
        this.problem = problem;
        this.remedy = remedy;
    }

    private static String shortened(String path) {
        return path.length() <= LONGEST_PATH ? path : path.substring(0, LONGEST_PATH) + "...";
    }

    /** Path of the node in which it is; empty if it is in none. */
    public String path() {
        return path;
    }

    /** Name of the property in which it is; empty if it is in none, or the name is what is wrong. */
    public String property() {
        return property;
    }

    /** Bytes from the beginning of the file. */
    public long offset() {
        return offset;
    }

    /** What is wrong, and at which byte. */
    public String problem() {
        return problem + " at byte " + Hex.of(offset);
    }

    /** What would be right. */
    public String remedy() {
        return remedy;
    }
}
