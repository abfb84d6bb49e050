package dev.iovacheck.model.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A red-black tree as textbooks have it: a nil node instead of null links, insertion with recolouring and rotations, deletion that
 * moves the in-order successor into the place of a node with two children.
 *
 * <p>The order of the nodes is the order in which descents left them. It is the order of {@code lo} as long as nobody changes a
 * {@code lo} past a neighbour and every descent starts at a node above the right place; neither is checked, because the kernel does not.
 */
final class ReferenceTree {

    /** What became of an insertion. */
    enum Insertion {
        LINKED,
        /** A node with the same {@code lo} was met: the kernel warns and leaves the new node out. */
        EQUAL_LO,
        /** The place found is below a node that is not in the tree: rebalancing follows a null pointer. */
        BELOW_UNLINKED
    }

    private final ReferenceNode nil = new ReferenceNode(0, 0);
    private ReferenceNode root = nil;

    /** A node for {@link #insert}, not yet in the tree and with no neighbours. */
    ReferenceNode newNode(long lo, long hi) {
        ReferenceNode node = new ReferenceNode(lo, hi);
        unlink(node);
        return node;
    }

    private void unlink(ReferenceNode node) {
        node.linked = false;
        node.left = nil;
        node.right = nil;
        node.parent = nil;
    }

    /**
     * The same tree made of other nodes.
     *
     * @param twins gets the copy of each node
     */
    ReferenceTree copy(Map<ReferenceNode, ReferenceNode> twins) {
        ReferenceTree copy = new ReferenceTree();
        copy.root = copySubtree(root, copy, copy.nil, twins);
        return copy;
    }

    private ReferenceNode copySubtree(
            ReferenceNode node, ReferenceTree copy, ReferenceNode above, Map<ReferenceNode, ReferenceNode> twins) {
        if (node == nil) {
            return copy.nil;
        }
        ReferenceNode twin = new ReferenceNode(node.lo, node.hi);
        twins.put(node, twin);
        twin.red = node.red;
        twin.linked = node.linked;
        twin.parent = above;
        twin.left = copySubtree(node.left, copy, twin, twins);
        twin.right = copySubtree(node.right, copy, twin, twins);
        return twin;
    }

    private @Nullable ReferenceNode orNull(ReferenceNode node) {
        return node == nil ? null : node;
    }

    @Nullable
    ReferenceNode root() {
        return orNull(root);
    }

    @Nullable
    ReferenceNode left(ReferenceNode node) {
        return orNull(node.left);
    }

    @Nullable
    ReferenceNode right(ReferenceNode node) {
        return orNull(node.right);
    }

    @Nullable
    ReferenceNode first() {
        ReferenceNode node = root;
        while (node.left != nil) {
            node = node.left;
        }
        return orNull(node);
    }

    @Nullable
    ReferenceNode next(ReferenceNode node) {
        if (node.right != nil) {
            return minimum(node.right);
        }
        ReferenceNode below = node;
        ReferenceNode above = node.parent;
        while (above != nil && below == above.right) {
            below = above;
            above = above.parent;
        }
        return orNull(above);
    }

    @Nullable
    ReferenceNode previous(ReferenceNode node) {
        if (node.left != nil) {
            ReferenceNode last = node.left;
            while (last.right != nil) {
                last = last.right;
            }
            return last;
        }
        ReferenceNode below = node;
        ReferenceNode above = node.parent;
        while (above != nil && below == above.left) {
            below = above;
            above = above.parent;
        }
        return orNull(above);
    }

    private ReferenceNode minimum(ReferenceNode top) {
        ReferenceNode node = top;
        while (node.left != nil) {
            node = node.left;
        }
        return node;
    }

    /** The node that a search by pfn meets; with inverted or misplaced nodes not every node that contains {@code pfn} is met. */
    @Nullable
    ReferenceNode find(long pfn) {
        ReferenceNode node = root;
        while (node != nil) {
            if (Long.compareUnsigned(pfn, node.lo) < 0) {
                node = node.left;
            } else if (Long.compareUnsigned(pfn, node.hi) > 0) {
                node = node.right;
            } else {
                return node;
            }
        }
        return null;
    }

    /** Descends from {@code start}, or from the root if null, to a free place and links {@code node} there. */
    Insertion insert(@Nullable ReferenceNode start, ReferenceNode node) {
        ReferenceNode above = nil;
        ReferenceNode place = start == null ? root : start;
        while (place != nil) {
            above = place;
            int order = Long.compareUnsigned(node.lo, place.lo);
            if (order == 0) {
                return Insertion.EQUAL_LO;
            }
            place = order < 0 ? place.left : place.right;
        }
        if (above != nil && !above.linked) {
            return Insertion.BELOW_UNLINKED;
        }
        node.parent = above;
        if (above == nil) {
            root = node;
        } else if (Long.compareUnsigned(node.lo, above.lo) < 0) {
            above.left = node;
        } else {
            above.right = node;
        }
        node.linked = true;
        node.red = true;
        repairAfterInsertion(node);
        return Insertion.LINKED;
    }

