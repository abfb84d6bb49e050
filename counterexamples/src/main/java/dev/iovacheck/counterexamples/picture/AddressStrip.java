package dev.iovacheck.counterexamples.picture;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.ReplayedStep.NodeView;
import dev.iovacheck.counterexamples.ReplayedStep.Use;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The address space of one domain after one step as SVG: what the hardware can use, what is reserved, the nodes of the tree, live
 * mappings, cached and queued ranges, one line each, to scale; and once more, larger, where that is too small to be seen.
 */
public final class AddressStrip {

    /** What draws the classes in light and dark; to be put once into a page. */
    static final String STYLE = "svg.strip{font:12px sans-serif;max-width:100%;height:auto}.strip text{fill:#222}"
            + ".strip .base{fill:#eee}.strip .usable{fill:#9ccc9c}.strip .reserved{fill:#c9a227}"
            + ".strip .node{fill:#8a8a8a}.strip .live{fill:#3b6fb5}.strip .cached{fill:#b565a7}"
            + ".strip .inverted{fill:#d33}"
            + "@media(prefers-color-scheme:dark){.strip text{fill:#ddd}.strip .base{fill:#333}}";

    private static final int LEFT = 80;
    private static final int WIDTH = 820;
    private static final int ROW = 18;

    private final Replay replay;
    private final DomainView view;
    private final StringBuilder svg = new StringBuilder();
    private int y;

    private AddressStrip(Replay replay, DomainView view) {
        this.replay = replay;
        this.view = view;
    }

    /** A part of a row. */
    private record Bar(Extent bytes, String kind, String words) {}

    /**
     * One picture as a whole document.
     *
     * @param changed what the step is about; it is shown larger where it is small. May be empty
     */
    public static String document(Replay replay, DomainView view, List<Extent> changed) {
        String picture = of(replay, view, changed);
        int end = picture.indexOf('>') + 1;
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + picture.substring(0, end) + "<style>" + STYLE
                + "</style>" + picture.substring(end) + "\n";
    }

    /** One picture to be put into a page that has {@link #STYLE}. */
    static String of(Replay replay, DomainView view, List<Extent> changed) {
        AddressStrip strip = new AddressStrip(replay, view);
        Extent whole = strip.whole();
        strip.rows(whole);
        Extent zoom = strip.zoom(changed);
        if (!zoom.equals(whole) && fraction(zoom.size()) < fraction(whole.size()) / 8) {
            strip.y += ROW / 2;
            strip.rows(zoom);
        }
        String title = "Address space of group " + view.group();
        return "<svg class=\"strip\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 "
                + (LEFT + WIDTH + 10) + " " + (strip.y + 4) + "\"><title>" + Markup.escaped(title) + "</title><desc>"
                + Markup.escaped(String.join("; ", strip.words())) + "</desc>" + strip.svg + "</svg>";
    }

    // ---- what there is ----

    private List<String> words() {
        return rowsOf().stream().flatMap(List::stream).map(Bar::words).toList();
    }

    private List<List<Bar>> rowsOf() {
        List<Bar> usable = new ArrayList<>();
        for (int index : replay.counterexample().devices()) {
            Device device = replay.counterexample().configuration().devices().get(index);
            if (view.group().equals(device.group())) {
                usable.add(new Bar(device.window(), "usable", "usable for " + device.name() + " " + device.window()));
            }
        }
        List<Bar> nodes = view.nodes().stream().map(this::node).toList();
        return List.of(
                usable,
                bars(view.promises().stream(), "reserved", "reserved for "),
                nodes,
                bars(
                        Stream.concat(
                                view.nodes().stream().flatMap(node -> node.live().stream()),
                                view.liveOutside().stream()),
                        "live",
                        "live for "),
                bars(
                        Stream.concat(
                                view.nodes().stream().flatMap(node -> node.cached().stream()),
                                view.cachedOutside().stream()),
                        "cached",
                        "cached or queued, "));
    }

