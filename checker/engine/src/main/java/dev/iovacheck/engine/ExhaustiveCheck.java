package dev.iovacheck.engine;

import dev.iovacheck.model.config.Configuration;
import java.util.function.BooleanSupplier;

/** Checks a configuration by looking at every reachable state. */
public final class ExhaustiveCheck {

    private ExhaustiveCheck() {}

    /**
     * @param configuration what to check, with the invariants it names
     * @param listener told how far the search is, about once a second
     * @param interrupted asked often; once it says true the search ends and what is not decided stays undecided
     */
    public static CheckResult run(
            Configuration configuration,
            SearchOptions options,
            Progress.Listener listener,
            BooleanSupplier interrupted) {
        throw new IllegalStateException("being written");
    }
}
