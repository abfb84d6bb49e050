package dev.iovacheck.cli;

import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.Progress;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.model.config.Configuration;
import java.util.function.BooleanSupplier;

/** An engine as commands see it. */
@FunctionalInterface
interface Checker {

    CheckResult run(
            Configuration configuration,
            SearchOptions options,
            Progress.Listener listener,
            BooleanSupplier interrupted);
}
