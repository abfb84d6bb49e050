package dev.iovacheck.model.iova;

/**
 * The nodes of an {@code iova_domain} and the two hints that point at them. A node is a range {@code [lo, hi]} of pfns, both
 * inclusive; there is one kind of node, whoever uses the range. Above all of them stands the anchor, {@code [2^64-1, 2^64-1]}.
 *
 * <p>Nodes are named by handles. A handle is good until the next insertion or removal; only the hints are kept up to date.
 */
abstract sealed class IovaTree permits SortedNodes, RedBlackNodes {

    /** No node. */
    static final int NONE = -1;

    /** The anchor. It is there from {@link #clear} on. */
    static final int ANCHOR = 0;

    /** Where a search with a limit above 4 GiB starts: {@code cached_node}. {@link #NONE} before initialisation. */
    int cached = NONE;

    /** Where a search with a limit of at most 4 GiB starts: {@code cached32_node}. {@link #NONE} before initialisation. */
    int cached32 = NONE;

    /** How often the kernel would have warned in the current operation. */
    int warnings;

    /** Whether the last insertion met an equal {@code lo} and was refused. */
    boolean refused;

    /** Whether the current operation did not return: a NULL pointer was followed. */
    boolean crashed;

    /** Whether the current operation did not return because its search never ends; {@link #crashed} is set, too. */
    boolean hung;

    /** Whether one unsigned number is below another. Said so because {@link Long#compareUnsigned} has three answers and takes longer. */
    static boolean below(long one, long other) {
        return one + Long.MIN_VALUE < other + Long.MIN_VALUE;
    }

    /** A zeroed structure: no anchor, no hints. What a domain is before {@code init_iova_domain}. */
    abstract void zero();

    /** Only the anchor, both hints at it. */
    abstract void clear();

    /** Becomes equal to another one of the same kind. */
    abstract void copyFrom(IovaTree other);

    /** Copies what both kinds have. */
    final void copyHintsFrom(IovaTree other) {
        cached = other.cached;
        cached32 = other.cached32;
        warnings = other.warnings;
        refused = other.refused;
        crashed = other.crashed;
        hung = other.hung;
    }

    /** Nodes in the tree, without the anchor. */
    abstract int count();

    abstract long lo(int node);

    abstract long hi(int node);

    /** Changes a node's lower end in place; the order of the nodes must stay as it is. */
    abstract void growDownTo(int node, long lo);

    /** The leftmost node; the anchor if there is no other; {@link #NONE} in a zeroed structure without nodes. */
    abstract int first();

    /** The in-order successor, or {@link #NONE}. */
    abstract int next(int node);

    /** The in-order predecessor, or {@link #NONE}; also {@link #NONE} for a node that is not linked. */
    abstract int previous(int node);

    /** Whether the node is in the tree. Only hints can point to one that is not. */
    abstract boolean isLinked(int node);

    /**
     * Links a new node, descending from {@code start} ({@link #NONE} for the root). Where a node with equal {@code lo} is met the
     * kernel warns and does not link, and its callers go on as if it had: the handle is then of an unlinked node.
     * {@code iova_insert_rbtree}, recorded.
     */
    abstract int insert(int start, long lo, long hi);

    /** Unlinks a node. Hints that still point at it are the caller's mistake. */
    abstract void erase(int node);

    /** The node a search by pfn arrives at, or {@link #NONE}. {@code private_find_iova}, recorded. */
    abstract int find(long pfn);

    /**
     * A node from which a walk downwards meets every gap below {@code limit} (exclusive, at most 4 GiB).
     * {@code iova_find_limit}, recorded.
     */
    abstract int findLimit(long limit);
}
