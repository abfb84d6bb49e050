package dev.iovacheck.counterexamples.picture;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.picture.StripRows.Bar;
import dev.iovacheck.counterexamples.picture.StripRows.Mark;
import dev.iovacheck.counterexamples.picture.StripRows.Row;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The address space of one domain after one step as SVG, one line for each kind of use, to scale; and once more, larger, where what the
 * step is about is too small to be seen. What the step changed has a thick outline, what it took away a dashed one.
 */
final class AddressStrip {

    static final int LEFT = 84;
    static final int WIDTH = 816;

    /** Of the whole picture. */
    static final int ALL = LEFT + WIDTH + 4;

    private static final int ROW = 20;
    private static final int BAR = 16;
    private static final int LENS = 22;
    private static final double THINNEST = 4;

    /** What is narrower has no room for a thick outline. */
    private static final double THIN = 10;

    /** What is narrower is looked at more closely. */
    private static final double SMALL = 1.0 / 24;

    private static final double LETTER = 6.8;
    private static final double DIGIT = 6.9;

    private final List<Row> rows;
    private final Extent whole;
    private final StringBuilder svg = new StringBuilder();
    private int y;

    private AddressStrip(List<Row> rows) {
        this.rows = rows;
        whole = whole();
    }

    /**
     * One picture.
     *
     * @param content elements inside an {@code svg} of {@link #ALL} by {@code height}
     * @param words what there is to be seen
     */
    record Drawn(String content, int height, String title, String words) {

        /** To be put into a page that has the style. */
        String inPage() {
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
        AddressStrip strip = new AddressStrip(StripRows.of(of, now, before));
        strip.draw(about);
        List<String> words = strip.rows.stream()
                .flatMap(row -> row.bars().stream())
                .map(Bar::text)
                .toList();
        String title = "Address space of group " + now.group();
        return new Drawn(strip.svg.toString(), strip.y, title, String.join("; ", words) + ".");
    }

    private void draw(List<Extent> about) {
        Extent close = close(about);
        rows(whole);
        if (close == null) {
            axis(whole, List.of());
            return;
        }
        double from = x(close.first(), whole);
        double to = end(close.last(), whole);
        rect("lens", from, 0, Math.max(1, to - from), y, "");
        int top = y;
        axis(whole, List.of());
        svg.append(String.format(
                Locale.ROOT,
                "<path class=\"lens\" d=\"M%.1f %dL%.1f %dL%d %dL%d %dZ\"/>",
                from,
                top,
                Math.max(from + 1, to),
                top,
                LEFT + WIDTH,
                y + LENS,
                LEFT,
                y + LENS));
        y += LENS + 2;
        rows(close);
        axis(close, about);
    }

    // ---- what is shown ----

    /** From 0 to the highest address that anything is about. */
    private Extent whole() {
        long top = 0xfff;
        for (Row row : rows) {
            for (Bar bar : row.bars()) {
                top = Long.compareUnsigned(bar.bytes().last(), top) > 0
                        ? bar.bytes().last()
                        : top;
            }
        }
        return new Extent(0, top);
    }

    /** What is small and changed, with as much again on both sides; {@code null} if that is no small part of the whole. */
    private @Nullable Extent close(List<Extent> about) {
        List<Extent> small = new ArrayList<>(about);
        for (Row row : rows) {
            row.bars().stream()
                    .filter(bar -> bar.mark() != Mark.SAME && !bar.kind().equals("inverted"))
                    .map(Bar::bytes)
                    .forEach(small::add);
        }
        small.removeIf(bytes -> size(bytes) > size(whole) * SMALL);
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
        long from = Long.compareUnsigned(first, size) < 0 ? 0 : first - size;
        long to = Long.compareUnsigned(whole.last() - last, size) < 0 ? whole.last() : last + size;
        Extent close = new Extent(from, to);
        return size(close) < size(whole) / 4 ? close : null;
    }

    // ---- drawing ----

    private void rows(Extent shown) {
        for (Row row : rows) {
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
