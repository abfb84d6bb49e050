package dev.iovacheck.model.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.oracle.ReferenceTree.Insertion;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** The oracle's own foundation: the tree stays a red-black tree and holds what a sorted map holds. */
class ReferenceTreeProperties {

    @Property(tries = 300)
    void keepsItsRulesAndItsContents(@ForAll @Size(max = 200) List<@IntRange(max = 60) Integer> keys) {
        ReferenceTree tree = new ReferenceTree();
        TreeMap<Integer, ReferenceNode> expected = new TreeMap<>();
        for (int key : keys) {
            ReferenceNode present = expected.get(key);
            // The second meeting of a key is refused and then takes the node out.
            ReferenceNode node = tree.newNode(key, key);
            Insertion insertion = tree.insert(null, node);
            if (present == null) {
                assertEquals(Insertion.LINKED, insertion);
                expected.put(key, node);
            } else {
                assertEquals(Insertion.EQUAL_LO, insertion);
                tree.erase(present);
                assertFalse(present.linked);
                expected.remove(key);
            }
            assertEquals(List.copyOf(expected.values()), tree.inOrder());
            assertRedBlack(tree);
        }
    }

    private static void assertRedBlack(ReferenceTree tree) {
        ReferenceNode root = tree.root();
        if (root != null) {
            assertFalse(root.red, "root is red");
        }
        blackHeight(tree, root);
    }

    private static int blackHeight(ReferenceTree tree, @Nullable ReferenceNode node) {
        if (node == null) {
            return 1;
        }
        ReferenceNode left = tree.left(node);
        ReferenceNode right = tree.right(node);
        assertTrue(!node.red || ((left == null || !left.red) && (right == null || !right.red)), "red below red");
        int height = blackHeight(tree, left);
        assertEquals(height, blackHeight(tree, right), "black heights differ");
        return height + (node.red ? 0 : 1);
    }
}
