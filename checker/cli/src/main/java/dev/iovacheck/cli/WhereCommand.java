package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.Form;
import dev.iovacheck.cli.report.WherePage;
import dev.iovacheck.cli.report.WherePicture;
import dev.iovacheck.cli.report.WhereReport;
import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code where}: where may a device be given addresses from? */
@Command(
        name = "where",
        description = {
            "Tell for every device where it may be given addresses from, and for all that is cut off the line or the property that says so, the "
                    + "rule of the kernel and the kernels that have it.",
            "Nothing is searched: this is what the set-up leaves. Where it depends on which device of a group is probed first, every case is told. "
                    + "Addresses are inclusive.",
            "As a picture, to scale, with --format svg or html."
        },
        footer = {
            "",
            "Examples:",
            "  iovacheck where examples/vpu/own-iommu-addresses.yaml",
            "  iovacheck where --kernel v6.1 --node /soc@0/video-codec@aa00000 board.dtb",
            "  iovacheck where --format html=where.html board.dtb"
        })
final class WhereCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "CONFIG|DTB", description = "A configuration or a device tree.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Mixin
    private final BoardArguments arguments = new BoardArguments();

    @Mixin
    private final ReportOptions reportOptions = new ReportOptions();

    WhereCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        BoardOptions options = arguments.options();
        ReportOutput output =
                reportOptions.open(session, "the forms text, svg and html", Form.TEXT, Form.SVG, Form.HTML);
        List<LocatedConfiguration> read = ConfigurationFiles.readLocated(file, options, session);
        if (read.isEmpty()) {
            return ExitCode.USAGE.number();
        }
        String between = "";
        for (LocatedConfiguration part : read) {
            output.print(between + WhereReport.of(part));
            between = "\n";
        }
        output.offer(Form.SVG, () -> WherePicture.of(read));
        output.offer(Form.HTML, () -> WherePage.of(read, BuildInfo.load().toString()));
        try {
            output.finish();
        } catch (IOException e) {
            session.err().println("error: the report cannot be written: " + e);
            return ExitCode.USAGE.number();
        }
        return ExitCode.EXPECTED.number();
    }
}
