package dev.iovacheck.counterexamples.conform;

import java.util.Optional;

/**
 * How an operation ended.
 *
 * @param result what it returned; nothing if it crashed
 * @param warnings how many kernel warnings fired on the way
 * @param crash how it failed to return, as the trace names it; empty if it did return
 */
public record TraceOutcome(TraceResult result, int warnings, Optional<String> crash) {

    /** A NULL pointer was followed: an oops in the kernel. */
    static final String NULL_DEREFERENCE = "null-deref";

    /** Runs an operation and asks the allocator how it went. */
    static TraceOutcome of(TraceOperation operation, TraceTarget target) {
        TraceResult result = operation.applyTo(target);
        boolean call = !(operation instanceof TraceOperation.Dump);
        return new TraceOutcome(result, call ? target.warnings() : 0, target.crash());
    }

    /** The first place at which {@code got} differs from this recorded outcome. */
    Optional<Difference> firstDifference(TraceOutcome got) {
        Optional<Difference> ending =
                Difference.ofValues("crash", crash.orElse("none"), got.crash().orElse("none"));
        if (ending.isPresent()) {
            return ending;
        }
        return (crash.isPresent() ? Optional.<Difference>empty() : result.firstDifference(got.result()))
                .or(() -> Difference.ofValues("warns", warnings, got.warnings()));
    }
}
