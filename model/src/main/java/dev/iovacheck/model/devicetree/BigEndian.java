package dev.iovacheck.model.devicetree;

/** Numbers as device trees store them. */
final class BigEndian {

    private BigEndian() {}

    /** The 32 bits at {@code at}, which lie inside the array. */
    static int word(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
    }

    /** The 64 bits at {@code at}, which lie inside the array. */
    static long doubleWord(byte[] bytes, int at) {
        return ((long) word(bytes, at) << 32) | (word(bytes, at + 4) & 0xffff_ffffL);
    }
}
