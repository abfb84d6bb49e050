package dev.iovacheck.model.devicetree;

import dev.iovacheck.model.address.Hex;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.collections.api.map.primitive.MutableLongObjectMap;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the flattened format of the devicetree specification, versions 16 and 17. Nothing is assumed about the input: every access is
 * inside it, each token is looked at once, and no recursion follows its nesting. What is kept besides the input is bounded by its
 * size: a node takes at least 12 bytes of it and a property 12, and values are not copied.
 */
public final class DeviceTreeReader {

    /** As a kernel's {@code FDT_MAX_DEPTH}: deeper nodes would not be seen by it. */
    static final int DEEPEST = 64;

    /** Bytes in the longest name of a property; the specification has 31. Names may overlap in the file, and not in memory. */
    static final int LONGEST_PROPERTY_NAME = 127;

    private static final int MAGIC = 0xd00d_feed;
    private static final int OLDEST_VERSION = 16;
    private static final int VERSION = 17;
    private static final int HEADER = 40;
    private static final int BEGIN_NODE = 1;
    private static final int END_NODE = 2;
    private static final int PROPERTY = 3;
    private static final int NOP = 4;
    private static final int END = 9;
    private static final int WORD = 4;
    private static final int ENTRY = 16;
    private static final String DAMAGED = "the file is damaged or cut off: make it again with dtc";

    private final byte[] blob;
    private final Map<Integer, String> propertyNames = new HashMap<>();
    private final List<DeviceTreeNode> nodes = new ArrayList<>();
    private final MutableLongObjectMap<DeviceTreeNode> byPhandle = new LongObjectHashMap<>();
    private int end;
    private int structEnd;
    private int stringsStart;
    private int stringsEnd;
    private int at;
    private @Nullable DeviceTreeNode node;

    private DeviceTreeReader(byte[] blob) {
        this.blob = blob;
    }

    /** Whether this begins as a flattened device tree does. */
    public static boolean isDeviceTree(byte[] bytes) {
        return bytes.length >= WORD && BigEndian.word(bytes, 0) == MAGIC;
    }

    /**
     * @param blob the tree, and perhaps more behind it; kept, and not to be changed afterwards
     * @throws DeviceTreeException if it is not well-formed
     */
    public static DeviceTree read(byte[] blob) throws DeviceTreeException {
        DeviceTreeReader reader = new DeviceTreeReader(blob);
        reader.readHeader();
        DeviceTreeNode root = reader.readStructure();
        return new DeviceTree(root, reader.nodes, reader.byPhandle);
    }

    private void readHeader() throws DeviceTreeException {
        if (!isDeviceTree(blob)) {
            throw fault(0, "no flattened device tree begins", "such a file begins with d0 0d fe ed: name a .dtb file");
        }
        if (blob.length < HEADER) {
            throw fault(0, "a header of " + blob.length + " bytes begins", "it has 40: " + DAMAGED);
        }
        end = headerNumber(4, "totalsize", HEADER, blob.length);
        long version = BigEndian.word(blob, 20) & 0xffff_ffffL;
        long compatible = BigEndian.word(blob, 24) & 0xffff_ffffL;
        if (version < OLDEST_VERSION || compatible > VERSION) {
            throw fault(
                    20,
                    "the format has version " + version + ", readable as " + compatible,
                    "versions 16 and 17 are known: dtc writes 17");
        }
        readStringsHeader();
        int structStart = headerNumber(8, "off_dt_struct", HEADER, end);
        long size = version >= VERSION ? headerNumber(36, "size_dt_struct", 0, end) : (long) end - structStart;
        if (structStart % WORD != 0 || structStart + size > end) {
            throw fault(8, "the structure block of " + size + " bytes does not fit, or not to words", DAMAGED);
        }
        structEnd = (int) (structStart + size);
        at = structStart;
        checkReservations();
    }

