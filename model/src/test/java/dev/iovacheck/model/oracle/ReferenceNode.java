package dev.iovacheck.model.oracle;

/**
 * A node of {@link ReferenceTree} ({@code struct iova}). {@code lo} and {@code hi} are pfns, unsigned, both inside; {@code hi} may be
 * below {@code lo} when a reservation was asked for that way.
 */
final class ReferenceNode {

    long lo;
    final long hi;
    boolean red;
    /** False before the node got into the tree, for ever if it met an equal {@code lo}, and after it was erased. */
    boolean linked;

    /** The tree's nil node where there is none. */
    ReferenceNode left = this;

    ReferenceNode right = this;
    ReferenceNode parent = this;

    ReferenceNode(long lo, long hi) {
        this.lo = lo;
        this.hi = hi;
    }

    ReferenceRange range() {
        return new ReferenceRange(lo, hi);
    }
}
