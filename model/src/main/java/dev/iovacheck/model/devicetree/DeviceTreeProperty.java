package dev.iovacheck.model.devicetree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A property: its name, and bytes that only those who know the name can tell the meaning of. */
public final class DeviceTreeProperty {

    private static final int CELL = 4;

    private final String name;
    private final byte[] blob;
    private final int offset;
    private final int length;

    /** @param blob the whole tree; shared, never changed */
    DeviceTreeProperty(String name, byte[] blob, int offset, int length) {
        this.name = name;
        this.blob = blob;
        this.offset = offset;
        this.length = length;
    }

    public String name() {
        return name;
    }

    /** Bytes in the value; 0 for a property that says all by being there. */
    public int length() {
        return length;
    }

    /** Bytes from the beginning of the file to the value. */
    public int offset() {
        return offset;
    }

    /** Whether the value consists of whole 32-bit cells. */
    public boolean isCells() {
        return length % CELL == 0;
    }

    /** How many whole cells the value has. */
    public int cells() {
        return length / CELL;
    }

    /**
     * A cell, as an unsigned number.
     *
     * @param index 0 up to {@link #cells} - 1
     */
    public long cell(int index) {
        if (index < 0 || index >= cells()) {
            throw new IndexOutOfBoundsException(name + " has " + cells() + " cells; asked for number " + index);
        }
        return BigEndian.word(blob, offset + index * CELL) & 0xffff_ffffL;
    }

    /** Strings that end in NUL; what follows the last NUL is one more. Empty for an empty value. */
    public List<String> strings() {
        List<String> strings = new ArrayList<>();
        int from = offset;
        for (int at = offset; at < offset + length; at++) {
            if (blob[at] == 0) {
                strings.add(text(from, at));
                from = at + 1;
            }
        }
        if (from < offset + length) {
            strings.add(text(from, offset + length));
        }
        return strings;
    }

    private String text(int from, int to) {
        return new String(blob, from, to - from, StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return name + " (" + length + " bytes)";
    }
}
