package dev.iovacheck.counterexamples.monitor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Fields of events, by their names in the text. */
enum Field {
    IOVAD("iovad"),
    DOM("dom"),
    COOKIE("cookie"),
    GRANULE("granule"),
    START("start"),
    LO("lo"),
    HI("hi"),
    SIZE("size"),
    LIMIT("limit"),
    FLUSH("flush"),
    PFN("pfn"),
    IOVA("iova"),
    PADDR("paddr"),
    ALIGNED("aligned"),
    AEND("aend"),
    CPU("cpu"),
    N("n"),
    UNMAPPED("unmapped_size"),
    GROUP("groupID"),
    DMA_ADDR("dma_addr", true);

    /** By the length of their names: most of what is read is told apart by that. */
    private static final Field[][] BY_LENGTH = byLength();

    // Compared with what is read, byte by byte; nobody writes to it.
    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] name;

    private final boolean plainHex;

    Field(String name) {
        this(name, false);
    }

    Field(String name, boolean plainHex) {
        this.name = name.getBytes(StandardCharsets.ISO_8859_1);
        this.plainHex = plainHex;
    }

    /** The field of this name, or {@code null}. */
    static @Nullable Field of(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length >= BY_LENGTH.length) {
            return null;
        }
        for (Field field : BY_LENGTH[length]) {
            if (field.name[0] == bytes[from] && isEqual(field.name, bytes, from, to)) {
                return field;
            }
        }
        return null;
    }

    private static Field[][] byLength() {
        Field[] all = values();
        int longest =
                Arrays.stream(all).mapToInt(field -> field.name.length).max().orElse(0);
        Field[][] byLength = new Field[longest + 1][];
        for (int length = 0; length <= longest; length++) {
            int wanted = length;
            byLength[length] = Arrays.stream(all)
                    .filter(field -> field.name.length == wanted)
                    .toArray(Field[]::new);
        }
        return byLength;
    }

    static boolean isEqual(byte[] name, byte[] bytes, int from, int to) {
        if (to - from != name.length) {
            return false;
        }
        for (int index = 0; index < name.length; index++) {
            if (bytes[from + index] != name[index]) {
                return false;
            }
        }
        return true;
    }

    /** Whether its numbers are hexadecimal without {@code 0x}. */
    boolean isPlainHex() {
        return plainHex;
    }

    /** As in the text. */
    String label() {
        return new String(name, StandardCharsets.ISO_8859_1);
    }
}
