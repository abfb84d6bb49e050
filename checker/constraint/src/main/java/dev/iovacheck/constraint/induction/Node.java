package dev.iovacheck.constraint.induction;

/**
 * A place for a node of a tree that is not known. Who owns the node is no more in the kernel's tree than it is known to it; here it is
 * said for the proof.
 *
 * @param exists whether there is a node
 * @param lo its first granule
 * @param hi its last granule, inclusive
 * @param isMapped whether a live mapping owns it
 * @param isCached whether a cache does; neither: it is a reservation's
 * @param first the first granule of its mapping or cached range
 * @param last the last granule that the driver asked for, inclusive
 * @param taken the last granule that the allocator set aside for it, inclusive; that of a cached range
 * @param isAligned whether the first is a multiple of that many, rounded up to a power of two
 * @param limit the last granule that the driver's device can be given
 */
record Node(
        Condition exists,
        Granule lo,
        Granule hi,
        Condition isMapped,
        Condition isCached,
        Granule first,
        Granule last,
        Granule taken,
        Condition isAligned,
        Granule limit) {

    Node withExists(Condition other) {
        return new Node(other, lo, hi, isMapped, isCached, first, last, taken, isAligned, limit);
    }

    Node withLo(Granule other) {
        return new Node(exists, other, hi, isMapped, isCached, first, last, taken, isAligned, limit);
    }

    Node ownedBy(Condition mapped, Condition cached, Granule newLast, Granule newLimit) {
        return new Node(exists, lo, hi, mapped, cached, first, newLast, taken, isAligned, newLimit);
    }
}
