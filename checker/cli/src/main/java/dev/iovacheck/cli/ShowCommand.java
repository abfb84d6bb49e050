package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.ShowReport;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationText;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code show}: what does this configuration say, with everything it leaves unsaid? */
@Command(
        name = "show",
        description = {
            "Print a configuration with every default filled in, and what a check would explore.",
            "The output is itself a configuration."
        },
        footer = {"", "Example:", "  iovacheck show examples/vpu/none.yaml"})
final class ShowCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "CONFIG", description = "A configuration.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    ShowCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Optional<Configuration> read = ConfigurationFiles.read(file, session);
        if (read.isEmpty()) {
            return ExitCode.USAGE.number();
        }
        session.out().print(ConfigurationText.of(read.get()));
        session.out().print("\n" + ShowReport.of(read.get()));
        return ExitCode.EXPECTED.number();
    }
}