    private void repairAfterInsertion(ReferenceNode inserted) {
        ReferenceNode z = inserted;
        while (z.parent.red) {
            ReferenceNode grandparent = z.parent.parent;
            if (z.parent == grandparent.left) {
                ReferenceNode uncle = grandparent.right;
                if (uncle.red) {
                    z.parent.red = false;
                    uncle.red = false;
                    grandparent.red = true;
                    z = grandparent;
                } else {
                    if (z == z.parent.right) {
                        z = z.parent;
                        rotateLeft(z);
                    }
                    z.parent.red = false;
                    grandparent.red = true;
                    rotateRight(grandparent);
                }
            } else {
                ReferenceNode uncle = grandparent.left;
                if (uncle.red) {
                    z.parent.red = false;
                    uncle.red = false;
                    grandparent.red = true;
                    z = grandparent;
                } else {
                    if (z == z.parent.left) {
                        z = z.parent;
                        rotateRight(z);
                    }
                    z.parent.red = false;
                    grandparent.red = true;
                    rotateLeft(grandparent);
                }
            }
        }
        root.red = false;
    }

    void erase(ReferenceNode z) {
        boolean removedRed = z.red;
        ReferenceNode x;
        if (z.left == nil) {
            x = z.right;
            transplant(z, z.right);
        } else if (z.right == nil) {
            x = z.left;
            transplant(z, z.left);
        } else {
            ReferenceNode successor = minimum(z.right);
            removedRed = successor.red;
            x = successor.right;
            if (successor.parent == z) {
                x.parent = successor;
            } else {
                transplant(successor, successor.right);
                successor.right = z.right;
                successor.right.parent = successor;
            }
            transplant(z, successor);
            successor.left = z.left;
            successor.left.parent = successor;
            successor.red = z.red;
        }
        if (!removedRed) {
            repairAfterDeletion(x);
        }
        // Deletion uses nil's parent link as a scratch place.
        nil.parent = nil;
        unlink(z);
    }

    private void repairAfterDeletion(ReferenceNode start) {
        ReferenceNode x = start;
        while (x != root && !x.red) {
            if (x == x.parent.left) {
                ReferenceNode sibling = x.parent.right;
                if (sibling.red) {
                    sibling.red = false;
                    x.parent.red = true;
                    rotateLeft(x.parent);
                    sibling = x.parent.right;
                }
                if (!sibling.left.red && !sibling.right.red) {
                    sibling.red = true;
                    x = x.parent;
                } else {
                    if (!sibling.right.red) {
                        sibling.left.red = false;
                        sibling.red = true;
                        rotateRight(sibling);
                        sibling = x.parent.right;
                    }
                    sibling.red = x.parent.red;
                    x.parent.red = false;
                    sibling.right.red = false;
                    rotateLeft(x.parent);
                    x = root;
                }
            } else {
                ReferenceNode sibling = x.parent.left;
                if (sibling.red) {
                    sibling.red = false;
                    x.parent.red = true;
                    rotateRight(x.parent);
                    sibling = x.parent.left;
                }
                if (!sibling.right.red && !sibling.left.red) {
                    sibling.red = true;
                    x = x.parent;
                } else {
                    if (!sibling.left.red) {
                        sibling.right.red = false;
                        sibling.red = true;
                        rotateLeft(sibling);
                        sibling = x.parent.left;
                    }
                    sibling.red = x.parent.red;
                    x.parent.red = false;
                    sibling.left.red = false;
                    rotateRight(x.parent);
                    x = root;
                }
            }
        }
        x.red = false;
    }

    private void transplant(ReferenceNode old, ReferenceNode replacement) {
        if (old.parent == nil) {
            root = replacement;
        } else if (old == old.parent.left) {
            old.parent.left = replacement;
        } else {
            old.parent.right = replacement;
        }
        replacement.parent = old.parent;
    }

    private void rotateLeft(ReferenceNode x) {
        ReferenceNode y = x.right;
        x.right = y.left;
        if (y.left != nil) {
            y.left.parent = x;
        }
        transplant(x, y);
        y.left = x;
        x.parent = y;
    }

    private void rotateRight(ReferenceNode x) {
        ReferenceNode y = x.left;
        x.left = y.right;
        if (y.right != nil) {
            y.right.parent = x;
        }
        transplant(x, y);
        y.right = x;
        x.parent = y;
    }

    /** All nodes in tree order. */
    List<ReferenceNode> inOrder() {
        List<ReferenceNode> nodes = new ArrayList<>();
        for (ReferenceNode node = first(); node != null; node = next(node)) {
            nodes.add(node);
        }
        return nodes;
    }

    /** All nodes, each before those of its left and then those of its right subtree. */
    List<ReferenceNode> preOrder() {
        List<ReferenceNode> nodes = new ArrayList<>();
        addPreOrder(root, nodes);
        return nodes;
    }

    private void addPreOrder(ReferenceNode node, List<ReferenceNode> nodes) {
        if (node != nil) {
            nodes.add(node);
            addPreOrder(node.left, nodes);
            addPreOrder(node.right, nodes);
        }
    }
}
