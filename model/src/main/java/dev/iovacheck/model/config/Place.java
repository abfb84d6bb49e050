package dev.iovacheck.model.config;

/**
 * A place in a configuration file.
 *
 * @param line from 1
 * @param column from 1, in code points; a tab counts as one
 */
record Place(int line, int column) {

    /** Where a file begins, and where faults of the whole file are shown. */
    static final Place START = new Place(1, 1);
}
