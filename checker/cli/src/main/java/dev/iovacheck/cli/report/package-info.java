/**
 * Results as people and scripts read them: what came out against what was expected, the text reports, and the exit codes.
 *
 * <p>Everything is a function of a result: no clock, no terminal, no files. Numbers have thousands separators, lines at most 80 columns.
 */
@NullMarked
package dev.iovacheck.cli.report;

import org.jspecify.annotations.NullMarked;
