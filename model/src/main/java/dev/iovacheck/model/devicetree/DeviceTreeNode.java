package dev.iovacheck.model.devicetree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A node of a device tree. Two nodes are equal only if they are the same. */
public final class DeviceTreeNode {

    private final String name;
    private final @Nullable DeviceTreeNode parent;
    private final int depth;
    private Map<String, DeviceTreeProperty> properties = Map.of();
    private Map<String, DeviceTreeNode> children = Map.of();

    DeviceTreeNode(String name, @Nullable DeviceTreeNode parent) {
        this.name = name;
        this.parent = parent;
        depth = parent == null ? 0 : parent.depth + 1;
    }

    /** @return false if there is a property of that name already */
    boolean add(DeviceTreeProperty property) {
        if (properties.isEmpty()) {
            properties = new LinkedHashMap<>(4);
        }
        return properties.putIfAbsent(property.name(), property) == null;
    }

    /** @return false if there is a child of that name already */
    boolean add(DeviceTreeNode child) {
        if (children.isEmpty()) {
            children = new LinkedHashMap<>(4);
        }
        return children.putIfAbsent(child.name, child) == null;
    }

    /** With the unit address: {@code video-codec@aa00000}; empty for the root. */
    public String name() {
        return name;
    }

    /** The name without the unit address. */
    public String baseName() {
        int at = name.indexOf('@');
        return at < 0 ? name : name.substring(0, at);
    }

    public Optional<DeviceTreeNode> parent() {
        return Optional.ofNullable(parent);
    }

    /** Levels below the root, which is at 0. */
    int depth() {
        return depth;
    }

    /** {@code /soc@0/video-codec@aa00000}; {@code /} for the root. */
    public String path() {
        if (parent == null) {
            return "/";
        }
        Deque<String> names = new ArrayDeque<>();
        for (DeviceTreeNode at = this; at.parent != null; at = at.parent) {
            names.push(at.name);
        }
        return "/" + String.join("/", names);
    }

    /** In the order of the file. */
    public List<DeviceTreeNode> children() {
        return new ArrayList<>(children.values());
    }

    boolean hasChildren() {
        return !children.isEmpty();
    }

    public Optional<DeviceTreeNode> child(String named) {
        return Optional.ofNullable(children.get(named));
    }

    /** In the order of the file. */
    public List<DeviceTreeProperty> properties() {
        return new ArrayList<>(properties.values());
    }

    public Optional<DeviceTreeProperty> property(String named) {
        return Optional.ofNullable(properties.get(named));
    }

    public boolean has(String named) {
        return properties.containsKey(named);
    }

    /** The strings of a property; none if it is not there. */
    public List<String> strings(String named) {
        return property(named).map(DeviceTreeProperty::strings).orElse(List.of());
    }

    @Override
    public String toString() {
        return path();
    }
}
