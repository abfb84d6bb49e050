package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Errno;
import java.util.Optional;

/**
 * What one function does under one condition, as its caller sees it: a row of {@code docs/errors.md}. A test drives the model to it and
 * compares; a row for which that cannot be done says why.
 *
 * @param id short and unique, {@code map-sg-no-iova}; tests go by it
 * @param call the function
 * @param when the condition, without a full stop
 * @param result what the caller gets: {@code -ENOMEM}, {@code 0}, {@code NULL}, {@code false}, {@code DMA_MAPPING_ERROR}, {@code nothing}
 * @param source the versions in which it was read, and how it is known
 * @param unexercised why the model cannot be driven to it, without a full stop; empty if a test does
 */
record ErrnoCase(String id, String call, String when, String result, String source, String unexercised) {

    /** A row that a test exercises. */
    ErrnoCase(String id, String call, String when, String result, String source) {
        this(id, call, when, result, source, "");
    }

    /** The error number, if the result is one. */
    Optional<Errno> errno() {
        return result.startsWith("-E") ? Optional.of(Errno.valueOf(result.substring(1))) : Optional.empty();
    }

    boolean isExercised() {
        return unexercised.isEmpty();
    }
}
