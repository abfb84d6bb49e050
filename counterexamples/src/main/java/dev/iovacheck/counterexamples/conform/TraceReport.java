package dev.iovacheck.counterexamples.conform;

import java.util.Optional;

/**
 * What replaying one trace showed.
 *
 * @param file as the user named it
 * @param operations operations and dumps compared, the one that differed included
 * @param mismatch the first difference; nothing after it was compared
 * @param fault why the trace could not be read to its end; what came before it was compared
 */
public record TraceReport(
        String file, long operations, Optional<Mismatch> mismatch, Optional<TraceFormatException> fault) {

    /** Whether the whole trace was read and nothing differed. */
    public boolean conforms() {
        return mismatch.isEmpty() && fault.isEmpty();
    }
}
