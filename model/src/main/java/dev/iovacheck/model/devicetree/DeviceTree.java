package dev.iovacheck.model.devicetree;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.collections.api.map.primitive.LongObjectMap;

/** A device tree that was read: well-formed, with phandles that each name one node. */
public final class DeviceTree {

    private final DeviceTreeNode root;
    private final LongObjectMap<DeviceTreeNode> byPhandle;
    private final List<DeviceTreeNode> nodes;

    DeviceTree(DeviceTreeNode root, List<DeviceTreeNode> nodes, LongObjectMap<DeviceTreeNode> byPhandle) {
        this.root = root;
        this.nodes = nodes;
        this.byPhandle = byPhandle;
    }

    public DeviceTreeNode root() {
        return root;
    }

    /** All nodes, in the order of the file; the root first. */
    public List<DeviceTreeNode> nodes() {
        return new ArrayList<>(nodes);
    }

    public Optional<DeviceTreeNode> byPhandle(long phandle) {
        return Optional.ofNullable(byPhandle.get(phandle));
    }

    /**
     * The node at a path. A name without its unit address is enough where the parent has only one such child.
     *
     * @param path absolute: {@code /soc/video-codec}
     */
    public Optional<DeviceTreeNode> byPath(String path) {
        DeviceTreeNode at = root;
        for (String name : path.split("/", -1)) {
            if (name.isEmpty()) {
                continue;
            }
            Optional<DeviceTreeNode> exact = at.child(name);
            if (exact.isPresent()) {
                at = exact.get();
                continue;
            }
            List<DeviceTreeNode> named = at.children().stream()
                    .filter(child -> child.baseName().equals(name))
                    .toList();
            if (named.size() != 1) {
                return Optional.empty();
            }
            at = named.get(0);
        }
        return Optional.of(at);
    }
}
