package dev.iovacheck.counterexamples.conform;

/** A trace cannot be used. Names the first fault and its place; nothing after it was looked at. */
public final class TraceFormatException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String file;
    private final long line;
    private final long column;

    /**
     * @param file as the user named it
     * @param line from 1
     * @param column from 1, in UTF-16 units
     * @param wrong what is wrong
     * @param right what would be right
     */
    TraceFormatException(String file, long line, long column, String wrong, String right) {
        super(file + ":" + line + ":" + column + ": error: " + wrong + "; " + right);
        this.file = file;
        this.line = line;
        this.column = column;
    }

    /** The file as the user named it. */
    public String file() {
        return file;
    }

    /** Line of the fault, from 1; 1 also if there is no line at all. */
    public long line() {
        return line;
    }

    /** Column of the fault, from 1. */
    public long column() {
        return column;
    }
}
