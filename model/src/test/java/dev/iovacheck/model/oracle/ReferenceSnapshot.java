package dev.iovacheck.model.oracle;

import java.util.List;

/**
 * Everything that {@link ReferenceAllocator} remembers, as plain values: two allocators with equal snapshots behave alike from here
 * on, provided that their failing memory is set alike.
 *
 * @param tree all nodes in tree order without the anchor
 * @param shape the pre-order walk (node, left, right) as places in {@code tree}; the anchor's place is the one after the last
 * @param red the red nodes as places in {@code tree}, ascending
 * @param max32AllocSize the remembered failed size, in pages
 * @param cached32 where the next search with a 32-bit limit starts
 * @param cached where the next search with a larger limit starts
 * @param online CPUs that are online, ascending
 * @param magazines pairs that are not both empty, by CPU and then order
 * @param depots depots that are not empty, by order
 * @param workPending orders whose depot worker is scheduled, ascending; always empty in 6.1
 */
public record ReferenceSnapshot(
        List<ReferenceRange> tree,
        List<Integer> shape,
        List<Integer> red,
        long max32AllocSize,
        Hint cached32,
        Hint cached,
        List<Integer> online,
        List<Magazines> magazines,
        List<Depot> depots,
        List<Integer> workPending) {

    /**
     * A node where a search starts.
     *
     * @param range its pfns; those of the anchor are 2^64-1 twice
     * @param anchor whether it is the anchor
     * @param place its place in tree order, which tells it from another node with the same pfns; -1 if it is not in the tree
     */
    public record Hint(ReferenceRange range, boolean anchor, int place) {

        /** The null pointer of a zeroed domain, or one that is left when somebody freed the anchor. */
        public static final Hint NOWHERE = new Hint(new ReferenceRange(0, 0), false, -1);

        /** Whether it is not in the tree. */
        public boolean detached() {
            return place < 0;
        }
    }

    /** The same state as an allocator shows it that keeps its nodes in a plain list. */
    public ReferenceSnapshot withoutShape() {
        return new ReferenceSnapshot(
                tree, List.of(), List.of(), max32AllocSize, cached32, cached, online, magazines, depots, workPending);
    }

    /**
     * The two magazines of one CPU and order.
     *
     * @param cpu from 0
     * @param order 0 to 5, for ranges of {@code 1 << order} pages
     * @param loaded pfns, the last one pushed last
     * @param prev pfns, the last one pushed last
     */
    public record Magazines(int cpu, int order, List<Long> loaded, List<Long> prev) {}

    /**
     * The full magazines shared by all CPUs.
     *
     * @param order 0 to 5
     * @param magazines pfns of each; the first magazine is the next to be taken out
     */
    public record Depot(int order, List<List<Long>> magazines) {}
}
