package dev.iovacheck.model.iova;

import java.util.Arrays;

/**
 * Nodes as the red-black tree they are in the kernel, with its exact shape: the textbook tree, but for the place where the
 * descent of an insertion may start. Needed once a node with {@code hi < lo} is in the tree: from then on the shape decides what
 * is found, and with it who gets whose addresses.
 *
 * <p>A handle is a slot. Slot 0 is the anchor. A node that never got linked keeps its slot while a hint points at it.
 */
final class RedBlackNodes extends IovaTree {

    private static final int NIL = -1;

    private long[] lo = new long[16];
    private long[] hi = new long[16];
    private int[] left = new int[16];
    private int[] right = new int[16];
    private int[] parent = new int[16];
    private boolean[] red = new boolean[16];
    private boolean[] linked = new boolean[16];
    private int[] free = new int[16];
    private int freeCount;
    private int slots;
    private int root = NIL;
    private int count;

    @Override
    void zero() {
        root = NIL;
        count = 0;
        freeCount = 0;
        slots = 1; // slot 0 stays the anchor's
        linked[ANCHOR] = false;
        cached = NONE;
        cached32 = NONE;
    }

    @Override
    void clear() {
        zero();
        linkAnchor(NIL, NIL, NIL, false);
        root = ANCHOR;
        cached = ANCHOR;
        cached32 = ANCHOR;
    }

    private void linkAnchor(int parentSlot, int leftSlot, int rightSlot, boolean isRed) {
        lo[ANCHOR] = -1L;
        hi[ANCHOR] = -1L;
        parent[ANCHOR] = parentSlot;
        left[ANCHOR] = leftSlot;
        right[ANCHOR] = rightSlot;
        red[ANCHOR] = isRed;
        linked[ANCHOR] = true;
    }

    @Override
    void copyFrom(IovaTree other) {
        copyHintsFrom(other);
        RedBlackNodes nodes = (RedBlackNodes) other;
        if (lo.length < nodes.lo.length) {
            resize(nodes.lo.length);
        }
        System.arraycopy(nodes.lo, 0, lo, 0, nodes.slots);
        System.arraycopy(nodes.hi, 0, hi, 0, nodes.slots);
        System.arraycopy(nodes.left, 0, left, 0, nodes.slots);
        System.arraycopy(nodes.right, 0, right, 0, nodes.slots);
        System.arraycopy(nodes.parent, 0, parent, 0, nodes.slots);
        System.arraycopy(nodes.red, 0, red, 0, nodes.slots);
        System.arraycopy(nodes.linked, 0, linked, 0, nodes.slots);
        System.arraycopy(nodes.free, 0, free, 0, nodes.freeCount);
        freeCount = nodes.freeCount;
        slots = nodes.slots;
        root = nodes.root;
        count = nodes.count;
    }

    @Override
    int count() {
        return count;
    }

    @Override
    long lo(int node) {
        return lo[node];
    }

    @Override
    long hi(int node) {
        return hi[node];
    }

    @Override
    void growDownTo(int node, long newLo) {
        lo[node] = newLo;
    }

    @Override
    int first() {
        return root == NIL ? NONE : leftmost(root);
    }

    @Override
    int next(int node) {
        if (right[node] != NIL) {
            return leftmost(right[node]);
        }
        int below = node;
        int above = parent[node];
        while (above != NIL && below == right[above]) {
            below = above;
            above = parent[above];
        }
        return above;
    }

    @Override
    int previous(int node) {
        if (!linked[node]) {
            return NONE;
        }
        if (left[node] != NIL) {
            int below = left[node];
            while (right[below] != NIL) {
                below = right[below];
            }
            return below;
        }
        int below = node;
        int above = parent[node];
        while (above != NIL && below == left[above]) {
            below = above;
            above = parent[above];
        }
        return above;
    }

    /** Whether the nodes before the anchor ascend without overlap, none of them upside down, and the hints point into the tree. */
    boolean isInOrder() {
        boolean inOrder = (cached == NONE || linked[cached]) && (cached32 == NONE || linked[cached32]);
        int before = NONE;
        for (int node = first(); node > ANCHOR; node = next(node)) {
            inOrder &= Long.compareUnsigned(lo[node], hi[node]) <= 0;
            inOrder &= before == NONE || Long.compareUnsigned(hi[before], lo[node]) < 0;
            before = node;
        }
        return inOrder;
    }

