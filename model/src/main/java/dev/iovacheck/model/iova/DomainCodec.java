package dev.iovacheck.model.iova;

import dev.iovacheck.model.packed.BitReader;
import dev.iovacheck.model.packed.BitWriter;
import dev.iovacheck.model.packed.StateTooLargeException;

/**
 * Writes the whole state of an {@link IovaDomain} as bits and reads it back. Two domains of the same constants get equal bits exactly
 * when no future call can tell them apart (CPUs being named by {@code cpuOrder}, and the red-black shape being part of the state
 * where it is kept).
 *
 * <p>The set of online CPUs is not written: all domains share it.
 */
public final class DomainCodec {

    private static final int COUNT_BITS = 10;

    private final IovaDomain domain;
    private final int cpus;
    private final boolean hasDepotWork;
    private final int pfnBits;
    private final int sizeBits;
    private final int magazineBits;
    private final boolean withShape;

    /**
     * @param highestPfn the highest pfn that can occur in a node of the initialised domain
     * @param largestSize the largest request in pfns
     */
    public DomainCodec(IovaDomain domain, AllocatorConstants constants, long highestPfn, long largestSize) {
        this.domain = domain;
        cpus = constants.cpus();
        hasDepotWork = !constants.profile().depotIsBounded();
        pfnBits = bits(highestPfn);
        sizeBits = bits(largestSize);
        magazineBits = bits(constants.magazineSize());
        withShape = domain.tree() instanceof RedBlackNodes;
    }

    private static int bits(long highest) {
        return 64 - Long.numberOfLeadingZeros(highest);
    }

    /** @param cpuOrder CPUs in the order in which their magazines are to be written */
    public void write(BitWriter out, int[] cpuOrder) {
        writeTree(out);
        if (domain.isInitialised()) {
            writeCaches(out, cpuOrder);
        }
    }

    /** Writes only what is known without looking into caches: nodes, hints and {@code max32_alloc_size}. */
    public void writeTree(BitWriter out) {
        out.put(domain.isInitialised());
        int width = domain.isInitialised() ? pfnBits : 64;
        if (withShape) {
            writeShape(out, width);
        } else {
            writeSorted(out, width);
        }
        if (domain.isInitialised()) {
            long max32 = domain.max32AllocSize();
            out.putOptional(max32 != domain.dma32Pfn(), max32, sizeBits);
        }
    }

    /**
     * Writes the nodes and which ranges are cached, in ascending order. Sorted nodes are written without hints, and ranges without the
     * magazines they are in.
     */
    public void writeHoldings(BitWriter out) {
        out.put(domain.isInitialised());
        int width = domain.isInitialised() ? pfnBits : 64;
        if (withShape) {
            writeShape(out, width);
        } else {
            writeNodes(out, width);
        }
        if (domain.isInitialised()) {
            domain.caches().writeRanges(out, pfnBits);
        }
    }

    /**
     * Reads into the domain.
     *
     * @param granuleShift as given to {@link IovaDomain#init}, if the stored domain was initialised
     * @param startPfn likewise
     */
    public void read(BitReader in, int granuleShift, long startPfn) {
        if (in.getBoolean()) {
            domain.init(granuleShift, startPfn);
            readNodes(in, pfnBits);
            if (in.getBoolean()) {
                domain.loadMax32AllocSize(in.get(sizeBits));
            }
            readCaches(in);
        } else {
            domain.zero();
            readNodes(in, 64);
        }
    }

    private static void putCount(BitWriter out, int count) {
        if (count >>> COUNT_BITS != 0) {
            throw new StateTooLargeException(count + " nodes or magazines in one domain; at most 1023 can be stored");
        }
        out.put(count, COUNT_BITS);
    }

    // ---- nodes ----

    private void writeSorted(BitWriter out, int width) {
        writeNodes(out, width);
        if (domain.isInitialised()) {
            int hintBits = bits(domain.nodeCount());
            out.put(domain.cachedNode(), hintBits, domain.cached32Node(), hintBits);
        }
    }

    private void writeNodes(BitWriter out, int width) {
        putCount(out, domain.nodeCount());
        ((SortedNodes) domain.tree()).write(out, width);
    }

    private void readNodes(BitReader in, int width) {
        if (withShape) {
            readShape(in, width);
            return;
        }
        SortedNodes nodes = (SortedNodes) domain.tree();
        int count = in.getInt(COUNT_BITS);
        for (int node = 0; node < count; node++) {
            long lo = in.get(width);
            nodes.loadNext(lo, in.get(width));
        }
        if (domain.isInitialised()) {
            int hintBits = bits(count);
            nodes.cached = in.getInt(hintBits);
            nodes.cached32 = in.getInt(hintBits);
        }
    }

    /** Pre-order: whether there is a node, its colour, whether it is the anchor, its ends; then both subtrees. Then the hints. */
    private void writeShape(BitWriter out, int width) {
        RedBlackNodes nodes = (RedBlackNodes) domain.tree();
        writeSubtree(out, nodes, nodes.root(), width);
        if (domain.isInitialised()) {
            writeHint(out, nodes, nodes.cached, width);
            writeHint(out, nodes, nodes.cached32, width);
        }
    }

