package dev.iovacheck.model.oracle;

/**
 * The pfns of a node at one moment, unsigned, both inside.
 *
 * @param lo lowest pfn
 * @param hi highest pfn; below {@code lo} in an inverted node
 */
public record ReferenceRange(long lo, long hi) {

    @Override
    public String toString() {
        return "[" + Long.toUnsignedString(lo) + "," + Long.toUnsignedString(hi) + "]";
    }
}