    private Bar node(NodeView node) {
        int shift = view.granuleShift();
        if (node.isInverted()) {
            long at = node.lo() << shift;
            return new Bar(new Extent(at, at), "inverted", "a node that ends before it starts");
        }
        Extent bytes = new Extent(node.lo() << shift, (node.hi() << shift) + ((1L << shift) - 1));
        return new Bar(bytes, "node", "node " + bytes);
    }

    private static List<Bar> bars(Stream<Use> uses, String kind, String words) {
        return uses.map(use -> new Bar(use.bytes(), kind, words + use.who() + " " + use.bytes()))
                .toList();
    }

    /** From 0 to the highest address that anything is about. */
    private Extent whole() {
        long top = 0xfff;
        for (Bar bar : (Iterable<Bar>) rowsOf().stream().flatMap(List::stream)::iterator) {
            top = Long.compareUnsigned(bar.bytes().last(), top) > 0
                    ? bar.bytes().last()
                    : top;
        }
        return new Extent(0, top);
    }

    /** What is changed with as much again on both sides. */
    private Extent zoom(List<Extent> changed) {
        Extent whole = whole();
        if (changed.isEmpty()) {
            return whole;
        }
        long first = changed.get(0).first();
        long last = changed.get(0).last();
        for (Extent each : changed) {
            first = Long.compareUnsigned(each.first(), first) < 0 ? each.first() : first;
            last = Long.compareUnsigned(each.last(), last) > 0 ? each.last() : last;
        }
        long size = last - first + 1;
        long from = Long.compareUnsigned(first, size) < 0 ? 0 : first - size;
        long to = Long.compareUnsigned(whole.last() - last, size) < 0 ? whole.last() : last + size;
        return Long.compareUnsigned(from, to) < 0 ? new Extent(from, to) : whole;
    }

    // ---- drawing ----

    private void rows(Extent shown) {
        String[] names = {"usable", "reserved", "nodes", "live", "cached"};
        List<List<Bar>> rows = rowsOf();
        for (int row = 0; row < names.length; row++) {
            svg.append("<text x=\"0\" y=\"")
                    .append(y + 13)
                    .append("\">")
                    .append(names[row])
                    .append("</text>");
            rect("base", LEFT, WIDTH, "");
            rows.get(row).stream().filter(bar -> bar.bytes().intersects(shown)).forEach(bar -> bar(bar, shown));
            y += ROW;
        }
        String first = Hex.of(shown.first());
        String last = Hex.of(shown.last());
        svg.append("<text x=\"")
                .append(LEFT)
                .append("\" y=\"")
                .append(y + 12)
                .append("\">")
                .append(first);
        svg.append("</text><text text-anchor=\"end\" x=\"")
                .append(LEFT + WIDTH)
                .append("\" y=\"")
                .append(y + 12);
        svg.append("\">").append(last).append("</text>");
        y += ROW;
    }

    private void bar(Bar bar, Extent shown) {
        double size = fraction(shown.size());
        double from =
                bar.bytes().contains(shown.first()) ? 0 : fraction(bar.bytes().first() - shown.first()) / size;
        double to =
                bar.bytes().contains(shown.last()) ? 1 : fraction(bar.bytes().last() - shown.first() + 1) / size;
        double x = Math.min(LEFT + from * WIDTH, LEFT + WIDTH - 2.0);
        rect(bar.kind(), x, Math.max(2, (to - from) * WIDTH), bar.words());
    }

    private void rect(String kind, double x, double width, String words) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"14\">",
                kind,
                x,
                y,
                width));
        if (!words.isEmpty()) {
            svg.append("<title>").append(Markup.escaped(words)).append("</title>");
        }
        svg.append("</rect>");
    }

    /** An unsigned number; 0 stands for 2^64. */
    private static double fraction(long size) {
        return size == 0 ? 0x1p64 : (size >>> 1) * 2.0 + (size & 1);
    }
}
