package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.counterexamples.conform.Conformance;
import dev.iovacheck.counterexamples.conform.ConformanceReport;
import dev.iovacheck.counterexamples.conform.ConformanceText;
import dev.iovacheck.counterexamples.conform.TraceReport;
import dev.iovacheck.model.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code conform}: does the model do what a real allocator was seen to do? */
@Command(
        name = "conform",
        description = {
            "Replay recorded traces of the kernel's allocator on the model and compare every answer.",
            "Exit code 1 if one differs."
        },
        footer = {"", "Examples:", "  iovacheck conform trace.jsonl", "  iovacheck conform recordings"})
final class ConformCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(arity = "1..*", paramLabel = "TRACE", description = "Recorded traces, or folders of them (*.jsonl).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private List<Path> paths;

    @Mixin
    private final ReportOptions reportOptions = new ReportOptions();

    ConformCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        ReportOutput output = reportOptions.open(session);
        List<Path> files;
        try {
            files = ConfigurationFiles.list(paths, file -> file.toString().endsWith(".jsonl"), "trace (*.jsonl)");
        } catch (ConfigurationException e) {
            ConfigurationFiles.print(e, session);
            return ExitCode.USAGE.number();
        }
        List<TraceReport> reports = new ArrayList<>();
        boolean interrupted = false;
        for (Path file : files) {
            interrupted = session.interrupted().getAsBoolean();
            if (interrupted) {
                break;
            }
            TraceReport report = Conformance.run(file);
            reports.add(report);
            ConformanceText.lines(report).forEach(line -> output.print(line + "\n"));
        }
        ConformanceReport all = new ConformanceReport(reports);
        output.print(ConformanceText.summary(all) + "\n");
        if (interrupted) {
            output.print("interrupted: " + (files.size() - reports.size()) + " traces were not compared\n");
        }
        output.finish();
        return exitCode(all, interrupted).number();
    }

    private static ExitCode exitCode(ConformanceReport report, boolean interrupted) {
        ExitCode code = interrupted ? ExitCode.UNDECIDED : ExitCode.EXPECTED;
        if (report.mismatches() > 0) {
            code = code.worse(ExitCode.UNEXPECTED);
        }
        return report.unreadable() > 0 ? code.worse(ExitCode.USAGE) : code;
    }
}
