package dev.iovacheck.cli.compare;

import dev.iovacheck.counterexamples.text.WrappedText;
import java.util.ArrayList;
import java.util.List;

/** Tables of words in the forms that people read. */
final class Tables {

    /** Lines of text are not longer, if no single word is. */
    private static final int WIDTH = WrappedText.WIDTH;

    private static final String GAP = "  ";

    private Tables() {}

    /** @param rows each as long as the head */
    record Table(List<String> head, List<List<String>> rows) {

        /** Without columns that say nothing. */
        Table withoutEmptyColumns() {
            List<Integer> kept = new ArrayList<>();
            for (int column = 0; column < head.size(); column++) {
                int at = column;
                if (rows.stream().anyMatch(row -> !row.get(at).isEmpty())) {
                    kept.add(column);
                }
            }
            return new Table(
                    kept.stream().map(head::get).toList(),
                    rows.stream()
                            .map(row -> kept.stream().map(row::get).toList())
                            .toList());
        }
    }

    /** Columns side by side, cells broken between words. */
    static String text(Table whole) {
        Table table = whole.withoutEmptyColumns();
        int[] widths = widths(table);
        StringBuilder text = new StringBuilder();
        line(text, table.head(), widths);
        text.append("-".repeat(sum(widths) + GAP.length() * (widths.length - 1)))
                .append('\n');
        for (int row = 0; row < table.rows().size(); row++) {
            if (row > 0) {
                text.append('\n');
            }
            line(text, table.rows().get(row), widths);
        }
        return text.toString();
    }

    /** As wide as its widest cell, and if that is too much in all, the widest columns give way first. */
    private static int[] widths(Table table) {
        int[] widths = new int[table.head().size()];
        for (int column = 0; column < widths.length; column++) {
            int at = column;
            widths[column] = Math.max(
                    table.head().get(column).length(),
                    table.rows().stream()
                            .mapToInt(row -> row.get(at).length())
                            .max()
                            .orElse(0));
        }
        int most = WIDTH - GAP.length() * (widths.length - 1);
        while (sum(widths) > most) {
            int widest = 0;
            for (int column = 1; column < widths.length; column++) {
                widest = widths[column] > widths[widest] ? column : widest;
            }
            widths[widest]--;
        }
        return widths;
    }

    private static int sum(int[] widths) {
        int sum = 0;
        for (int width : widths) {
            sum += width;
        }
        return sum;
    }

    private static void line(StringBuilder text, List<String> cells, int[] widths) {
        List<List<String>> broken = new ArrayList<>();
        int height = 1;
        for (int column = 0; column < widths.length; column++) {
            broken.add(broken(cells.get(column), widths[column]));
            height = Math.max(height, broken.get(column).size());
        }
        for (int at = 0; at < height; at++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                List<String> parts = broken.get(column);
                String part = at < parts.size() ? parts.get(at) : "";
                line.append(part)
                        .append(" ".repeat(Math.max(0, widths[column] - part.length())))
                        .append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private static List<String> broken(String cell, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : cell.split(" ", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() > 0 ? " " : "").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    static String markdown(Table whole) {
        Table table = whole.withoutEmptyColumns();
        StringBuilder text = new StringBuilder();
        markdownLine(text, table.head());
        markdownLine(text, table.head().stream().map(each -> "---").toList());
        table.rows().forEach(row -> markdownLine(text, row));
        return text.toString();
    }

    private static void markdownLine(StringBuilder text, List<String> cells) {
        text.append('|');
        cells.forEach(cell -> text.append(' ')
                .append(cell.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;"))
                .append(" |"));
        text.append('\n');
    }

    /** A page of its own: no script, nothing from elsewhere, light or dark as the reader's system is. */
    static String html(Table whole) {
        Table table = whole.withoutEmptyColumns();
        StringBuilder text = new StringBuilder("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>iovacheck: comparison</title>
                <style>
                body { font: 15px/1.4 system-ui, sans-serif; margin: 1.5rem; }
                .wide { overflow-x: auto; }
                table { border-collapse: collapse; }
                caption { text-align: left; padding-bottom: .5rem; }
                th, td { border: 1px solid #8888; padding: .35rem .6rem; text-align: left; vertical-align: top; }
                .bad { background: #d3302733; font-weight: 600; }
                .open { background: #e0a00033; }
                </style>
                </head>
                <body>
                <h1>Comparison</h1>
                <div class="wide" tabindex="0" role="region" aria-label="comparison">
                <table>
                <caption>One row for each variant. Invariants that every variant keeps have no column.</caption>
                <thead>
                <tr>""");
        table.head()
                .forEach(cell ->
                        text.append("<th scope=\"col\">").append(escaped(cell)).append("</th>"));
        text.append("</tr>\n</thead>\n<tbody>\n");
        for (List<String> row : table.rows()) {
            text.append("<tr><th scope=\"row\">").append(escaped(row.get(0))).append("</th>");
            for (String cell : row.subList(1, row.size())) {
                boolean isBad = cell.startsWith("violated") || cell.startsWith("unsatisfiable");
                String kind = isBad ? " class=\"bad\"" : cell.startsWith("undecided") ? " class=\"open\"" : "";
                text.append("<td")
                        .append(kind)
                        .append('>')
                        .append(escaped(cell))
                        .append("</td>");
            }
            text.append("</tr>\n");
        }
        return text.append("</tbody>\n</table>\n</div>\n</body>\n</html>\n").toString();
    }

    private static String escaped(String words) {
        return words.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
