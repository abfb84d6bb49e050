package dev.iovacheck.cli;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say where a report goes and in what form; they mean the same in every command that reports. */
final class ReportOptions {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "text", description = "Form of the report: text.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String format;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Write the report to FILE instead of standard output.")
    private @Nullable Path output;

    @Option(names = "--force", description = "Let --output replace a file.")
    private boolean force;

    /**
     * Made before a search begins, so that nobody waits an hour for a report that cannot be written.
     *
     * @throws ParameterException if the report cannot be written so
     */
    ReportOutput open(Session session) {
        if (!format.equals("text")) {
            throw new ParameterException(spec.commandLine(), "--format: no form '" + format + "'; there is: text");
        }
        if (output == null) {
            return new ReportOutput(session.out(), null, force);
        }
        Path folder = output.toAbsolutePath().getParent();
        if (Files.isDirectory(output) || folder == null || !Files.isDirectory(folder)) {
            throw new ParameterException(
                    spec.commandLine(), "--output: " + output + " is a folder, or its folder does not exist");
        }
        if (!force && Files.exists(output, LinkOption.NOFOLLOW_LINKS)) {
            throw new ParameterException(
                    spec.commandLine(), "--output: " + output + " exists; --force lets it be replaced");
        }
        return new ReportOutput(session.out(), output, force);
    }
}
