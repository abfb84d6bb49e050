package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.Form;
import dev.iovacheck.counterexamples.monitor.Extraction;
import dev.iovacheck.counterexamples.monitor.Finding;
import dev.iovacheck.counterexamples.monitor.MonitorText;
import dev.iovacheck.counterexamples.monitor.RecentBytes;
import dev.iovacheck.counterexamples.monitor.RecordedFinding;
import dev.iovacheck.counterexamples.monitor.RecordingCheck;
import dev.iovacheck.counterexamples.monitor.Surroundings;
import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code monitor}: did a running kernel do what it should? */
@Command(
        name = "monitor",
        description = {
            "Check what was recorded of a running kernel with ftrace: every mapping against windows and reserved regions, overlaps in a domain, "
                    + "and reuse before a flush of the IOTLB; with probes on the allocator, its results against the model.",
            "A pipe is checked while it is written. record-script prints how to record.",
            "Exit code 1 if something is wrong, 3 if events were lost or it was interrupted."
        },
        footer = {
            "",
            "Examples:",
            "  iovacheck monitor --board recording/sysfs-end.txt recording/trace.txt",
            "  cat /sys/kernel/tracing/trace_pipe | iovacheck monitor --board board.dtb -",
            "  iovacheck monitor --format trace=found.json trace.txt.gz"
        })
final class MonitorCommand implements Callable<Integer> {

    private static final int REMEMBERED = 16 << 20;

    /** More findings than anybody looks at; the others are counted. */
    private static final int MOST_FINDINGS = 100;

    private static final int MOST_RECORDED = 20;

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            paramLabel = "RECORDING",
            description = "Text of trace, trace_pipe or trace-cmd report, also compressed (.gz); - for standard input.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path recording;

    @Option(
            names = "--board",
            paramLabel = "PATH",
            description = "What is known of the devices: a configuration, a device tree, a copy of "
                    + "/sys/kernel/iommu_groups, or a snapshot that the recording script wrote.")
    private @Nullable Path board;

    @Mixin
    private final BoardArguments arguments = new BoardArguments();

    @Mixin
    private final ReportOptions reportOptions = new ReportOptions();

    private final List<RecordedFinding> recorded = new ArrayList<>();
    private final List<Finding> toExtract = new ArrayList<>();
    private long findings;

    MonitorCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        BoardOptions options = arguments.options();
        ReportOutput output = reportOptions.openAll(session);
        if (!output.hasOnly(Form.TEXT, Form.TRACE)) {
            throw new ParameterException(spec.commandLine(), "--format: recordings have the forms text and trace");
        }
        Surroundings surroundings = Surroundings.NONE;
        if (board != null) {
            List<LocatedConfiguration> read = ConfigurationFiles.readLocatedOrSysfs(board, options, session);
            if (read.isEmpty()) {
                return ExitCode.USAGE.number();
            }
            surroundings = Surroundings.of(read);
        }
        try {
            return check(surroundings, options, output).number();
        } catch (NoSuchFileException e) {
            session.err().println(recording + ": error: no such file; check the path");
        } catch (IOException e) {
            session.err().println(recording + ": error: it cannot be read: " + e.getMessage() + "; check the file");
        }
        return ExitCode.USAGE.number();
    }

    private ExitCode check(Surroundings surroundings, BoardOptions options, ReportOutput output) throws IOException {
        boolean isPipe = recording.toString().equals("-");
        String source = isPipe ? "<stdin>" : recording.toString();
        boolean wanted = output.wants(Form.TRACE);
        RecordingCheck check = new RecordingCheck(surroundings, options.kernel());
        InputStream in = isPipe ? session.in() : open();
        RecentBytes recent = isPipe && wanted ? new RecentBytes(in, REMEMBERED) : null;
        RecordingCheck.Result result = check.run(
                recent == null ? in : recent,
                finding -> {
                    tell(finding, source, output);
                    if (wanted && toExtract.size() + recorded.size() < MOST_RECORDED) {
                        if (recent != null) {
                            extract(
                                    new Extraction(
                                            recent::again, recent.forgottenLines(), surroundings, options.kernel()),
                                    finding,
                                    source);
                        } else if (!isPipe) {
                            toExtract.add(finding);
                        }
                    }
                },
                session.interrupted());
        Extraction again = new Extraction(this::open, 0, surroundings, options.kernel());
        toExtract.forEach(finding -> extract(again, finding, source));
        MonitorText.of(result, source, knows(surroundings)).forEach(line -> output.print(line + "\n"));
        ExitCode code = findings > 0
                ? ExitCode.UNEXPECTED
                : result.isIncomplete() || result.events() == 0 ? ExitCode.UNDECIDED : ExitCode.EXPECTED;
        output.print(conclusion(result, code));
        output.showRecordings(TraceFiles.provenance("monitor", OptionalLong.empty()), recorded);
        output.finish();
        return code;
    }

    private void tell(Finding finding, String source, ReportOutput output) {
        findings++;
        if (findings <= MOST_FINDINGS) {
            MonitorText.of(finding, source).forEach(line -> output.print(line + "\n"));
        }
    }

    private void extract(Extraction extraction, Finding finding, String source) {
        try {
            extraction
                    .of(finding, source)
                    .ifPresentOrElse(
                            recorded::add,
                            () -> session.warn(source + ":" + finding.line()
                                    + ": what it follows from is too long ago to be written"));
        } catch (IOException e) {
            session.warn(source + ": it cannot be read again: " + e.getMessage());
        }
    }

    private String conclusion(RecordingCheck.Result result, ExitCode code) {
        String words = findings > 0
                ? (findings == 1 ? "1 finding" : findings + " findings")
                        + (findings > MOST_FINDINGS ? ", of which the first " + MOST_FINDINGS + " are shown" : "")
                : result.events() == 0
                        ? "there is no event in it that is looked at"
                        : result.isIncomplete()
                                ? "nothing wrong was found, and a part is missing"
                                : "nothing wrong was found";
        return "monitor:   " + words + " (exit " + code.number() + ")\n";
    }

    private String knows(Surroundings surroundings) {
        if (board == null) {
            return "";
        }
        long windows = surroundings.devices().stream()
                .filter(device -> device.window().isPresent())
                .count();
        int devices = surroundings.devices().size();
        return "regions of " + devices + (devices == 1 ? " device" : " devices") + " and windows of " + windows + " ("
                + board + ")";
    }

    private InputStream open() throws IOException {
        InputStream in = Files.newInputStream(recording);
        return recording.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
    }
}
