package dev.iovacheck.counterexamples.conform;

import java.util.List;
import java.util.Optional;

/**
 * The allocator's state as a dump line shows it.
 *
 * @param tree all nodes in tree order, the anchor left out
 * @param max32AllocSize the remembered failed size, in pages, unsigned
 * @param cached32 where the next search with a 32-bit limit starts
 * @param cached where the next search with a larger limit starts
 * @param shape shape and colours of the red-black tree; empty if not recorded, or if the allocator has no such tree
 * @param online CPUs that are online, ascending
 * @param cpus magazine pairs that are not both empty, by CPU and then order
 * @param depots depots that are not empty, by order
 * @param workPending orders whose depot worker is scheduled, ascending; empty in 6.1
 */
public record TraceState(
        List<NodeRange> tree,
        long max32AllocSize,
        Hint cached32,
        Hint cached,
        Optional<Shape> shape,
        List<Integer> online,
        List<Magazines> cpus,
        List<Depot> depots,
        List<Integer> workPending)
        implements TraceResult {

    public TraceState {
        tree = List.copyOf(tree);
        online = List.copyOf(online);
        cpus = List.copyOf(cpus);
        depots = List.copyOf(depots);
        workPending = List.copyOf(workPending);
    }

    /**
     * A node where a search starts.
     *
     * @param node empty: the anchor
     * @param detached whether that node is not in the tree
     */
    public record Hint(Optional<NodeRange> node, boolean detached) {

        /** The anchor, or the node's range. */
        @Override
        public String toString() {
            return node.map(NodeRange::toString).orElse("anchor");
        }
    }

    /**
     * A red-black tree on top of the list of its nodes. Numbers are places in that list; the anchor has the number after the last.
     *
     * @param preOrder the walk node, left, right
     * @param red the red nodes, ascending
     */
    public record Shape(List<Integer> preOrder, List<Integer> red) {

        public Shape {
            preOrder = List.copyOf(preOrder);
            red = List.copyOf(red);
        }
    }

    /**
     * The two magazines of one CPU and order, pfns in array order, the last one pushed last.
     *
     * @param cpu from 0
     * @param order 0 to 5
     * @param loaded the magazine in use
     * @param prev the other one
     */
    public record Magazines(int cpu, int order, List<Pfn> loaded, List<Pfn> prev) {

        public Magazines {
            loaded = List.copyOf(loaded);
            prev = List.copyOf(prev);
        }

        /** The whole element, for the case that the other side has another one in its place. */
        @Override
        public String toString() {
            return "{cpu " + cpu + ", order " + order + ", loaded " + loaded + ", prev " + prev + "}";
        }
    }

    /**
     * The full magazines shared by all CPUs.
     *
     * @param order 0 to 5
     * @param mags the first one is the next to be taken out
     */
    public record Depot(int order, List<List<Pfn>> mags) {

        public Depot {
            mags = mags.stream().map(List::copyOf).toList();
        }

        /** The whole element, for the case that the other side has another one in its place. */
        @Override
        public String toString() {
            return "{order " + order + ", mags " + mags + "}";
        }
    }

    /**
     * A pfn in a magazine.
     *
     * @param value unsigned
     */
    public record Pfn(long value) {

        /** In unsigned decimal. */
        @Override
        public String toString() {
            return Long.toUnsignedString(value);
        }
    }

    @Override
    public Optional<Difference> firstDifference(TraceResult other) {
        TraceState got = (TraceState) other;
        return Difference.ofLists("tree", tree, got.tree)
                .or(() -> Difference.ofValues("max32_alloc_size", new Pfn(max32AllocSize), new Pfn(got.max32AllocSize)))
                .or(() -> hint("cached32", cached32, got.cached32))
                .or(() -> hint("cached", cached, got.cached))
                .or(() -> shapeDifference(got))
                .or(() -> Difference.ofLists("online", online, got.online))
                .or(() -> cpusDifference(got.cpus))
                .or(() -> depotsDifference(got.depots))
                .or(() -> Difference.ofLists("work_pending", workPending, got.workPending));
    }

    private static Optional<Difference> hint(String field, Hint expected, Hint got) {
        return Difference.ofValues(field, expected.toString(), got.toString())
                .or(() -> Difference.ofValues(field + "_detached", expected.detached(), got.detached()));
    }

    private Optional<Difference> shapeDifference(TraceState got) {
        if (shape.isEmpty() || got.shape.isEmpty()) {
            return Optional.empty();
        }
        Shape expected = shape.get();
        Shape actual = got.shape.get();
        return Difference.ofLists("shape", expected.preOrder(), actual.preOrder())
                .or(() -> Difference.ofLists("red", expected.red(), actual.red()));
    }

    private Optional<Difference> cpusDifference(List<Magazines> got) {
        for (int index = 0; index < Math.min(cpus.size(), got.size()); index++) {
            Magazines expected = cpus.get(index);
            Magazines actual = got.get(index);
            if (expected.cpu() != actual.cpu() || expected.order() != actual.order()) {
                break;
            }
            String field = "cpus[" + index + "]";
            Optional<Difference> difference = Difference.ofLists(field + ".loaded", expected.loaded(), actual.loaded())
                    .or(() -> Difference.ofLists(field + ".prev", expected.prev(), actual.prev()));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Difference.ofLists("cpus", cpus, got);
    }

    private Optional<Difference> depotsDifference(List<Depot> got) {
        for (int index = 0; index < Math.min(depots.size(), got.size()); index++) {
            Depot expected = depots.get(index);
            Depot actual = got.get(index);
            if (expected.order() != actual.order()
                    || expected.mags().size() != actual.mags().size()) {
                break;
            }
            for (int mag = 0; mag < expected.mags().size(); mag++) {
                Optional<Difference> difference = Difference.ofLists(
                        "depots[" + index + "].mags[" + mag + "]",
                        expected.mags().get(mag),
                        actual.mags().get(mag));
                if (difference.isPresent()) {
                    return difference;
                }
            }
        }
        return Difference.ofLists("depots", depots, got);
    }
}
