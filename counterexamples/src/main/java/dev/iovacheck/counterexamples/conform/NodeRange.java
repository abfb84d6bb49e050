package dev.iovacheck.counterexamples.conform;

/**
 * The pfns of a tree node as a trace writes them: unsigned, both inside. Not an extent: {@code hi} may be below {@code lo}.
 *
 * @param lo lowest pfn
 * @param hi highest pfn
 */
public record NodeRange(long lo, long hi) {

    /** As in the trace: {@code [48,63]}. */
    @Override
    public String toString() {
        return "[" + Long.toUnsignedString(lo) + "," + Long.toUnsignedString(hi) + "]";
    }
}
