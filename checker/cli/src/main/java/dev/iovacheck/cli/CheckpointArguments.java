package dev.iovacheck.cli;

import dev.iovacheck.engine.CheckpointOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of long searches that may be interrupted. */
final class CheckpointArguments {

    private static final Duration USUAL = Duration.ofMinutes(10);

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            description =
                    "Write down in the new folder DIR how far the search is, now and then and when it is interrupted.")
    private @Nullable Path checkpoint;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How often, as 5m or 1h. Default: 10m.")
    private @Nullable Duration every;

    @Option(
            names = "--resume",
            paramLabel = "DIR",
            description = "Go on from the checkpoint in DIR, and write new ones there.")
    private @Nullable Path resume;

    /** @throws ParameterException if the options contradict each other, or if there is more than one configuration */
    Optional<CheckpointOptions> options(boolean single) {
        Path folder = checkpoint != null ? checkpoint : resume;
        if (folder == null) {
            if (every != null) {
                throw new ParameterException(
                        spec.commandLine(), "--checkpoint-every: goes with --checkpoint or --resume");
            }
            return Optional.empty();
        }
        if (checkpoint != null && resume != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--resume: writes its checkpoints where it goes on from; leave --checkpoint out");
        }
        if (!single) {
            throw new ParameterException(
                    spec.commandLine(),
                    (resume != null ? "--resume" : "--checkpoint") + ": is for one configuration, not for several");
        }
        return Optional.of(new CheckpointOptions(
                folder,
                every == null ? USUAL : every,
                resume != null,
                BuildInfo.load().toString()));
    }
}
