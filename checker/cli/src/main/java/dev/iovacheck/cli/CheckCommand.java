package dev.iovacheck.cli;

import dev.iovacheck.cli.report.Assessment;
import dev.iovacheck.cli.report.BaselineReport;
import dev.iovacheck.cli.report.CheckReport;
import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.Numbers;
import dev.iovacheck.cli.report.Repeat;
import dev.iovacheck.cli.report.SelectionReport;
import dev.iovacheck.cli.report.SummaryReport;
import dev.iovacheck.cli.result.Baseline;
import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.KnownFinding;
import dev.iovacheck.cli.result.RunResult;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.CheckpointException;
import dev.iovacheck.engine.CheckpointOptions;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code check}: can anything go wrong? */
@Command(
        name = "check",
        description = {
            "Look at every state that a configuration can reach, and say which invariants hold.",
            "For one that is violated, show the shortest way there."
        },
        footer = {
            "",
            "Examples:",
            "  iovacheck check examples/vpu/none.yaml",
            "  iovacheck check --time-limit 5m --memory 4GiB examples/sharing/one-domain.yaml",
            "  iovacheck check --checkpoint night examples/sharing/one-domain.yaml; iovacheck check --resume night "
                    + "examples/sharing/one-domain.yaml",
            "  iovacheck check --engine=simulate --seed 1 examples/sharing/one-domain.yaml",
            "  iovacheck check --format trace=found.json examples/vpu/none.yaml; iovacheck replay found.json",
            "  iovacheck check examples            # every configuration in a folder",
            "  iovacheck check --baseline known.json --cache .cache --format sarif=out.sarif 'boards/**/*.yaml'",
            "  iovacheck check --mask display=36 board.dtb"
        })
final class CheckCommand implements Callable<Integer> {