    private void readStringsHeader() throws DeviceTreeException {
        stringsStart = headerNumber(12, "off_dt_strings", HEADER, end);
        long size = headerNumber(32, "size_dt_strings", 0, end);
        if (stringsStart + size > end) {
            throw fault(12, "the strings block of " + size + " bytes does not fit", DAMAGED);
        }
        stringsEnd = (int) (stringsStart + size);
    }

    private int headerNumber(int offset, String field, int least, int most) throws DeviceTreeException {
        long number = BigEndian.word(blob, offset) & 0xffff_ffffL;
        if (number < least || number > most) {
            throw fault(
                    offset,
                    field + " is " + Hex.of(number),
                    "between " + Hex.of(least) + " and " + Hex.of(most) + " would fit the file: " + DAMAGED);
        }
        return (int) number;
    }

    /** Memory that no device tree node says: of no interest here, but its list has to end. */
    private void checkReservations() throws DeviceTreeException {
        int entry = headerNumber(16, "off_mem_rsvmap", HEADER, end);
        while (end - entry >= ENTRY) {
            if (BigEndian.doubleWord(blob, entry) == 0 && BigEndian.doubleWord(blob, entry + 8) == 0) {
                return;
            }
            entry += ENTRY;
        }
        throw fault(16, "the memory reservation block does not end", "two zeros end it: " + DAMAGED);
    }

    private DeviceTreeNode readStructure() throws DeviceTreeException {
        while (true) {
            int tokenAt = at;
            int token = nextWord("a token");
            switch (token) {
                case NOP -> {}
                case BEGIN_NODE -> beginNode(tokenAt);
                case END_NODE -> {
                    if (node == null) {
                        throw fault(tokenAt, "a node ends that did not begin", DAMAGED);
                    }
                    node = node.parent().orElse(null);
                }
                case PROPERTY -> readProperty(tokenAt);
                case END -> {
                    if (node != null) {
                        throw fault(tokenAt, "the tree ends inside this node", DAMAGED);
                    }
                    if (nodes.isEmpty()) {
                        throw fault(tokenAt, "the tree ends without a root node", DAMAGED);
                    }
                    return nodes.get(0);
                }
                default ->
                    throw fault(
                            tokenAt,
                            "no token has the number " + Hex.of(token & 0xffff_ffffL),
                            "1, 2, 3, 4 or 9: " + DAMAGED);
            }
        }
    }

    private void beginNode(int tokenAt) throws DeviceTreeException {
        if (node == null && !nodes.isEmpty()) {
            throw fault(tokenAt, "a second root node begins", DAMAGED);
        }
        String name = text(at, structEnd, "the name of a node");
        // Old trees call the root "/".
        boolean isRoot = node == null;
        if (isRoot ? !name.isEmpty() && !name.equals("/") : name.isEmpty() || name.indexOf('/') >= 0) {
            throw fault(at, isRoot ? "the root node has a name" : "a node has no name, or a slash in it", DAMAGED);
        }
        if (node != null && node.depth() + 1 >= DEEPEST) {
            throw fault(tokenAt, "nodes are nested more than " + DEEPEST + " deep", "the kernel stops there as well");
        }
        DeviceTreeNode child = new DeviceTreeNode(isRoot ? "" : name, node);
        if (node != null && !node.add(child)) {
            throw fault(at, "there are two nodes '" + shown(name) + "'", "give one another unit address");
        }
        skip(name.length() + 1, "the name of a node");
        nodes.add(child);
        node = child;
    }

