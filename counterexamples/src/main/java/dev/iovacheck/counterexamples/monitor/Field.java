package dev.iovacheck.counterexamples.monitor;

import java.nio.charset.StandardCharsets;
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

    private static final Field[] ALL = values();

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
        for (Field field : ALL) {
            if (field.name.length == to - from && isEqual(field.name, bytes, from, to)) {
                return field;
            }
        }
        return null;
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