    private int leftmost(int node) {
        int below = node;
        while (left[below] != NIL) {
            below = left[below];
        }
        return below;
    }

    @Override
    boolean isLinked(int node) {
        return linked[node];
    }

    @Override
    int insert(int start, long newLo, long newHi) {
        refused = false;
        int slot = newSlot(newLo, newHi);
        int above = NIL;
        int below = start == NONE ? root : start;
        boolean asLeft = false;
        while (below != NIL) {
            above = below;
            int order = Long.compareUnsigned(newLo, lo[below]);
            if (order == 0) {
                warnings++;
                refused = true;
                return slot; // never linked; the callers do not notice
            }
            asLeft = order < 0;
            // The links of a node that is not in the tree are zero.
            below = !linked[above] ? NIL : asLeft ? left[above] : right[above];
        }
        if (above != NIL && !linked[above]) {
            crashed = true; // an unlinked parent counts as red and has no parent of its own: rebalancing follows NULL
            return slot;
        }
        parent[slot] = above;
        linked[slot] = true;
        count++;
        if (above == NIL) {
            root = slot;
        } else if (asLeft) {
            left[above] = slot;
        } else {
            right[above] = slot;
        }
        balanceAfterInsert(slot);
        return slot;
    }

    private int newSlot(long newLo, long newHi) {
        int slot;
        if (freeCount > 0) {
            slot = free[--freeCount];
        } else {
            if (slots == lo.length) {
                enlarge();
            }
            slot = slots++;
        }
        lo[slot] = newLo;
        hi[slot] = newHi;
        left[slot] = NIL;
        right[slot] = NIL;
        parent[slot] = NIL;
        red[slot] = true;
        linked[slot] = false;
        return slot;
    }

    private void enlarge() {
        resize(2 * lo.length);
    }

    private void resize(int capacity) {
        lo = Arrays.copyOf(lo, capacity);
        hi = Arrays.copyOf(hi, capacity);
        left = Arrays.copyOf(left, capacity);
        right = Arrays.copyOf(right, capacity);
        parent = Arrays.copyOf(parent, capacity);
        red = Arrays.copyOf(red, capacity);
        linked = Arrays.copyOf(linked, capacity);
        free = Arrays.copyOf(free, capacity);
    }

    private void balanceAfterInsert(int inserted) {
        int node = inserted;
        while (parent[node] != NIL && red[parent[node]]) {
            int above = parent[node];
            int grand = parent[above];
            boolean aboveIsLeft = above == left[grand];
            int uncle = aboveIsLeft ? right[grand] : left[grand];
            if (uncle != NIL && red[uncle]) {
                red[above] = false;
                red[uncle] = false;
                red[grand] = true;
                node = grand;
            } else {
                if (node == (aboveIsLeft ? right[above] : left[above])) {
                    rotate(above, aboveIsLeft);
                    int outer = above;
                    above = node;
                    node = outer;
                }
                red[above] = false;
                red[grand] = true;
                rotate(grand, !aboveIsLeft);
            }
        }
        red[root] = false;
    }

    /** Turns {@code node} down to the left (or right), its other child taking its place. */
    private void rotate(int node, boolean toLeft) {
        int riser = toLeft ? right[node] : left[node];
        int moved = toLeft ? left[riser] : right[riser];
        if (toLeft) {
            right[node] = moved;
            left[riser] = node;
        } else {
            left[node] = moved;
            right[riser] = node;
        }
        if (moved != NIL) {
            parent[moved] = node;
        }
        replaceChild(node, riser);
        parent[node] = riser;
    }

    private void replaceChild(int node, int replacement) {
        int above = parent[node];
        if (above == NIL) {
            root = replacement;
        } else if (left[above] == node) {
            left[above] = replacement;
        } else {
            right[above] = replacement;
        }
        if (replacement != NIL) {
            parent[replacement] = above;
        }
    }

