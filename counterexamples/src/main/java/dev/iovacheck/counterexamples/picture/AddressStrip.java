package dev.iovacheck.counterexamples.picture;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.picture.Lane.Bar;
import dev.iovacheck.counterexamples.picture.Lane.Mark;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An address space as SVG, one line for each kind of use, to scale; and once more, larger, where what it is about is too small to be seen.
 * What a step changed has a thick outline, what it took away a dashed one.
 */
public final class AddressStrip {

    static final int LEFT = 84;
    static final int WIDTH = 816;

    /** Of the whole picture. */
    static final int ALL = LEFT + WIDTH + 4;

    private static final int ROW = 20;
    private static final int BAR = 16;
    private static final int LENS = 22;
    private static final int MOST_LENSES = 3;
    private static final double THINNEST = 4;

    /** What is narrower has no room for a thick outline. */
    private static final double THIN = 10;

    /** What is narrower is looked at more closely. */
    private static final double SMALL = 1.0 / 24;

    private static final double LETTER = 6.8;
    private static final double DIGIT = 6.9;

    private final List<Lane> rows;
    private final Extent whole;
    private final StringBuilder svg = new StringBuilder();
    private int y;

    private AddressStrip(List<Lane> rows, Extent whole) {
        this.rows = rows;
        this.whole = whole;
    }

    /**
     * One picture.
     *
     * @param content elements inside an {@code svg} of {@link #ALL} by {@code height}
     * @param words what there is to be seen
     */
    public record Drawn(String content, int height, String title, String words) {

        /** To be put into a page that has the style. */
        public String inPage() {
            return "<svg class=\"strip\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 " + ALL + " "
                    + height + "\"><title>" + Markup.escaped(title) + "</title><desc>" + Markup.escaped(words)
                    + "</desc>" + content + "</svg>";
        }
    }

    /**
     * One domain after a step.
     *
     * @param before the same before it, or {@code null} if it was not there
     * @param about what the step is about; it is shown larger where it is small. May be empty
     */
    static Drawn of(Counterexample of, DomainView now, @Nullable DomainView before, List<Extent> about) {
        List<Lane> rows = StripRows.of(of, now, before);
        AddressStrip strip = new AddressStrip(rows, whole(rows));
        strip.draw(about, List.of(), 1);
        return strip.drawn("Address space of group " + now.group());
    }

    /**
     * Any address space.
     *
     * @param whole what is drawn; bars that begin beyond it are only told
     * @param about what is shown larger where it is small, up to three times if it is small in what is shown larger
     */
    public static Drawn of(String title, Extent whole, List<Lane> rows, List<Extent> about) {
        AddressStrip strip = new AddressStrip(List.copyOf(rows), whole);
        strip.draw(about, about, MOST_LENSES);
        return strip.drawn(title);
    }

    private Drawn drawn(String title) {
        List<String> words =
                rows.stream().flatMap(row -> row.bars().stream()).map(Bar::text).toList();
        return new Drawn(svg.toString(), y, title, String.join("; ", words) + ".");
    }

    /** @param labelled what has its addresses below the whole */
    private void draw(List<Extent> about, List<Extent> labelled, int lenses) {
        Extent shown = whole;
        Extent close = close(about, shown);
        int top = y;
        rows(shown);
        for (int lens = 0; lens < lenses && close != null; lens++) {
            double from = x(close.first(), shown);
            double to = end(close.last(), shown);
            rect("lens", from, top, Math.max(1, to - from), y - top, "");
            int bottom = y;
            axis(shown, lens == 0 ? labelled : about);
            svg.append(String.format(
                    Locale.ROOT,
                    "<path class=\"lens\" d=\"M%.1f %dL%.1f %dL%d %dL%d %dZ\"/>",
                    from,
                    bottom,
                    Math.max(from + 1, to),
                    bottom,
                    LEFT + WIDTH,
                    y + LENS,
                    LEFT,
                    y + LENS));
            y += LENS + 2;
            top = y;
            rows(close);
            shown = close;
            close = close(about, shown);
        }
        axis(shown, shown.equals(whole) ? labelled : about);
    }

    // ---- what is shown ----

    /** From 0 to the highest address that anything is about. */
    private static Extent whole(List<Lane> rows) {
        long top = 0xfff;
        for (Lane row : rows) {
            for (Bar bar : row.bars()) {
                top = Long.compareUnsigned(bar.bytes().last(), top) > 0
                        ? bar.bytes().last()
                        : top;
            }
        }
        return new Extent(0, top);
    }

