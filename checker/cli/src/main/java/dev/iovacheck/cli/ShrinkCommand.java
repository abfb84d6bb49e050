package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.Numbers;
import dev.iovacheck.cli.report.RecordingSection;
import dev.iovacheck.cli.report.TraceSection;
import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.NotConfirmedException;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.monitor.RecordedFinding;
import dev.iovacheck.counterexamples.monitor.RecordedShrinker;
import dev.iovacheck.counterexamples.shrink.ShrinkListener;
import dev.iovacheck.counterexamples.shrink.Shrinker;
import dev.iovacheck.counterexamples.shrink.Shrunk;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.counterexamples.trace.RecordedCounterexample;
import dev.iovacheck.counterexamples.trace.TraceFile;
import dev.iovacheck.engine.ShortestCounterexample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shrink}: what of a counterexample is needed? */
@Command(
        name = "shrink",
        description = {
            "Make the counterexamples of a trace file small: fewer steps, simpler arguments, less configuration, as long as "
                    + "the same invariant is violated for the same reason.",
            "The result goes into a new file, FILE with .small.json for .json unless --format trace=... names another.",
            "Exit code 3 if the time limit or an interruption ended it: the best so far is then written."
        },
        footer = {
            "",
            "Examples:",
            "  iovacheck shrink found.json",
            "  iovacheck shrink --time-limit 1m --format trace=less.json found.json"
        })
final class ShrinkCommand implements Callable<Integer> {

    /** How many states are looked at when it is searched whether something shorter is in what is left of one counterexample. */
    private static final long MOST_STATES = 100_000;

    private final Session session;
    private final IovacheckCommand root;

    @Parameters(paramLabel = "FILE", description = "A trace file, written with --format trace=FILE.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(names = "--only", split = ",", paramLabel = "ID", description = "Only counterexamples to these invariants.")
    private List<String> only = List.of();

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description =
                    "Stop after this long, as 90s, 5m or 1h. Of what is left of it, each counterexample that is left gets an"
                            + " equal share. Default: no limit.")
    private @Nullable Duration timeLimit;

    @Mixin
    private final ReportOptions reportOptions = new ReportOptions();

    @Mixin
    private final PictureStep pictureStep = new PictureStep();

    ShrinkCommand(Session session, IovacheckCommand root) {
        this.session = session;
        this.root = root;
    }

    @Override
    public Integer call() throws IOException {
        ReportOutput output = reportOptions.openWithTrace(session, smallName(file), file);
        pictureStep.choose(output);
        Optional<TraceFile> read = TraceFiles.read(file, session);
        if (read.isEmpty()) {
            return ExitCode.USAGE.number();
        }
        List<RecordedCounterexample> wanted = TraceFiles.about(read.get(), only);
        ExitCode code = ExitCode.EXPECTED;
        WrappedText text = new WrappedText();
        List<Replay> replays = new ArrayList<>();
        List<RecordedFinding> wantedRecordings = TraceFiles.recordings(read.get(), only);
        TimeShares shares = new TimeShares(System::nanoTime, timeLimit, wanted.size() + wantedRecordings.size());
        for (RecordedCounterexample recorded : wanted) {
            String id = recorded.counterexample().invariant().id();
            try {
                Shrunk shrunk = shrink(recorded.counterexample(), stop(shares));
                replays.add(shrunk.replay());
                describe(text, id, recorded.results().size(), shrunk);
                code = shrunk.isMinimal() ? code : code.worse(ExitCode.UNDECIDED);
            } catch (NotConfirmedException e) {
                text.wrap("", 2, "not shrunk: " + e.getMessage());
                code = code.worse(ExitCode.UNEXPECTED);
            }
        }
        List<RecordedFinding> recordings = new ArrayList<>();
        for (RecordedFinding recorded : wantedRecordings) {
            code = code.worse(shrink(recorded, stop(shares), text, recordings));
        }
        output.print(text.blank().toString());
        output.print(new TraceSection(replays, true).text());
        recordings.forEach(recorded -> output.print(RecordingSection.of(recorded)));
        output.print("shrunk:   " + (code == ExitCode.EXPECTED ? "nothing more can be left out" : "not to the end")
                + " (exit " + code.number() + ")\n");
        output.show(read.get().provenance(), replays);
        output.showRecordings(read.get().provenance(), recordings);
        output.showMinimal(code == ExitCode.EXPECTED);
        output.finish();
        pictureStep.check(output);
        return code.number();
    }

    /** Beside the input and never the input itself. */
    private static Path smallName(Path file) {
        String name = String.valueOf(file.getFileName());
        return file.resolveSibling(name.replaceFirst("\\.json$", "") + ".small.json");
    }

    /** For the next counterexample. */
    private BooleanSupplier stop(TimeShares shares) {
        BooleanSupplier isOver = shares.next();
        return () -> session.interrupted().getAsBoolean() || isOver.getAsBoolean();
    }

    private Shrunk shrink(Counterexample counterexample, BooleanSupplier stop) {
        ShrinkProgress progress = new ShrinkProgress(session.err(), session.isLive());
        ShrinkListener listener = root.isQuiet() ? (step, actions, tries) -> {} : progress;
        try {
            return Shrinker.shrink(counterexample, stop, listener, new ShortestCounterexample(MOST_STATES));
        } finally {
            progress.finish();
        }
    }

    private static ExitCode shrink(
            RecordedFinding recorded, BooleanSupplier stop, WrappedText text, List<RecordedFinding> recordings) {
        String id = recorded.finding().id();
        if (recorded.again().isEmpty()) {
            text.wrap(id + ": ", 2, "the lines do not come to the finding here and now");
            return ExitCode.UNEXPECTED;
        }
        RecordedShrinker.Shrunk shrunk = RecordedShrinker.shrink(recorded, stop);
        recordings.add(shrunk.recorded());
        text.wrap(
                id + ": ",
                2,
                Numbers.of(recorded.lines().size(), "line") + " of a recording came to "
                        + Numbers.of(shrunk.recorded().lines().size()) + " in " + Numbers.of(shrunk.tries(), "attempt")
                        + (shrunk.recorded().isMinimal() ? "" : ", and it was ended before all was tried"));
        return shrunk.recorded().isMinimal() ? ExitCode.EXPECTED : ExitCode.UNDECIDED;
    }

    private static String shortest(Shrunk shrunk) {
        return shrunk.isShortest()
                ? "; a search found nothing shorter"
                : "; whether there is something shorter was not searched to the end, up to "
                        + Numbers.of(MOST_STATES, "state") + " are looked at";
    }

    private static void describe(WrappedText text, String id, int before, Shrunk shrunk) {
        text.wrap(
                id + ": ",
                2,
                Numbers.of(before, "step") + " came to "
                        + Numbers.of(shrunk.replay().steps().size()) + " in "
                        + Numbers.of(shrunk.tries(), "attempt")
                        + (shrunk.isMinimal() ? shortest(shrunk) : ", and it was ended before all was tried"));
        for (Shrunk.Change change : shrunk.changes()) {
            text.wrap(
                    "  ",
                    4,
                    change.step() + ": " + Numbers.of(change.times()) + (change.times() == 1 ? " time" : " times")
                            + ", " + Numbers.of(change.actions(), "step") + " left");
        }
    }
}
