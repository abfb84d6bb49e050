/**
 * The command line: options, commands, exit codes, progress, and what happens on Ctrl-C.
 *
 * <p>Commands read files, call an engine and hand its result to {@link dev.iovacheck.cli.report}. Results go to standard output and are
 * the same for the same input; progress, warnings and faults go to standard error. Nothing here knows how a search works or what a
 * kernel does.
 */
@NullMarked
package dev.iovacheck.cli;

import org.jspecify.annotations.NullMarked;
