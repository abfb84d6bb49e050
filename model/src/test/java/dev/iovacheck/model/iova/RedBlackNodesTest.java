package dev.iovacheck.model.iova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** When a tree is in order, so that its shape need not be part of a state. */
class RedBlackNodesTest {

    private static RedBlackNodes tree(long... ends) {
        RedBlackNodes tree = new RedBlackNodes();
        tree.clear();
        for (int index = 0; index < ends.length; index += 2) {
            tree.insert(IovaTree.NONE, ends[index], ends[index + 1]);
        }
        return tree;
    }

    @Test
    void nodesThatAscendApartAreInOrder() {
        assertTrue(tree().isInOrder());
        assertTrue(tree(5, 5).isInOrder());
        assertTrue(tree(5, 5, 1, 4, 6, 9).isInOrder(), "side by side");
        assertTrue(tree(1, 2, -8, -2, 1L << 40, 1L << 41).isInOrder(), "unsigned");
    }

    @Test
    void anInvertedNodeIsNot() {
        assertFalse(tree(5, 4).isInOrder());
        assertFalse(tree(1, 2, 5, 4, 8, 9).isInOrder());
    }

    @Test
    void nodesThatOverlapAreNot() {
        assertFalse(tree(1, 4, 4, 6).isInOrder());
        assertFalse(tree(1, 9, 2, 3).isInOrder());
    }

    @Test
    void aHintThatPointsOutOfTheTreeIsNot() {
        RedBlackNodes tree = tree(5, 5);
        int node = tree.find(5);
        tree.cached32 = node;
        tree.cached = node;
        assertTrue(tree.isInOrder());
        tree.erase(node);
        assertFalse(tree.isInOrder());
        tree.cached32 = IovaTree.ANCHOR;
        assertFalse(tree.isInOrder());
        tree.cached = IovaTree.ANCHOR;
        assertTrue(tree.isInOrder());
        tree.cached32 = IovaTree.NONE;
        tree.cached = IovaTree.NONE;
        assertTrue(tree.isInOrder());
    }

    @Test
    void countsItsNodesWithoutTheAnchor() {
        RedBlackNodes tree = tree(5, 5, 1, 4, 6, 9);
        assertEquals(3, tree.count());
        tree.erase(tree.find(4));
        assertEquals(2, tree.count());
        RedBlackNodes copy = new RedBlackNodes();
        copy.copyFrom(tree);
        assertEquals(2, copy.count());
        assertEquals(6, copy.lo(copy.find(8)));
        tree.clear();
        assertEquals(0, tree.count());
        assertEquals(2, copy.count());
    }

    /** {@code iova_find_limit}: the lowest node from which a search below the limit sees all that matters. */
    @Test
    void aSearchBelowALimitBeginsAtTheLowestNodeThatReachesIt() {
        RedBlackNodes tree = tree(2, 3, 4, 5, 6, 6, 8, 9, 12, 15, 20, 20, 22, 22);
        assertEquals(8, tree.lo(tree.findLimit(8)), "a node that starts at the limit will do");
        assertEquals(12, tree.lo(tree.findLimit(10)), "in a gap");
        assertEquals(IovaTree.ANCHOR, tree.findLimit(23));
        assertEquals(2, tree.lo(tree.findLimit(2)));
    }

    /** Only a freed anchor leaves a tree in which no node ends at the limit or above it. */
    @Test
    void withoutAnAnchorThereMayBeNoNodeToBeginAt() {
        RedBlackNodes tree = tree(2, 3);
        tree.erase(IovaTree.ANCHOR);
        assertEquals(2, tree.lo(tree.findLimit(3)));
        assertFalse(tree.crashed);
        assertEquals(IovaTree.NONE, tree.findLimit(4));
        assertTrue(tree.crashed);
    }
}
