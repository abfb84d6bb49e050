package dev.iovacheck.model.config;

/**
 * One thing that is wrong with a configuration, at its place.
 *
 * @param source the file as the user named it
 * @param line from 1; 0 if the fault has no line (a missing file)
 * @param column from 1; 0 if the fault has no column
 * @param problem what is wrong
 * @param remedy what would be right
 */
public record Fault(String source, int line, int column, String problem, String remedy) {

    /** {@code file:line:column: error: what is wrong; what would be right}. */
    @Override
    public String toString() {
        String place = line == 0 ? source : source + ":" + line + ":" + column;
        return place + ": error: " + problem + (remedy.isEmpty() ? "" : "; " + remedy);
    }
}
