package dev.iovacheck.model.devicetree;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes flattened device trees of version 17, token by token; can write nonsense. For tests. */
public final class DeviceTreeWriter {

    private static final int HEADER = 40;
    private static final int RESERVATIONS = 16;

    private final ByteArrayOutputStream structure = new ByteArrayOutputStream();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final Map<String, Integer> nameOffsets = new LinkedHashMap<>();
    private final Deque<String> open = new ArrayDeque<>();

    /** A tree whose root is open. */
    public DeviceTreeWriter() {
        begin("");
    }

    /** Begins a node; its properties and children follow, then {@link #end}. */
    public DeviceTreeWriter begin(String name) {
        token(1);
        text(structure, name);
        pad();
        open.push(name);
        return this;
    }

    public DeviceTreeWriter end() {
        token(2);
        open.pop();
        return this;
    }

    /** A property of 32-bit cells. */
    public DeviceTreeWriter cells(String name, long... cells) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        for (long cell : cells) {
            word(value, (int) cell);
        }
        return bytes(name, value.toByteArray());
    }

    /** A property of strings. */
    public DeviceTreeWriter strings(String name, String... values) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        for (String each : values) {
            text(value, each);
        }
        return bytes(name, value.toByteArray());
    }

    public DeviceTreeWriter bytes(String name, byte[] value) {
        token(3);
        word(structure, value.length);
        word(structure, nameOffsets.computeIfAbsent(name, key -> {
            int offset = strings.size();
            text(strings, key);
            return offset;
        }));
        structure.writeBytes(value);
        pad();
        return this;
    }

    public DeviceTreeWriter token(int number) {
        word(structure, number);
        return this;
    }

    /** Ends all that is open. */
    public byte[] finish() {
        while (!open.isEmpty()) {
            end();
        }
        token(9);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        int structAt = HEADER + RESERVATIONS;
        int stringsAt = structAt + structure.size();
        for (int number : new int[] {
            0xd00dfeed,
            stringsAt + strings.size(),
            structAt,
            stringsAt,
            HEADER,
            17,
            16,
            0,
            strings.size(),
            structure.size()
        }) {
            word(file, number);
        }
        file.writeBytes(new byte[RESERVATIONS]);
        file.writeBytes(structure.toByteArray());
        file.writeBytes(strings.toByteArray());
        return file.toByteArray();
    }

    private void pad() {
        while (structure.size() % 4 != 0) {
            structure.write(0);
        }
    }

    private static void word(ByteArrayOutputStream to, int word) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            to.write(word >>> shift);
        }
    }

    private static void text(ByteArrayOutputStream to, String text) {
        to.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        to.write(0);
    }
}