    @Override
    void erase(int node) {
        int hole; // the parent of the place that lost a black node
        int filler; // what stands in that place now, may be NIL
        boolean lostBlack;
        if (left[node] == NIL || right[node] == NIL) {
            filler = left[node] == NIL ? right[node] : left[node];
            hole = parent[node];
            lostBlack = !red[node];
            replaceChild(node, filler);
        } else {
            int successor = leftmost(right[node]);
            filler = right[successor];
            lostBlack = !red[successor];
            if (parent[successor] == node) {
                hole = successor;
            } else {
                hole = parent[successor];
                replaceChild(successor, filler);
                right[successor] = right[node];
                parent[right[successor]] = successor;
            }
            replaceChild(node, successor);
            left[successor] = left[node];
            parent[left[successor]] = successor;
            red[successor] = red[node];
        }
        if (lostBlack) {
            balanceAfterErase(filler, hole);
        }
        linked[node] = false;
        if (node != ANCHOR) {
            count--;
            free[freeCount++] = node;
        }
    }

    private void balanceAfterErase(int filler, int hole) {
        int node = filler;
        int above = hole;
        while (above != NIL && (node == NIL || !red[node])) {
            boolean nodeIsLeft = node == left[above];
            int sibling = nodeIsLeft ? right[above] : left[above];
            if (red[sibling]) {
                red[sibling] = false;
                red[above] = true;
                rotate(above, nodeIsLeft);
                sibling = nodeIsLeft ? right[above] : left[above];
            }
            int near = nodeIsLeft ? left[sibling] : right[sibling];
            int far = nodeIsLeft ? right[sibling] : left[sibling];
            boolean nearRed = near != NIL && red[near];
            boolean farRed = far != NIL && red[far];
            if (!nearRed && !farRed) {
                red[sibling] = true;
                node = above;
                above = parent[node];
                continue;
            }
            if (!farRed) {
                red[near] = false;
                red[sibling] = true;
                rotate(sibling, !nodeIsLeft);
                far = sibling;
                sibling = near;
            }
            red[sibling] = red[above];
            red[above] = false;
            red[far] = false;
            rotate(above, nodeIsLeft);
            return;
        }
        if (node != NIL) {
            red[node] = false;
        }
    }

    @Override
    int find(long pfn) {
        int node = root;
        while (node != NIL) {
            if (Long.compareUnsigned(pfn, lo[node]) < 0) {
                node = left[node];
            } else if (Long.compareUnsigned(pfn, hi[node]) > 0) {
                node = right[node];
            } else {
                return node;
            }
        }
        return NONE;
    }

    @Override
    int findLimit(long limit) {
        int node = root;
        while (node != NIL && Long.compareUnsigned(hi[node], limit) < 0) {
            node = right[node];
        }
        if (node == NIL) {
            crashed = true; // only without an anchor
            return NONE;
        }
        while (left[node] != NIL) {
            if (reaches(left[node], limit)) {
                node = left[node];
                continue;
            }
            int below = right[left[node]];
            while (below != NIL && !reaches(below, limit)) {
                below = right[below];
            }
            if (below == NIL) {
                return node;
            }
            node = below;
        }
        return node;
    }

    private boolean reaches(int node, long limit) {
        return Long.compareUnsigned(lo[node], limit) >= 0;
    }

    // What follows is for views and for storing the tree with its shape.

    int root() {
        return root;
    }

    int left(int node) {
        return left[node];
    }

    int right(int node) {
        return right[node];
    }

    boolean isRed(int node) {
        return red[node];
    }

    /** Starts to read a stored tree back: nothing is there yet. */
    void loadNothing() {
        zero();
    }

    /** Reads a node back below {@code above} ({@link #NONE} for the root). */
    int loadNode(int above, boolean asLeft, boolean isRed, long newLo, long newHi) {
        int slot = newSlot(newLo, newHi);
        count++;
        link(slot, above, asLeft, isRed);
        return slot;
    }

    /** Reads the anchor back. */
    int loadAnchor(int above, boolean asLeft, boolean isRed) {
        linkAnchor(NIL, NIL, NIL, isRed);
        link(ANCHOR, above, asLeft, isRed);
        return ANCHOR;
    }

    /** Reads a node back that a hint points at although it never got into the tree. */
    int loadUnlinked(long newLo, long newHi) {
        return newSlot(newLo, newHi);
    }

    private void link(int slot, int above, boolean asLeft, boolean isRed) {
        parent[slot] = above;
        red[slot] = isRed;
        linked[slot] = true;
        if (above == NIL) {
            root = slot;
        } else if (asLeft) {
            left[above] = slot;
        } else {
            right[above] = slot;
        }
    }
}
