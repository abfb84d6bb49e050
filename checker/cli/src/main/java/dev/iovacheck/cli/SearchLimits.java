package dev.iovacheck.cli;

import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.engine.search.Storage;
import dev.iovacheck.model.address.ByteSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that limit a search; they mean the same in every command that searches. */
final class SearchLimits {

    private static final int MOST_WORKERS = 256;
    private static final long MEBIBYTE = 1L << 20;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--max-states",
            paramLabel = "N",
            description = "Stop after N distinct states, with the same verdicts on every machine. Default: no limit.")
    private @Nullable Long maxStates;

    @Option(
            names = "--max-transitions",
            paramLabel = "N",
            description = "Stop after N transitions, with the same verdicts on every machine. Default: no limit.")
    private @Nullable Long maxTransitions;

    @Option(names = "--max-depth", paramLabel = "N", description = "Look no further than N steps. Default: no limit.")
    private @Nullable Integer maxDepth;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Stop after this long, as 90s, 5m or 1h. Default: no limit.")
    private @Nullable Duration timeLimit;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = ByteSizeConverter.class,
            description = {
                "Move states to a file before they take more than this, as 512MiB or 4GiB, and stop if that is not enough.",
                "Default: half of what Java may use."
            })
    private @Nullable Long memory;

    @Option(names = "--workers", paramLabel = "N", description = "Search with N threads. Default: one per processor.")
    private @Nullable Integer workers;

    @Option(
            names = "--storage",
            paramLabel = "KIND",
            converter = StorageConverter.class,
            description = {
                "exact: keep whole states. fingerprint: find states by 64 bits of each, which takes less memory; two states may then"
                        + " be taken for one, and the report gives the probability. Default: exact."
            })
    private @Nullable Storage storage;

    @Option(
            names = "--spill",
            paramLabel = "DIR",
            description = "Where states go when memory is used up. Default: the system's folder for temporary files.")
    private @Nullable Path spill;

    @Option(
            names = "--no-reduction",
            description =
                    "Search all devices together, tell CPUs, equal devices and a driver's buffers apart, and try every order of steps. Verdicts stay the same; it takes longer.")
    private boolean noReduction;

    /** @throws ParameterException if a limit makes no sense */
    SearchOptions options(Session session) {
        SearchOptions options = SearchOptions.defaults().withReductions(!noReduction);
        // Whole units, so that the command that repeats the run can be read.
        options = options.withMemoryBytes(Math.max(MEBIBYTE, options.memoryBytes() / MEBIBYTE * MEBIBYTE));
        if (maxStates != null) {
            options = options.withMaxStates(atLeastOne("--max-states", maxStates));
        }
        if (maxTransitions != null) {
            options = options.withMaxTransitions(atLeastOne("--max-transitions", maxTransitions));
        }
        if (maxDepth != null) {
            options = options.withMaxDepth((int) atLeastOne("--max-depth", maxDepth));
        }
        if (timeLimit != null) {
            options = options.withTimeLimit(timeLimit);
        }
        if (memory != null) {
            options = options.withMemoryBytes(memory);
            long most = Runtime.getRuntime().maxMemory();
            if (memory > most) {
                session.warn("--memory " + ByteSize.of(memory) + " is more than this Java may use ("
                        + ByteSize.of(most / MEBIBYTE * MEBIBYTE) + "); give it more with JAVA_OPTS=-Xmx...");
            }
        }
        if (workers != null) {
            if (workers > MOST_WORKERS) {
                throw new ParameterException(spec.commandLine(), "--workers: at most " + MOST_WORKERS);
            }
            options = options.withWorkers((int) atLeastOne("--workers", workers));
        }
        if (storage != null) {
            options = options.withStorage(storage);
        }
        if (spill != null) {
            if (!Files.isDirectory(spill)) {
                throw new ParameterException(spec.commandLine(), "--spill: " + spill + " is not a folder");
            }
            options = options.withFolder(spill);
        }
        return options;
    }

    private long atLeastOne(String option, long value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + ": at least 1, not " + value);
        }
        return value;
    }
}
