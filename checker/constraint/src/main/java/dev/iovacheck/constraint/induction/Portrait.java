package dev.iovacheck.constraint.induction;

import java.util.ArrayList;
import java.util.List;

/** A solution in words. */
final class Portrait {

    private final OrderLogic.Order order;

    Portrait(OrderLogic.Order order) {
        this.order = order;
    }

    /** A state, a step and what comes of it. */
    List<String> of(TreeState before, Change change) {
        List<String> lines = new ArrayList<>();
        lines.add("before: " + nodes(before) + promise(before));
        Request taken = change.taken();
        if (taken != null) {
            lines.add("taken:  " + range(taken.first(), taken.taken()) + ", limit " + order.value(taken.limit()));
        }
        Arguments arguments = change.promise();
        if (arguments != null) {
            lines.add("call:   " + range(arguments.first(), arguments.last()));
        }
        lines.add("after:  " + nodes(change.after()));
        return lines;
    }

    private String nodes(TreeState state) {
        List<String> all = state.nodes().stream()
                .filter(node -> order.holds(node.exists()))
                .map(this::node)
                .toList();
        return all.isEmpty() ? "no nodes" : String.join(", ", all);
    }

    private String node(Node node) {
        String range = range(node.lo(), node.hi());
        if (order.holds(node.isMapped())) {
            return range + " of the mapping " + range(node.first(), node.last());
        }
        return range
                + (order.holds(node.isCached()) ? " of the cached " + range(node.first(), node.last()) : " reserved");
    }

    private String promise(TreeState state) {
        TreeState.Surroundings around = state.surroundings();
        String start = "; start_pfn " + order.value(around.startPfn());
        return order.holds(around.isPromised())
                ? start + "; promised " + range(around.promiseFirst(), around.promiseLast())
                : start;
    }

    private String range(Granule first, Granule last) {
        return "[" + order.value(first) + ", " + order.value(last) + "]";
    }
}
