package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.RecordingSection;
import dev.iovacheck.cli.report.TraceSection;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.monitor.RecordedFinding;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.counterexamples.trace.RecordedCounterexample;
import dev.iovacheck.counterexamples.trace.Reenactment;
import dev.iovacheck.counterexamples.trace.TraceFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code replay}: does what a file tells of still happen? */
@Command(
        name = "replay",
        description = {
            "Run the counterexamples of a trace file again, without a search, and print them as the run did that wrote it.",
            "Exit code 1 if a step comes to something else than it says."
        },
        footer = {
            "",
            "Examples:",
            "  iovacheck check --format trace=found.json examples/vpu/none.yaml",
            "  iovacheck replay found.json",
            "  iovacheck replay --only lower-bound found.json"
        })
final class ReplayCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "FILE", description = "A trace file, written with --format trace=FILE.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(names = "--only", split = ",", paramLabel = "ID", description = "Only counterexamples to these invariants.")
    private List<String> only = List.of();

    @Mixin
    private final ReportOptions reportOptions = new ReportOptions();

    @Mixin
    private final PictureStep pictureStep = new PictureStep();

    ReplayCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        ReportOutput output = reportOptions.openAll(session);
        pictureStep.choose(output);
        Optional<TraceFile> read = TraceFiles.read(file, session);
        if (read.isEmpty()) {
            return ExitCode.USAGE.number();
        }
        List<Replay> replays = new ArrayList<>();
        List<String> differences = new ArrayList<>();
        List<RecordedCounterexample> wanted = TraceFiles.about(read.get(), only);
        for (RecordedCounterexample recorded : wanted) {
            Reenactment again = Reenactment.of(recorded);
            again.replay().ifPresent(replays::add);
            again.difference()
                    .ifPresent(difference -> differences.add(
                            recorded.counterexample().invariant().id() + ": " + difference));
        }
        output.print(new TraceSection(replays, true).text());
        List<RecordedFinding> recordings = TraceFiles.recordings(read.get(), only);
        for (RecordedFinding recorded : recordings) {
            output.print(RecordingSection.of(recorded));
            if (recorded.again().isEmpty()) {
                differences.add(recorded.finding().id() + ": the lines of " + recorded.source()
                        + " do not come to that in line " + recorded.finding().line());
            }
        }
        output.print(conclusion(wanted.size() + recordings.size(), differences, read.get()));
        output.showRecordings(read.get().provenance(), recordings);
        output.show(read.get().provenance(), replays);
        output.showMinimal(wanted.stream().allMatch(RecordedCounterexample::isMinimal));
        output.finish();
        pictureStep.check(output);
        return (differences.isEmpty() ? ExitCode.EXPECTED : ExitCode.UNEXPECTED).number();
    }

    private static String conclusion(int count, List<String> differences, TraceFile file) {
        WrappedText text = new WrappedText();
        if (count == 0) {
            return text.line("there is no counterexample in the file").toString();
        }
        if (differences.isEmpty()) {
            return text.line("replay:   as written down (exit 0)").toString();
        }
        text.wrap(
                "",
                2,
                "not as written down by version " + file.provenance().version()
                        + (file.provenance().commit().isEmpty()
                                ? ""
                                : " (commit " + file.provenance().commit() + ")")
                        + ":");
        differences.forEach(difference -> text.wrap("  ", 4, difference));
        return text.line("replay:   not as written down (exit 1)").toString();
    }
}