    private final Session session;
    private final IovacheckCommand root;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "CONFIG",
            description = "Configurations, device trees (*.dtb, *.dts), or folders of them (*.yaml, *.yml, *.dtb).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private List<Path> paths;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "ID",
            description = "Check only these invariants, whatever the configuration says.")
    private List<String> only = List.of();

    @Option(names = "--all-traces", description = "Print all counterexamples in full, not only three.")
    private boolean allTraces;

    @Option(
            names = "--coverage",
            description = "List what was never exercised: actions, and branches of the kernel's functions.")
    private boolean allCoverage;

    @Mixin
    private final BoardArguments board = new BoardArguments();

    @Mixin
    private final SearchLimits limits = new SearchLimits();

    @Mixin
    private final SimulationArguments simulation = new SimulationArguments();

    @Mixin
    private final ConstraintArguments constraint = new ConstraintArguments();

    @Mixin
    private final CheckpointArguments checkpoints = new CheckpointArguments();

    @Mixin
    private final GateArguments gate = new GateArguments();

    @Mixin
    private final ReportOptions reportOptions = new ReportOptions();

    @Mixin
    private final PictureStep pictureStep = new PictureStep();

    CheckCommand(Session session, IovacheckCommand root) {
        this.session = session;
        this.root = root;
    }

    @Override
    public Integer call() throws IOException {
        List<String> ids = onlyInOrder();
        simulation.check();
        constraint.check(simulation.isConstraint());
        BoardOptions boardOptions = board.options();
        boolean single = paths.size() == 1 && ConfigurationFiles.isOneFile(paths.get(0));
        Optional<CheckpointOptions> checkpoint = checkpoints.options(single);
        SearchOptions limited = limits.options(session);
        SearchOptions options = checkpoint.map(limited::withCheckpoint).orElse(limited);
        gate.check();
        ReportOutput output = reportOptions.openForRun(session);
        pictureStep.choose(output);
        Optional<Baseline> baseline;
        GateArguments.Selection selection;
        try {
            baseline = gate.readBaseline();
            selection = gate.select(
                    ConfigurationFiles.list(paths, ConfigurationFiles::isChecked, "configuration"),
                    ConfigurationFiles.sourcesAlone(paths));
        } catch (ConfigurationException e) {
            ConfigurationFiles.print(e, session);
            return ExitCode.USAGE.number();
        }
        List<Path> files = selection.kept();
        // Other engines use all threads for one configuration, and remember what they have found in it.
        int jobs = simulation.isExhaustive() ? Math.max(1, Math.min(options.workers(), files.size())) : 1;
        EngineSearch search = new EngineSearch(options, jobs, ids);
        FileCheck check = new FileCheck(boardOptions, ids, !single, session.interrupted(), search);
        if (simulation.isExhaustive()) {
            gate.openCache(() -> search.cacheKey(single), session)
                    .ifPresent(cache -> check.rememberIn(cache, !output.showsCounterexamples()));
        }
        CheckedFiles checked = new CheckedFiles(output, !single || files.isEmpty(), baseline);
        new FileRuns(check, jobs, session.err()).run(files, checked::take);
        if (check.remembered() > 0 && !root.isQuiet()) {
            session.err().println(Numbers.of(check.remembered(), "file") + " of " + files.size() + " as remembered");
        }
        ExitCode code;
        try {
            code = checked.finish(selection);
        } catch (CheckpointException e) {
            session.err().println(e.getMessage());
            return ExitCode.USAGE.number();
        }
        try {
            output.finish();
            if (checkpoint.isPresent() && code != ExitCode.UNDECIDED) {
                checkpoint.get().discard();
            }
        } catch (IOException e) {
            session.err().println("error: the report cannot be written: " + e);
            return ExitCode.USAGE.worse(code).number();
        }
        pictureStep.check(output);
        return gate.exitStatus().number(code);
    }

    private List<String> onlyInOrder() {
        for (String id : only) {
            if (!Catalogue.has(id)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--only: no invariant '" + id + "'; there are: " + String.join(", ", Catalogue.ids()));
            }
        }
        return Stream.concat(
                        Catalogue.ids().stream(), Catalogue.onRequest().stream().map(Invariant::id))
                .filter(only::contains)
                .toList();
    }

    /** Prints what came of each file, and sums it up. */
    private final class CheckedFiles {

        private final ReportOutput output;
        private final Optional<Baseline> baseline;
        private final List<ConfigurationResult> results = new ArrayList<>();
        private final List<SourceLines> lines = new ArrayList<>(); // of each result
        private @Nullable RuntimeException failure;
        private ExitCode worst = ExitCode.EXPECTED;
        private boolean isSummarised;

        /** @param isSummarised whether there is a line for each file, instead of the whole report */
        CheckedFiles(ReportOutput output, boolean isSummarised, Optional<Baseline> baseline) {
            this.output = output;
            this.isSummarised = isSummarised;
            this.baseline = baseline;
        }

        void take(FileOutcome outcome) {
            boolean whole = !isSummarised && outcome.parts().size() == 1;
            isSummarised = !whole;
            List<ConfigurationResult> ofFile =
                    outcome.parts().stream().map(FileOutcome.Part::result).toList();
            List<ConfigurationResult> judged =
                    baseline.map(known -> known.judge(ofFile)).orElse(ofFile);
            for (int index = 0; index < judged.size(); index++) {
                FileOutcome.Part part = outcome.parts().get(index);
                ConfigurationResult result = judged.get(index);
                results.add(result);
                lines.add(outcome.lines());
                worst = worst.worse(ExitCode.of(result.outcome()));
                Assessment assessment = part.assessment();
                if (assessment != null) {
                    output.show(simulation.provenance(), assessment.replays());
                }
                if (whole) {
                    failure = part.failure();
                    goOn(part);
                    output.print(outcome.report());
                    output.print(constraint.kindsOfArguments());
                } else {
                    if (part.failure() != null) {
                        root.internalError(part.failure());
                    }
                    output.print(SummaryReport.line(result, part.repeat()));
                }
            }
        }

        private void goOn(FileOutcome.Part part) {
            Assessment assessment = part.assessment();
            if (assessment == null || assessment.exitCode() != ExitCode.UNDECIDED) {
                return;
            }
            assessment
                    .result()
                    .options()
                    .checkpoint()
                    .filter(CheckpointOptions::exists)
                    .ifPresent(checkpoint -> session.err()
                            .println("to go on: " + String.join(" ", part.repeat()) + " --resume "
                                    + Repeat.quoted(checkpoint.folder().toString())));
        }

        /**
         * Compares with the baseline, or writes it, and says what all comes to.
         *
         * @throws RuntimeException if that is what came of the only file
         */
        ExitCode finish(GateArguments.Selection selection) throws IOException {
            if (failure != null) {
                throw failure;
            }
            List<KnownFinding> cured = List.of();
            if (baseline.isPresent()) {
                cured = baseline.get().cured(results);
                List<ConfigurationResult> before = List.copyOf(results);
                if (gate.updatesBaseline()) {
                    Baseline updated = baseline.get().updated(before, file -> Files.exists(Path.of(file)));
                    gate.writeBaseline(updated);
                    results.clear();
                    results.addAll(updated.judge(before));
                    worst = results.stream()
                            .map(result -> ExitCode.of(result.outcome()))
                            .reduce(ExitCode.EXPECTED, ExitCode::worse);
                }
                output.print(BaselineReport.of(located(before), cured, gate.updatesBaseline()));
            }
            if (isSummarised) {
                output.print(SelectionReport.of(selection.excluded(), selection.unchanged(), selection.sources()));
                output.print(SummaryReport.totals(results, worst, gate.exitStatus()));
            } else if (baseline.isPresent()) {
                output.print("with it:  " + worst.reason() + " (exit "
                        + gate.exitStatus().number(worst) + ")\n");
            }
            BuildInfo build = BuildInfo.load();
            output.sumUp(new RunResult(
                    build.version(), build.commit(), gate.exitStatus().number(worst), located(results), cured));
            return worst;
        }

        /** Lines come in here: baselines and all that is remembered do without them. */
        private List<ConfigurationResult> located(List<ConfigurationResult> told) {
            return IntStream.range(0, told.size())
                    .mapToObj(index -> lines.get(index).in(told.get(index)))
                    .toList();
        }
    }

    /** The engine that was chosen. */
    private final class EngineSearch implements FileCheck.Search {

        private final SearchOptions whole;
        private final SearchOptions each;
        private final boolean isAlone;
        private final List<String> ids;

        /** @param jobs how many files are searched at a time, which share threads and memory */
        EngineSearch(SearchOptions whole, int jobs, List<String> ids) {
            this.whole = whole;
            this.ids = ids;
            isAlone = jobs == 1;
            each = isAlone
                    ? whole
                    : whole.withWorkers(Math.max(1, whole.workers() / jobs))
                            .withMemoryBytes(Math.max(1, whole.memoryBytes() / jobs));
        }

        @Override
        public CheckResult run(Configuration configuration, PrintStream err) {
            // Side by side, nobody could tell whose progress it is.
            EngineRun run = new EngineRun(session.withErr(err), root.isQuiet(), isAlone);
            if (simulation.isConstraint()) {
                return run.timed(constraint.run(configuration, each, session));
            }
            return simulation.isChosen()
                    ? run.timed(simulation.run(configuration, each, session.interrupted()))
                    : run.of(configuration, each);
        }

        @Override
        public List<String> repeat(Path file, CheckResult result) {
            List<String> words = new ArrayList<>(result.coverage()
                    .walks()
                    .map(walks -> Repeat.simulation(file.toString(), whole, ids, walks, simulation.keepsCaches()))
                    .orElseGet(() -> Repeat.command(file.toString(), whole, ids)));
            return withOptions(file, words);
        }

        @Override
        public List<String> repeat(Path file) {
            return withOptions(file, new ArrayList<>(Repeat.command(file.toString(), whole, ids)));
        }

        private List<String> withOptions(Path file, List<String> words) {
            if (simulation.isConstraint()) {
                words.addAll(constraint.words());
            }
            if (DeviceTreeFiles.isDeviceTree(file)) {
                words.addAll(board.words());
            }
            return words;
        }

        @Override
        public String report(Assessment assessment, List<String> repeat) {
            return CheckReport.of(
                    assessment, repeat, BuildInfo.load().toString(), allTraces, allCoverage, gate.exitStatus());
        }

        /**
         * Everything about the run that changes what is remembered of a file.
         *
         * @param single whether it is a whole report, which tells how the run is repeated
         */
        String cacheKey(boolean single) {
            String found = ids + "\n" + whole.maxStates() + "\n" + whole.maxTransitions() + "\n"
                    + whole.maxDepth() + "\n" + whole.storage() + "\n"
                    + new TreeSet<>(whole.reductions()) + "\n" + board.words();
            return single
                    ? found + "\n" + repeat(Path.of("")) + "\n" + allTraces + "\n" + allCoverage + "\n"
                            + gate.exitStatus() + "\n" + BuildInfo.load()
                    : found;
        }
    }
}
