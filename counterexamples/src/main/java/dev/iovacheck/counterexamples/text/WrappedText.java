package dev.iovacheck.counterexamples.text;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Plain text of at most 80 columns, or of fewer. Ranges in square brackets, sizes with their unit and CPU numbers are never torn
 * apart; a single word that is longer than a line stays whole.
 */
public final class WrappedText {

    /** Columns of a line, the line feed not counted. */
    public static final int WIDTH = 80;

    private static final char GLUE = '\u00a0';
    private static final Pattern RANGE_SPACE = Pattern.compile(", (?=0x[0-9a-f]+])");
    private static final Pattern UNIT_SPACE = Pattern.compile("(?<=\\d) (?=(?:[KMGTPE]i)?B\\b)");
    private static final Pattern CPU_SPACE = Pattern.compile("\\bcpu (?=\\d)");
    private static final Pattern EQUALS = Pattern.compile(" = ");

    private final int width;
    private final StringBuilder text = new StringBuilder();

    public WrappedText() {
        this(WIDTH);
    }

    /** @param width columns of a line */
    public WrappedText(int width) {
        this.width = width;
    }

    /** Adds a line as it is. */
    public WrappedText line(String line) {
        text.append(line.stripTrailing()).append('\n');
        return this;
    }

    /** Adds lines that are wrapped already, each with its line feed. */
    public WrappedText add(String lines) {
        text.append(lines);
        return this;
    }

    /** Adds an empty line. */
    public WrappedText blank() {
        return line("");
    }

    /**
     * Adds a paragraph.
     *
     * @param lead what the first line starts with
     * @param indent columns by which the other lines are indented
     * @param paragraph words separated by single spaces
     */
    public WrappedText wrap(String lead, int indent, String paragraph) {
        StringBuilder line = new StringBuilder(lead);
        int column = columns(lead);
        boolean fresh = true;
        for (String word : glued(paragraph).split(" ", -1)) {
            int columns = columns(word);
            if (!fresh && column + 1 + columns > width) {
                flush(line);
                line.append(" ".repeat(indent));
                column = indent;
                fresh = true;
            }
            if (!fresh) {
                line.append(' ');
                column++;
            }
            line.append(word);
            column += columns;
            fresh = false;
        }
        flush(line);
        return this;
    }

    /** Adds a command line that can be copied into a shell, broken where it must be. */
    public WrappedText command(String lead, int indent, List<String> words) {
        StringBuilder line = new StringBuilder(lead);
        boolean fresh = true;
        for (String word : words) {
            if (!fresh && columns(line.toString()) + columns(word) + 3 > width) {
                line(line + " \\");
                line.setLength(0);
                line.append(" ".repeat(indent));
                fresh = true;
            }
            line.append(fresh ? "" : " ").append(word);
            fresh = false;
        }
        return line(line.toString());
    }

    private void flush(StringBuilder line) {
        line(line.toString().replace(GLUE, ' '));
        line.setLength(0);
    }

    private static int columns(String word) {
        return word.codePointCount(0, word.length());
    }

    private static String glued(String paragraph) {
        String ranges = RANGE_SPACE.matcher(paragraph).replaceAll("," + GLUE);
        String units = UNIT_SPACE.matcher(ranges).replaceAll(String.valueOf(GLUE));
        String results = EQUALS.matcher(units).replaceAll(" =" + GLUE);
        return CPU_SPACE.matcher(results).replaceAll("cpu" + GLUE);
    }

    /** Everything added so far; each line ends in a line feed. */
    @Override
    public String toString() {
        return text.toString();
    }
}
