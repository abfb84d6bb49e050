package dev.iovacheck.bench.growth;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Draws curves as SVG: states stored to the right, on a logarithmic scale; states per second upwards, from 0. */
final class Picture {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 400;
    private static final int LEFT = 78;
    private static final int RIGHT = 120;
    private static final int TOP = 46;
    private static final int BOTTOM = 62;
    private static final int MOST_LINES = 6;
    private static final int LINE_HEIGHT = 16;

    private static final String STYLE = """
            <style>
              svg { color-scheme: light dark; }
              text { font: 13px sans-serif; fill: #24292f; }
              .title { font-size: 15px; font-weight: bold; }
              .paper { fill: #ffffff; }
              .grid { stroke: #d0d7de; stroke-width: 1; }
              .line { fill: none; stroke-width: 2.5; }
              .whole { stroke-dasharray: 6 4; }
              .range { stroke: none; fill-opacity: 0.18; }
              .s0 { stroke: #0969da; fill: #0969da; } .s1 { stroke: #bc4c00; fill: #bc4c00; }
              .line.s0, .line.s1 { fill: none; }
              text.s0, text.s1 { stroke: none; }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3; }
                .paper { fill: #0d1117; }
                .grid { stroke: #30363d; }
                .s0 { stroke: #58a6ff; fill: #58a6ff; } .s1 { stroke: #f0883e; fill: #f0883e; }
              }
            </style>
            """;

    private final String model;
    private final List<Curve> curves;
    private final long fewest;
    private final long most;
    private final long step;
    private final long top;

    private Picture(String model, List<Curve> curves) {
        List<Curve.Point> points =
                curves.stream().flatMap(curve -> curve.points().stream()).toList();
        if (points.isEmpty()) {
            throw new IllegalArgumentException("nothing to draw");
        }
        this.model = model;
        this.curves = curves;
        fewest = points.stream().mapToLong(Curve.Point::states).min().orElseThrow();
        most = points.stream().mapToLong(Curve.Point::states).max().orElseThrow();
        long highest = points.stream()
                .mapToLong(point -> Math.max(point.fastest(), point.sinceStart()))
                .max()
                .orElseThrow();
        step = roundStep(highest / MOST_LINES);
        top = (highest + step - 1) / step * step;
    }

    /** The next of 1, 2, 5, 10, ... */
    private static long roundStep(long least) {
        long step = 1;
        int[] factors = {2, 5, 10};
        for (long power = 1; step < least; power *= 10) {
            for (int next = 0; next < factors.length && step < least; next++) {
                step = factors[next] * power;
            }
        }
        return step;
    }

    /** @param figures with at least one point */
    static String draw(Figures figures) {
        return new Picture(figures.model(), figures.curves()).draw();
    }

    private String draw() {
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">%n",
                WIDTH,
                HEIGHT,
                WIDTH,
                HEIGHT));
        svg.append("<title>States per second against states stored</title>\n");
        svg.append(STYLE);
        svg.append(String.format(Locale.ROOT, "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>%n", WIDTH, HEIGHT));
        text(svg, LEFT, 26, "start", "title", "Search speed while the visited set grows (" + model + ")");
        for (long rate = 0; rate <= top; rate += step) {
            line(svg, LEFT, y(rate), WIDTH - RIGHT, y(rate));
            text(
                    svg,
                    LEFT - 8,
                    y(rate) + 4,
                    "end",
                    "",
                    String.format(Locale.ROOT, step < 100_000 ? "%.2f M" : "%.1f M", (double) rate / 1e6));
        }
        for (long states : places()) {
            line(svg, x(states), y(0), x(states), y(top));
            text(svg, x(states), y(0) + 20, "middle", "", states / 1_000_000 + " M");
        }
        text(
                svg,
                (LEFT + WIDTH - RIGHT) / 2.0,
                HEIGHT - 18,
                "middle",
                "",
                "states stored (logarithmic); dashed: since the start of the process");
        svg.append(String.format(
                Locale.ROOT,
                "<text text-anchor=\"middle\" transform=\"translate(20 %.1f) rotate(-90)\">new states per second</text>%n",
                (y(0) + y(top)) / 2));
        for (int index = 0; index < curves.size(); index++) {
            curve(svg, curves.get(index), "s" + index % 2);
        }
        labels(svg);
        return svg.append("</svg>\n").toString();
    }

    /** Where a line goes up: no two so near that their labels touch. */
    private List<Long> places() {
        List<Long> places = new ArrayList<>();
        for (long millions : new long[] {1, 2, 5, 10, 20, 50, 100}) {
            long states = millions * 1_000_000;
            if (states >= fewest && states <= most) {
                places.add(states);
            }
        }
        return places;
    }

    private void curve(StringBuilder svg, Curve curve, String style) {
        List<String> around = new ArrayList<>();
        for (Curve.Point point : curve.points()) {
            around.add(place(point, Curve.Point::fastest));
        }
        for (int index = curve.points().size() - 1; index >= 0; index--) {
            around.add(place(curve.points().get(index), Curve.Point::slowest));
        }
        svg.append(String.format("<polygon class=\"range %s\" points=\"%s\"/>%n", style, String.join(" ", around)));
        line(svg, curve, "line " + style, Curve.Point::statesPerSecond);
        line(svg, curve, "line whole " + style, Curve.Point::sinceStart);
    }

    private void line(StringBuilder svg, Curve curve, String style, ToLongFunction<Curve.Point> rate) {
        List<String> along =
                curve.points().stream().map(point -> place(point, rate)).toList();
        svg.append(String.format("<polyline class=\"%s\" points=\"%s\"/>%n", style, String.join(" ", along)));
    }

    /** Names the curves at their ends, from the uppermost down, none nearer to the one above it than a line of text is high. */
    private void labels(StringBuilder svg) {
        List<Curve> downwards = curves.stream()
                .sorted(Comparator.comparingLong((Curve curve) -> last(curve).statesPerSecond())
                        .reversed())
                .toList();
        double above = 0;
        for (Curve curve : downwards) {
            double at = Math.max(y(last(curve).statesPerSecond()) + 4, above + LINE_HEIGHT);
            text(
                    svg,
                    x(last(curve).states()) + 8,
                    at,
                    "start",
                    "s" + curves.indexOf(curve) % 2,
                    curve.threads() + (curve.threads() == 1 ? " thread" : " threads"));
            above = at;
        }
    }

    private static Curve.Point last(Curve curve) {
        return curve.points().get(curve.points().size() - 1);
    }

    private String place(Curve.Point point, ToLongFunction<Curve.Point> rate) {
        return String.format(Locale.ROOT, "%.1f,%.1f", x(point.states()), y(rate.applyAsLong(point)));
    }

    private double x(long states) {
        double part = most == fewest ? 0 : Math.log((double) states / fewest) / Math.log((double) most / fewest);
        return LEFT + part * (WIDTH - LEFT - RIGHT);
    }

    private double y(long rate) {
        return HEIGHT - BOTTOM - (double) rate / top * (HEIGHT - TOP - BOTTOM);
    }

    private static void line(StringBuilder svg, double x1, double y1, double x2, double y2) {
        svg.append(String.format(Locale.ROOT, "<path class=\"grid\" d=\"M%.1f %.1fL%.1f %.1f\"/>%n", x1, y1, x2, y2));
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String style, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>%n",
                x,
                y,
                anchor,
                style.isEmpty() ? "" : " class=\"" + style + "\"",
                text));
    }
}
