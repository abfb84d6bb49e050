package dev.iovacheck.cli;

import dev.iovacheck.counterexamples.trace.Provenance;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.engine.simulate.Simulation;
import dev.iovacheck.engine.simulate.SimulationOptions;
import dev.iovacheck.model.config.Caches;
import dev.iovacheck.model.config.Configuration;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of {@code --engine=simulate}. */
final class SimulationArguments {

    private static final int MOST = 1_000_000_000;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            description =
                    "exhaustive: look at every state. simulate: walk at random, with caches of the kernel's own size; finds"
                            + " violations and never shows that there are none. constraint: solve for the shortest runs that violate something,"
                            + " of up to --max-depth steps (4), with --arguments=calls for all arguments of calls and --arguments=any for all sizes of buffers as well. Default: exhaustive.")
    private String engine = "exhaustive";

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Of the random walks; the same seed finds the same. Default: another one each time; it is printed.")
    private @Nullable Long seed;

    @Option(names = "--walks", paramLabel = "N", description = "How many random walks. Default: 1000.")
    private int walks = 1000;

    @Option(names = "--steps", paramLabel = "N", description = "Steps of a random walk. Default: 2000.")
    private int steps = 2000;

    @Option(
            names = "--scaled-caches",
            description = "Walk with caches of the size that the configuration says, not of the kernel's own.")
    private boolean scaledCaches;

    /** @throws ParameterException if options do not fit together */
    void check() {
        if (!List.of("exhaustive", "simulate", "constraint").contains(engine)) {
            throw wrong("--engine: no engine '" + engine + "'; there are: exhaustive, simulate, constraint");
        }
        if (!isChosen() && (seed != null || scaledCaches)) {
            throw wrong("--seed and --scaled-caches are for --engine=simulate");
        }
        if (walks < 1 || walks > MOST || steps < 1 || steps > MOST) {
            throw wrong("--walks and --steps: 1 to " + MOST);
        }
        if (seed == null) {
            seed = new SplittableRandom().nextLong(MOST);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    boolean isChosen() {
        return engine.equals("simulate");
    }

    /** Whether every state is looked at. */
    boolean isExhaustive() {
        return engine.equals("exhaustive");
    }

    /** Whether constraints are to be solved instead of states looked at. */
    boolean isConstraint() {
        return engine.equals("constraint");
    }

    /** Where what the chosen engine finds comes from. */
    Provenance provenance() {
        return TraceFiles.provenance(engine, isChosen() && seed != null ? OptionalLong.of(seed) : OptionalLong.empty());
    }

    boolean keepsCaches() {
        return scaledCaches;
    }

    CheckResult run(Configuration configuration, SearchOptions options, BooleanSupplier interrupted) {
        if (seed == null) {
            throw new IllegalStateException("check was not called");
        }
        var simulation = new SimulationOptions(seed, walks, steps, options.timeLimit(), options.workers());
        return Simulation.run(
                scaledCaches ? configuration : withStockCaches(configuration), simulation, options, interrupted);
    }

    private static Configuration withStockCaches(Configuration from) {
        return from.toBuilder()
                .caches(new Caches(Caches.STOCK_MAGAZINE, Caches.STOCK_DEPOT))
                .build();
    }
}
