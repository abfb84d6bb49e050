package dev.iovacheck.counterexamples.picture;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.ReplayedStep.NodeView;
import dev.iovacheck.counterexamples.ReplayedStep.Use;
import dev.iovacheck.counterexamples.picture.Lane.Bar;
import dev.iovacheck.counterexamples.picture.Lane.Mark;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What lies where in one domain after a step, and what of it the step changed: the hardware's windows, promises, nodes of the tree, live
 * mappings, cached and queued ranges, and what is free.
 */
final class StripRows {

    private static final DomainView NOTHING =
            new DomainView("", 0, 0, List.of(), List.of(), List.of(), List.of(), null, null, 0, true);

    private final Counterexample counterexample;
    private final DomainView now;
    private final DomainView before;
    private final List<Lane> rows = new ArrayList<>();

    private StripRows(Counterexample counterexample, DomainView now, @Nullable DomainView before) {
        this.counterexample = counterexample;
        this.now = now;
        this.before = before == null ? NOTHING : before;
    }

    /**
     * From the hardware's view at the top to what is free at the bottom.
     *
     * @param before the same domain before the step, or {@code null} if there was none
     */
    static List<Lane> of(Counterexample counterexample, DomainView now, @Nullable DomainView before) {
        StripRows rows = new StripRows(counterexample, now, before);
        rows.windows();
        rows.changing("reserved", rows.uses(now.promises(), "reserved"), rows.uses(rows.before.promises(), "reserved"));
        rows.changing("tree nodes", nodes(now), nodes(rows.before));
        rows.changing("live", rows.uses(now.allLive(), "live"), rows.uses(rows.before.allLive(), "live"));
        rows.waiting("cached", false);
        if (Stream.concat(now.allCached().stream(), rows.before.allCached().stream())
                .anyMatch(Use::isQueued)) {
            rows.waiting("queued", true);
        }
        rows.free();
        return rows.rows;
    }

    private void windows() {
        List<Bar> windows = new ArrayList<>();
        for (int index : counterexample.devices()) {
            Device device = counterexample.configuration().devices().get(index);
            if (now.group().equals(device.group())) {
                String words = "usable for " + device.name() + " " + device.window();
                windows.add(new Bar(device.window(), "usable", device.name(), words, Mark.SAME));
            }
        }
        lanes("usable", windows);
    }

    private void waiting(String kind, boolean isQueued) {
        changing(
                kind,
                uses(
                        now.allCached().stream()
                                .filter(use -> use.isQueued() == isQueued)
                                .toList(),
                        kind),
                uses(
                        before.allCached().stream()
                                .filter(use -> use.isQueued() == isQueued)
                                .toList(),
                        kind));
    }

    private List<Bar> uses(List<Use> uses, String kind) {
        String lead =
                switch (kind) {
                    case "cached" -> "cached, ";
                    case "queued" -> "";
                    default -> kind + " for ";
                };
        return uses.stream()
                .map(use -> new Bar(use.bytes(), kind, use.who(), lead + use.who() + " " + use.bytes(), Mark.SAME))
                .toList();
    }

    private static List<Bar> nodes(DomainView view) {
        return view.nodes().stream().map(node -> node(node, view)).toList();
    }

    private static Bar node(NodeView node, DomainView view) {
        if (node.isInverted()) {
            long at = node.lo() << view.granuleShift();
            String words =
                    "a node that ends before it starts, pfn_lo " + Hex.of(node.lo()) + ", pfn_hi " + Hex.of(node.hi());
            return new Bar(new Extent(at, at), "inverted", "", words, Mark.SAME);
        }
        Extent bytes = view.bytes(node);
        return new Bar(bytes, "node", "", "node " + bytes, Mark.SAME);
    }

    private void changing(String name, List<Bar> is, List<Bar> was) {
        List<Bar> bars = new ArrayList<>();
        is.forEach(bar -> bars.add(was.contains(bar) ? bar : bar.marked(Mark.FRESH)));
        was.stream().filter(bar -> !is.contains(bar)).forEach(bar -> bars.add(bar.marked(Mark.GONE)));
        lanes(name, bars);
    }

    private void lanes(String name, List<Bar> bars) {
        rows.addAll(Lane.of(name, bars));
    }

    /** Between nodes, from the lowest address that a search hands out up to the highest that any device can name. */
    private void free() {
        long top = counterexample.devices().stream()
                .map(index -> counterexample.configuration().devices().get(index))
                .filter(device -> now.group().equals(device.group()))
                .map(Device::mask)
                .max(Long::compareUnsigned)
                .orElse(0L);
        Extent aperture = counterexample.configuration().iommu().aperture();
        top = Long.compareUnsigned(aperture.last(), top) < 0 ? aperture.last() : top;
        List<Bar> free = new ArrayList<>();
        long from = now.startPfn() << now.granuleShift();
        List<Extent> taken = now.nodes().stream()
                .filter(node -> !node.isInverted())
                .map(now::bytes)
                .sorted((one, other) -> Long.compareUnsigned(one.first(), other.first()))
                .toList();
        boolean isOpen = now.granuleShift() > 0;
        for (Extent node : taken) {
            if (isOpen && Long.compareUnsigned(from, node.first()) < 0) {
                long last = Long.compareUnsigned(node.first() - 1, top) < 0 ? node.first() - 1 : top;
                hole(free, from, last);
            }
            if (Long.compareUnsigned(node.last(), from) >= 0) {
                isOpen &= node.last() != -1L;
                from = node.last() + 1;
            }
        }
        if (isOpen) {
            hole(free, from, top);
        }
        rows.add(new Lane("free", free));
    }

    private static void hole(List<Bar> free, long from, long last) {
        if (Long.compareUnsigned(from, last) <= 0) {
            Extent bytes = new Extent(from, last);
            free.add(new Bar(bytes, "free", "", "free " + bytes, Mark.SAME));
        }
    }
}
