package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.ShowReport;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationText;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Parameters(paramLabel = "CONFIG|DTB", description = "A configuration or a device tree.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Mixin
    private final BoardArguments arguments = new BoardArguments();

    ShowCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<Configuration> read = ConfigurationFiles.readAll(file, arguments.options(), session);
        if (read.isEmpty()) {
            return ExitCode.USAGE.number();
        }
        for (Configuration part : read) {
            session.out().print(ConfigurationText.of(part));
            session.out().print("\n" + ShowReport.of(part));
        }
        return ExitCode.EXPECTED.number();
    }
}
