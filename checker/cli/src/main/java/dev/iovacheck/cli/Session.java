package dev.iovacheck.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.function.BooleanSupplier;

/**
 * The world around one run of a command.
 *
 * @param out results
 * @param err faults, warnings, progress
 * @param isLive whether {@code err} is a terminal on which a line can be written over
 * @param interrupted whether somebody wants the run to end
 * @param checker the engine
 */
record Session(PrintStream out, PrintStream err, boolean isLive, BooleanSupplier interrupted, Checker checker) {

    /** What is piped in. */
    InputStream in() {
        return System.in;
    }

    /** The same with somewhere else to write faults, warnings and progress, which is no terminal. */
    Session withErr(PrintStream other) {
        return other == err ? this : new Session(out, other, false, interrupted, checker);
    }

    /** Says something that a user should know although it changes nothing. */
    void warn(String text) {
        err.println("warning: " + text);
    }
}
