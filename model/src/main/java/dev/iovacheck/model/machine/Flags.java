package dev.iovacheck.model.machine;

/** One bit for each of up to 64 devices or reservation calls, by index: sooner copied and compared than an array. */
final class Flags {

    private long bits;

    /** @param index below 64 */
    boolean has(int index) {
        return (bits >>> index & 1) != 0;
    }

    void set(int index, boolean value) {
        bits = value ? bits | 1L << index : bits & ~(1L << index);
    }

    long bits() {
        return bits;
    }

    void clear() {
        bits = 0;
    }

    void copyFrom(Flags other) {
        bits = other.bits;
    }
}