    private static void writeSubtree(BitWriter out, RedBlackNodes nodes, int node, int width) {
        out.put(node != IovaTree.NONE);
        if (node == IovaTree.NONE) {
            return;
        }
        out.put(nodes.isRed(node));
        out.put(node == IovaTree.ANCHOR);
        if (node != IovaTree.ANCHOR) {
            out.put(nodes.lo(node), width);
            out.put(nodes.hi(node), width);
        }
        writeSubtree(out, nodes, nodes.left(node), width);
        writeSubtree(out, nodes, nodes.right(node), width);
    }

    /** A hint as the in-order number of its node, or as the ends of a node that is not in the tree. */
    private static void writeHint(BitWriter out, RedBlackNodes nodes, int hint, int width) {
        out.put(nodes.isLinked(hint));
        if (!nodes.isLinked(hint)) {
            out.put(nodes.lo(hint), width);
            out.put(nodes.hi(hint), width);
            return;
        }
        int number = 0;
        for (int node = nodes.first(); node != hint; node = nodes.next(node)) {
            number++;
        }
        putCount(out, number);
    }

    private void readShape(BitReader in, int width) {
        RedBlackNodes nodes = (RedBlackNodes) domain.tree();
        nodes.loadNothing();
        readSubtree(in, nodes, IovaTree.NONE, false, width);
        if (domain.isInitialised()) {
            nodes.cached = readHint(in, nodes, width);
            nodes.cached32 = readHint(in, nodes, width);
        }
        // That a tree was ill-formed once and has healed since makes no difference to what comes.
        boolean lostAnchor = domain.isInitialised() && !nodes.isLinked(IovaTree.ANCHOR);
        domain.loadIllFormed(lostAnchor || !nodes.isInOrder());
    }

    private static void readSubtree(BitReader in, RedBlackNodes nodes, int above, boolean asLeft, int width) {
        if (!in.getBoolean()) {
            return;
        }
        boolean red = in.getBoolean();
        int node;
        if (in.getBoolean()) {
            node = nodes.loadAnchor(above, asLeft, red);
        } else {
            long lo = in.get(width);
            node = nodes.loadNode(above, asLeft, red, lo, in.get(width));
        }
        readSubtree(in, nodes, node, true, width);
        readSubtree(in, nodes, node, false, width);
    }

    private static int readHint(BitReader in, RedBlackNodes nodes, int width) {
        if (!in.getBoolean()) {
            long lo = in.get(width);
            return nodes.loadUnlinked(lo, in.get(width));
        }
        int node = nodes.first();
        for (int number = in.getInt(COUNT_BITS); number > 0; number--) {
            node = nodes.next(node);
        }
        return node;
    }

    // ---- caches ----

    private void writeCaches(BitWriter out, int[] cpuOrder) {
        RangeCaches caches = domain.caches();
        int skipped = 0;
        for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
            if (caches.count(order) == 0) {
                skipped++;
                continue;
            }
            // A 0 for each order that holds nothing, a 1 for one that does.
            out.put(1L << skipped, skipped + 1);
            skipped = 0;
            caches.writeMagazines(out, order, cpuOrder, magazineBits, pfnBits);
            int magazines = caches.depotSize(order);
            out.put(magazines > 0);
            if (magazines > 0) {
                putCount(out, magazines);
                caches.writeDepot(out, order, pfnBits);
            }
        }
        out.put(0, skipped);
        if (hasDepotWork) {
            int pending = domain.pendingDepotWork();
            out.putOptional(pending != 0, pending, AllocatorConstants.ORDERS);
        }
    }

    private void readCaches(BitReader in) {
        RangeCaches caches = domain.caches();
        for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
            if (!in.getBoolean()) {
                continue;
            }
            for (int cpu = 0; cpu < cpus; cpu++) {
                readMagazine(in, caches, order, cpu, true);
                readMagazine(in, caches, order, cpu, false);
            }
            int pfns = in.getBoolean() ? in.getInt(COUNT_BITS) * domain.magazineCapacity() : 0;
            for (int index = 0; index < pfns; index++) {
                caches.loadDepot(order, index, in.get(pfnBits));
            }
        }
        if (hasDepotWork && in.getBoolean()) {
            domain.loadPendingDepotWork(in.getInt(AllocatorConstants.ORDERS));
        }
    }

    private void readMagazine(BitReader in, RangeCaches caches, int order, int cpu, boolean loaded) {
        for (int size = in.getInt(magazineBits); size > 0; size--) {
            caches.load(order, cpu, loaded, in.get(pfnBits));
        }
    }

    // ---- interchangeable CPUs ----

    /** Orders two CPUs by what their magazines hold; 0 if the domain cannot tell them apart. */
    public int compareCpus(int one, int other) {
        return domain.caches().compareCpus(one, other);
    }
}
