package dev.iovacheck.constraint.induction;

import java.util.ArrayList;
import java.util.List;

/** What reservations do to a tree. New nodes get places between the others, so that all stay in the order of addresses. */
final class TreeReservation {

    private TreeReservation() {}

    /**
     * {@code reserve_iova} (recorded): the first node that overlaps is grown downwards to the start, each further one down to the one before
     * it, until one contains the end; what is left is a node of its own. A node that would begin where another one does is not linked.
     */
    static Change posted(TreeState before, Arguments arguments) {
        OrderLogic logic = before.logic();
        Granule from = arguments.first();
        Granule last = arguments.last();
        Condition finished = logic.truth(false);
        Condition left = logic.truth(false);
        Condition overlapped = logic.truth(false);
        List<Node> grown = new ArrayList<>();
        for (Node node : before.nodes()) {
            Condition isVisited = logic.and(node.exists(), logic.not(finished), logic.not(left));
            Condition overlaps = logic.and(isVisited, logic.atMost(from, node.hi()), logic.atMost(node.lo(), last));
            left = logic.or(left, logic.and(isVisited, overlapped, logic.not(overlaps)));
            grown.add(node.withLo(logic.select(overlaps, logic.min(node.lo(), from), node.lo())));
            Condition isEnd = logic.and(overlaps, logic.atMost(last, node.hi()));
            finished = logic.or(finished, isEnd);
            overlapped = logic.or(overlapped, overlaps);
            from = logic.select(logic.and(overlaps, logic.not(isEnd)), logic.after(node.hi()), from);
        }
        Condition isNew = logic.not(finished);
        List<Node> after = new ArrayList<>();
        for (int at = 0; at <= grown.size(); at++) {
            List<Condition> fits = new ArrayList<>(List.of(isNew));
            for (int other = 0; other < grown.size(); other++) {
                Node node = grown.get(other);
                Condition isInOrder = other < at ? logic.below(node.lo(), from) : logic.below(from, node.lo());
                fits.add(logic.implies(node.exists(), isInOrder));
            }
            // One place among several that mean the same: that right before a node that there is, or the last.
            fits.add(at == grown.size() ? logic.truth(true) : grown.get(at).exists());
            after.add(reserved(logic, logic.and(fits), from, last));
            if (at < grown.size()) {
                after.add(grown.get(at));
            }
        }
        Condition isPromised = logic.atMost(arguments.first(), arguments.last());
        return Change.promising(before.withNodes(after), arguments, isPromised);
    }

    /** A node for each part of {@code first..last} (inclusive) that no node has. */
    static TreeState filled(TreeState before, Granule first, Granule last) {
        OrderLogic logic = before.logic();
        List<Granule> gaps = before.gapFirsts();
        List<Node> after = new ArrayList<>();
        for (int at = 0; at <= before.nodes().size(); at++) {
            boolean isLast = at == before.nodes().size();
            Granule end = isLast ? logic.top() : before.nodes().get(at).lo();
            Granule lo = logic.max(gaps.get(at), first);
            Granule hi = logic.min(logic.before(end), last);
            Condition isThere =
                    isLast ? logic.truth(true) : before.nodes().get(at).exists();
            after.add(reserved(logic, logic.and(isThere, logic.atMost(lo, hi)), lo, hi));
            if (!isLast) {
                after.add(before.nodes().get(at));
            }
        }
        return before.withNodes(after);
    }

    private static Node reserved(OrderLogic logic, Condition exists, Granule lo, Granule hi) {
        // Nobody asks what the owner of a reservation's node has.
        return new Node(exists, lo, hi, logic.truth(false), logic.truth(false), lo, hi, hi, logic.truth(false), hi);
    }
}