    private void readProperty(int tokenAt) throws DeviceTreeException {
        long length = nextWord("the length of a property") & 0xffff_ffffL;
        long nameAt = nextWord("the name of a property") & 0xffff_ffffL;
        if (node == null) {
            throw fault(tokenAt, "a property is outside of all nodes", DAMAGED);
        }
        if (nameAt >= stringsEnd - stringsStart) {
            throw fault(
                    tokenAt,
                    "the name of a property is at byte " + Hex.of(nameAt) + " of the strings block, which has "
                            + Hex.of(stringsEnd - stringsStart),
                    DAMAGED);
        }
        String name = propertyName((int) nameAt);
        if (length > structEnd - at) {
            throw new DeviceTreeException(
                    node, shown(name), tokenAt, "a value of " + length + " bytes does not fit", DAMAGED);
        }
        DeviceTreeProperty property = new DeviceTreeProperty(name, blob, at, (int) length);
        if (node.hasChildren()) {
            throw new DeviceTreeException(
                    node,
                    shown(name),
                    tokenAt,
                    "the property comes after child nodes",
                    "the kernel does not see it there: put properties first");
        }
        if (!node.add(property)) {
            throw new DeviceTreeException(node, shown(name), tokenAt, "the property is there twice", "leave one out");
        }
        if (name.equals("phandle") || name.equals("linux,phandle")) {
            addPhandle(property, tokenAt);
        }
        skip((int) length, "a value");
    }

    private void addPhandle(DeviceTreeProperty property, int tokenAt) throws DeviceTreeException {
        DeviceTreeNode owner = Objects.requireNonNull(node);
        if (property.length() != WORD) {
            throw new DeviceTreeException(
                    owner, property.name(), tokenAt, "a phandle of " + property.length() + " bytes", "it is one cell");
        }
        long phandle = property.cell(0);
        if (phandle == 0 || phandle == 0xffff_ffffL) {
            throw new DeviceTreeException(
                    owner, property.name(), tokenAt, Hex.of(phandle) + " is no phandle", "any other number is");
        }
        DeviceTreeNode other = byPhandle.getIfAbsentPut(phandle, owner);
        if (other != owner) {
            throw new DeviceTreeException(
                    owner,
                    property.name(),
                    tokenAt,
                    "phandle " + Hex.of(phandle) + " belongs to " + shown(other.path()) + " already",
                    "give each node its own");
        }
    }

    private String propertyName(int nameAt) throws DeviceTreeException {
        String known = propertyNames.get(nameAt);
        if (known != null) {
            return known;
        }
        int limit = Math.min(stringsEnd, stringsStart + nameAt + LONGEST_PROPERTY_NAME + 1);
        String name = text(stringsStart + nameAt, limit, "the name of a property");
        if (name.isEmpty()) {
            throw fault(stringsStart + nameAt, "a property has no name", DAMAGED);
        }
        propertyNames.put(nameAt, name);
        return name;
    }

    /** What is there up to the next NUL; only what names are made of. */
    private String text(int from, int limit, String what) throws DeviceTreeException {
        int to = from;
        while (to < limit && blob[to] != 0) {
            if (blob[to] <= ' ' || blob[to] > '~') {
                throw fault(to, String.format("%s has the byte 0x%02x", what, blob[to] & 0xff), DAMAGED);
            }
            to++;
        }
        if (to == limit) {
            throw fault(from, what + " does not end within " + (limit - from) + " bytes", DAMAGED);
        }
        return new String(blob, from, to - from, StandardCharsets.US_ASCII);
    }

    private int nextWord(String what) throws DeviceTreeException {
        if (structEnd - at < WORD) {
            throw fault(at, what + " is expected, and the structure block has ended", DAMAGED);
        }
        int word = BigEndian.word(blob, at);
        at += WORD;
        return word;
    }

    /** Goes on behind {@code length} bytes, which are there, and what fills the last word. */
    private void skip(int length, String what) throws DeviceTreeException {
        int padded = (length + WORD - 1) / WORD * WORD;
        if (padded > structEnd - at) {
            throw fault(at, "the structure block ends inside " + what, DAMAGED);
        }
        at += padded;
    }

    /** Names can be as long as the file, messages cannot. */
    private static String shown(String name) {
        return name.length() <= 80 ? name : name.substring(0, 80) + "...";
    }

    private DeviceTreeException fault(long offset, String problem, String remedy) {
        return new DeviceTreeException(node, "", offset, problem, remedy);
    }
}
