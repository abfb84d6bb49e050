package dev.iovacheck.model.address;

/**
 * A non-empty range of unsigned 64-bit numbers (bytes or pfns, as the user of the extent says), both ends inclusive: only so
 * can a range name the last byte of the address space.
 *
 * @param first lowest number in the range, unsigned
 * @param last highest number in the range, unsigned, not below {@code first}
 */
public record Extent(long first, long last) {

    /** All 2^64 numbers. */
    public static final Extent EVERYTHING = new Extent(0, -1L);

    /** @throws IllegalArgumentException if {@code last} is below {@code first} */
    public Extent {
        if (Long.compareUnsigned(first, last) > 0) {
            throw new IllegalArgumentException("extent ends before it starts: " + Hex.of(first) + ".." + Hex.of(last));
        }
    }

    public boolean contains(long number) {
        return Long.compareUnsigned(first, number) <= 0 && Long.compareUnsigned(number, last) <= 0;
    }

    public boolean contains(Extent other) {
        return contains(other.first) && contains(other.last);
    }

    public boolean intersects(Extent other) {
        return Long.compareUnsigned(first, other.last) <= 0 && Long.compareUnsigned(other.first, last) <= 0;
    }

    /** How many numbers the range holds, modulo 2^64: {@code 0} stands for all 2^64. */
    public long size() {
        return last - first + 1;
    }

    /** As {@code [0x0, 0x257fffff]}. */
    @Override
    public String toString() {
        return "[" + Hex.of(first) + ", " + Hex.of(last) + "]";
    }
}
