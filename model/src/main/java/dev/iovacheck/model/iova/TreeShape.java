package dev.iovacheck.model.iova;

/** Read access to the shape of a domain's red-black tree. Handles are those of {@link IovaDomain}. */
public final class TreeShape {

    private final RedBlackNodes nodes;

    TreeShape(RedBlackNodes nodes) {
        this.nodes = nodes;
    }

    /** The root, or {@link IovaDomain#noNode}. */
    public int root() {
        return nodes.root();
    }

    /** The left child, or {@link IovaDomain#noNode}. */
    public int left(int node) {
        return nodes.left(node);
    }

    /** The right child, or {@link IovaDomain#noNode}. */
    public int right(int node) {
        return nodes.right(node);
    }

    public boolean isRed(int node) {
        return nodes.isRed(node);
    }
}
