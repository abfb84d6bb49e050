package dev.iovacheck.invariants;

import dev.iovacheck.invariants.formula.Ranges;
import dev.iovacheck.model.iova.IovaDomain;

/** What no node of a tree has, the anchor excepted. */
final class Gaps {

    private Gaps() {}

    /** Appends all gaps in the order of addresses. One walk is enough where the nodes are in order. */
    static void read(IovaDomain iova, Ranges into) {
        long from = 0;
        boolean isLast = false;
        while (!isLast) {
            from = coveredFrom(iova, from);
            long next = nextNodeAfter(iova, from);
            isLast = next == -1L;
            if (Pfns.below(from, next)) {
                into.add(from, next - 1);
            }
            from = next;
        }
    }

    /** The first granule from {@code from} on that no node has; the last number there is if there is none. */
    private static long coveredFrom(IovaDomain iova, long from) {
        long covered = from;
        boolean progress;
        do {
            progress = false;
            for (int at = iova.firstNode(); iova.isNode(at); at = iova.nextNode(at)) {
                if (!Pfns.below(covered, iova.nodeLo(at)) && !Pfns.below(iova.nodeHi(at), covered)) {
                    if (iova.nodeHi(at) == -1L) {
                        return -1L;
                    }
                    covered = iova.nodeHi(at) + 1;
                    progress = true;
                }
            }
        } while (progress && iova.illFormed());
        return covered;
    }

    /** Where the next node that has a granule begins after {@code from}; the last number there is, which is the anchor's, if none does. */
    private static long nextNodeAfter(IovaDomain iova, long from) {
        long next = -1L;
        for (int at = iova.firstNode(); iova.isNode(at); at = iova.nextNode(at)) {
            boolean isInverted = Pfns.below(iova.nodeHi(at), iova.nodeLo(at));
            if (!isInverted && Pfns.below(from, iova.nodeLo(at))) {
                next = Pfns.min(next, iova.nodeLo(at));
            }
        }
        return next;
    }
}