    /** What is small and changed, with as much again on both sides; {@code null} if that is no small part of what is shown. */
    private @Nullable Extent close(List<Extent> about, Extent shown) {
        List<Extent> small = new ArrayList<>(about);
        for (Lane row : rows) {
            row.bars().stream()
                    .filter(bar -> bar.mark() != Mark.SAME && !bar.kind().equals("inverted"))
                    .map(Bar::bytes)
                    .forEach(small::add);
        }
        small.removeIf(bytes -> size(bytes) > size(shown) * SMALL || !shown.contains(bytes));
        if (small.isEmpty()) {
            return null;
        }
        long first = small.get(0).first();
        long last = small.get(0).last();
        for (Extent each : small) {
            first = Long.compareUnsigned(each.first(), first) < 0 ? each.first() : first;
            last = Long.compareUnsigned(each.last(), last) > 0 ? each.last() : last;
        }
        long size = last - first + 1;
        long from = Long.compareUnsigned(first - shown.first(), size) < 0 ? shown.first() : first - size;
        long to = Long.compareUnsigned(shown.last() - last, size) < 0 ? shown.last() : last + size;
        Extent close = new Extent(from, to);
        return size(close) < size(shown) / 4 ? close : null;
    }

    // ---- drawing ----

    private void rows(Extent shown) {
        for (Lane row : rows) {
            if (!row.bars().isEmpty()
                    && row.bars().stream().noneMatch(bar -> bar.bytes().intersects(whole))) {
                continue;
            }
            if (!row.name().isEmpty()) {
                text(0, y + 13, "start", row.name());
            }
            rect("base", LEFT, y, WIDTH, BAR, "");
            row.bars().stream().filter(bar -> bar.bytes().intersects(shown)).forEach(bar -> bar(bar, shown));
            y += ROW;
        }
    }

    private void bar(Bar bar, Extent shown) {
        double from = bar.bytes().contains(shown.first()) ? LEFT : x(bar.bytes().first(), shown);
        double to = bar.bytes().contains(shown.last())
                ? LEFT + WIDTH
                : end(bar.bytes().last(), shown);
        double x = Math.min(from, LEFT + WIDTH - THINNEST);
        double width = Math.max(THINNEST, to - x);
        String mark =
                switch (bar.mark()) {
                    case SAME -> "";
                    case FRESH -> " fresh";
                    case GONE -> " gone";
                };
        rect(bar.kind() + mark + (width < THIN ? " thin" : ""), x, y, width, BAR, bar.text());
        if (!bar.label().isEmpty() && bar.label().length() * LETTER + 8 < width) {
            svg.append(String.format(
                    Locale.ROOT, "<text class=\"in%s\" x=\"%.1f\" y=\"%d\">", mark, x + width / 2, y + 12));
            svg.append(Markup.escaped(bar.label())).append("</text>");
        }
    }

    /** The ends, and what lies between them as far as there is room: round numbers, or the ends of what it is about. */
    private void axis(Extent shown, List<Extent> about) {
        List<double[]> taken = new ArrayList<>();
        label(shown.first(), LEFT, "start", taken);
        label(shown.last(), LEFT + WIDTH, "end", taken);
        for (Extent each : about) {
            label(each.first(), x(each.first(), shown), "middle", taken);
            label(each.last(), end(each.last(), shown), "middle", taken);
        }
        for (int quarter = 1; quarter < 4; quarter++) {
            long at = shown.first() + ((shown.last() - shown.first()) >>> 2) * quarter + quarter;
            if ((at & 0xfff) == 0) {
                label(at, x(at, shown), "middle", taken);
            }
        }
        y += ROW;
    }

    private void label(long address, double x, String anchor, List<double[]> taken) {
        String words = Hex.of(address);
        double width = words.length() * DIGIT;
        double from =
                switch (anchor) {
                    case "start" -> x;
                    case "end" -> x - width;
                    default -> x - width / 2;
                };
        boolean isFree = taken.stream().noneMatch(other -> from < other[1] + 10 && other[0] < from + width + 10);
        if (isFree && from >= LEFT - 1 && from + width <= LEFT + WIDTH + 1) {
            taken.add(new double[] {from, from + width});
            rect("tick", Math.min(x, LEFT + WIDTH - 1.0), y, 1, 4, "");
            text(x, y + 14, anchor, words);
        }
    }

    private void text(double x, int at, String anchor, String words) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\"", x, at));
        svg.append(anchor.equals("start") ? ">" : " text-anchor=\"" + anchor + "\">")
                .append(Markup.escaped(words))
                .append("</text>");
    }

    private void rect(String kind, double x, int top, double width, int height, String words) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"",
                kind,
                x,
                top,
                width,
                height));
        svg.append(words.isEmpty() ? "/>" : "><title>" + Markup.escaped(words) + "</title></rect>");
    }

    private static double x(long address, Extent shown) {
        return LEFT + number(address - shown.first()) / size(shown) * WIDTH;
    }

    private static double end(long last, Extent shown) {
        return LEFT + (number(last - shown.first()) + 1) / size(shown) * WIDTH;
    }

    private static double size(Extent bytes) {
        return number(bytes.last() - bytes.first()) + 1;
    }

    private static double number(long unsigned) {
        return (unsigned >>> 1) * 2.0 + (unsigned & 1);
    }
}
