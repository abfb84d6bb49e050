package dev.iovacheck.invariants;

/** Plain text of at most 80 columns, paragraph by paragraph. */
final class Paragraphs {

    private static final int COLUMNS = 80;

    private final StringBuilder text = new StringBuilder();

    /** A line of its own, after an empty one unless it is the first. */
    Paragraphs heading(String line) {
        if (!text.isEmpty()) {
            text.append('\n');
        }
        return paragraph(line, 0);
    }

    /** Words filled into lines that start with {@code indent} spaces. */
    Paragraphs paragraph(String words, int indent) {
        int column = 0;
        for (String word : words.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > COLUMNS) {
                text.append('\n');
                column = 0;
            }
            text.append(" ".repeat(column == 0 ? indent : 1)).append(word);
            column += (column == 0 ? indent : 1) + word.length();
        }
        text.append('\n');
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
