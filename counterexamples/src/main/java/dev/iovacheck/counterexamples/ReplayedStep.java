package dev.iovacheck.counterexamples;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One step of a replay.
 *
 * @param number from 1
 * @param action what happened
 * @param outcome kind of result the caller saw
 * @param errno the error, if the outcome is one
 * @param address the IOVA in bytes, if the outcome is one, otherwise 0
 * @param warnings how many kernel warnings were printed
 * @param mapped the bytes of the ranges that a map has made or taken in it, in whole granules; several for a list that is mapped segment
 *     by segment
 * @param isMistake whether a driver broke the rules of the DMA API in it
 * @param domain the domain that the action concerned as it is afterwards, or the only one there is; {@code null} if there is none, or
 *     if the kernel did not survive the step
 * @param domains all domains that there are afterwards, that one included; none if the kernel did not survive the step
 */
public record ReplayedStep(
        int number,
        Action action,
        Outcome.Kind outcome,
        @Nullable Errno errno,
        long address,
        int warnings,
        List<Extent> mapped,
        boolean isMistake,
        @Nullable DomainView domain,
        List<DomainView> domains) {

    public ReplayedStep {
        mapped = List.copyOf(mapped);
        domains = List.copyOf(domains);
    }

    /** The domain of a group afterwards, or {@code null} if there is none. */
    public @Nullable DomainView domainOf(String group) {
        for (DomainView each : domains) {
            if (each.group().equals(group)) {
                return each;
            }
        }
        return null;
    }

    /**
     * A domain's allocator as people look at it.
     *
     * @param group name of the group
     * @param granuleShift log2 of the granule in bytes; 0 while the allocator is not initialised and takes bytes for pfns
     * @param startPfn lowest pfn that a search hands out
     * @param nodes in tree order, the anchor left out
     * @param promises everything that is promised to be kept free, covered by nodes or not
     * @param liveOutside live mappings that start in no node
     * @param cachedOutside cached and queued ranges that start in no node
     * @param cached32 the node where searches below 4 GiB start, or {@code null} for the anchor
     * @param cached the node where other searches start, or {@code null} for the anchor
     * @param max32AllocSize requests below 4 GiB of this many granules or more are refused at once; the initial value is 4 GiB
     */
    public record DomainView(
            String group,
            int granuleShift,
            long startPfn,
            List<NodeView> nodes,
            List<Use> promises,
            List<Use> liveOutside,
            List<Use> cachedOutside,
            @Nullable NodeView cached32,
            @Nullable NodeView cached,
            long max32AllocSize,
            boolean max32IsInitial) {

        public DomainView {
            nodes = List.copyOf(nodes);
            promises = List.copyOf(promises);
            liveOutside = List.copyOf(liveOutside);
            cachedOutside = List.copyOf(cachedOutside);
        }

        /** All live mappings, in nodes and outside. */
        public List<Use> allLive() {
            return together(NodeView::live, liveOutside);
        }

        /** All cached and queued ranges, in nodes and outside. */
        public List<Use> allCached() {
            return together(NodeView::cached, cachedOutside);
        }

        /** Where nodes overlap, what starts in several of them counts once; what is there twice counts twice. */
        private List<Use> together(Function<NodeView, List<Use>> ofNode, List<Use> outside) {
            List<Use> all = new ArrayList<>();
            for (NodeView node : nodes) {
                List<Use> known = new ArrayList<>(all);
                ofNode.apply(node).stream().filter(use -> !known.remove(use)).forEach(all::add);
            }
            all.addAll(outside);
            return all;
        }

        /** The bytes of a node that is not inverted. */
        public Extent bytes(NodeView node) {
            return new Extent(node.lo() << granuleShift, (node.hi() << granuleShift) + ((1L << granuleShift) - 1));
        }
    }

    /**
     * A node of the tree with what lies in it.
     *
     * @param lo lowest pfn
     * @param hi highest pfn, inclusive; below {@code lo} for an inverted node
     * @param live bytes of live mappings that start in it, with the device's name, and of ranges that calls in flight hold
     * @param cached bytes of cached and queued ranges that start in it, with their place
     * @param promises what is promised to be kept free and intersects it, with its source
     */
    public record NodeView(long lo, long hi, List<Use> live, List<Use> cached, List<Use> promises) {

        public NodeView {
            live = List.copyOf(live);
            cached = List.copyOf(cached);
            promises = List.copyOf(promises);
        }

        public boolean isInverted() {
            return Long.compareUnsigned(hi, lo) < 0;
        }
    }

    /**
     * A use of some bytes.
     *
     * @param bytes inclusive
     * @param who a device's name, {@code cpu 0}, {@code depot}, {@code flush queue of cpu 0}, {@code a call on cpu 0}, or where a promise comes from
     */
    public record Use(Extent bytes, String who) {

        private static final String IN_FLIGHT = "a call on cpu ";
        private static final String QUEUE = "flush queue";

        static Use queued(Extent bytes, int ring, int rings) {
            return new Use(bytes, rings == 1 ? QUEUE : QUEUE + " of cpu " + ring);
        }

        /** Whether the bytes wait in a flush queue. */
        public boolean isQueued() {
            return who.startsWith(QUEUE);
        }

        static Use inFlight(Extent bytes, int cpu) {
            return new Use(bytes, IN_FLIGHT + cpu);
        }

        /** Whether a call that has not ended holds the bytes. */
        public boolean isInFlight() {
            return who.startsWith(IN_FLIGHT);
        }
    }
}
