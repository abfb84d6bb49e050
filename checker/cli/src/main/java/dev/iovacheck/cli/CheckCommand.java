package dev.iovacheck.cli;

import dev.iovacheck.cli.report.Assessment;
import dev.iovacheck.cli.report.CheckReport;
import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.Repeat;
import dev.iovacheck.cli.report.SummaryReport;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
    private final ReportOptions reportOptions = new ReportOptions();

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
        boolean single = paths.size() == 1 && !Files.isDirectory(paths.get(0));
        Optional<CheckpointOptions> checkpoint = checkpoints.options(single);
        SearchOptions limited = limits.options(session);
        SearchOptions options = checkpoint.map(limited::withCheckpoint).orElse(limited);
        ReportOutput output = reportOptions.openAll(session);
        List<Path> files;
        try {
            files = ConfigurationFiles.list(paths, ConfigurationFiles::isChecked, "configuration");
        } catch (ConfigurationException e) {
            ConfigurationFiles.print(e, session);
            return ExitCode.USAGE.number();
        }
        ExitCode code;
        try {
            code = single
                    ? checkOne(files.get(0), boardOptions, options, ids, output)
                    : checkAll(files, boardOptions, options, ids, output);
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
        return code.number();
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

    private ExitCode checkOne(
            Path file, BoardOptions boardOptions, SearchOptions options, List<String> ids, ReportOutput output) {
        List<Configuration> read = ConfigurationFiles.readAll(file, boardOptions, session);
        if (read.isEmpty()) {
            return ExitCode.USAGE;
        }
        if (read.size() > 1) {
            SummaryReport summary = new SummaryReport();
            for (Configuration part : read) {
                output.print(checkAmongOthers(file, part, options, ids, summary, output));
            }
            output.print(summary.totals());
            return summary.exitCode();
        }
        Assessment assessment = Assessment.of(search(restricted(read.get(0), ids), options));
        List<String> repeat = repeat(file, options, ids, assessment.result());
        if (assessment.exitCode() == ExitCode.UNDECIDED
                && options.checkpoint().map(CheckpointOptions::exists).orElse(false)) {
            session.err()
                    .println("to go on: " + String.join(" ", repeat) + " --resume "
                            + Repeat.quoted(options.checkpoint().get().folder().toString()));
        }
        output.show(simulation.provenance(), assessment.replays());
        output.print(CheckReport.of(assessment, repeat, BuildInfo.load().toString(), allTraces, allCoverage));
        output.print(constraint.kindsOfArguments());
        return assessment.exitCode();
    }

    private ExitCode checkAll(
            List<Path> files, BoardOptions boardOptions, SearchOptions options, List<String> ids, ReportOutput output) {
        SummaryReport summary = new SummaryReport();
        for (Path file : files) {
            if (session.interrupted().getAsBoolean()) {
                output.print(summary.failed(file.toString(), "not checked: interrupted", ExitCode.UNDECIDED));
                continue;
            }
            List<Configuration> read = ConfigurationFiles.readAll(file, boardOptions, session);
            if (read.isEmpty()) {
                output.print(
                        summary.failed(file.toString(), "not a configuration that can be checked", ExitCode.USAGE));
            }
            for (Configuration part : read) {
                output.print(checkAmongOthers(file, part, options, ids, summary, output));
            }
        }
        output.print(summary.totals());
        return summary.exitCode();
    }

    /** One bad file, or one that shows an error of this program, does not keep the others from being checked. */
    private String checkAmongOthers(
            Path file,
            Configuration read,
            SearchOptions options,
            List<String> ids,
            SummaryReport summary,
            ReportOutput output) {
        try {
            Assessment assessment = Assessment.of(search(restricted(read, ids), options));
            output.show(simulation.provenance(), assessment.replays());
            return summary.checked(assessment, repeat(file, options, ids, assessment.result()));
        } catch (RuntimeException e) {
            return summary.failed(file.toString(), "internal error", root.internalError(e));
        }
    }

    private List<String> repeat(Path file, SearchOptions options, List<String> ids, CheckResult result) {
        List<String> words = new ArrayList<>(result.coverage()
                .walks()
                .map(walks -> Repeat.simulation(file.toString(), options, ids, walks, simulation.keepsCaches()))
                .orElseGet(() -> Repeat.command(file.toString(), options, ids)));
        if (simulation.isConstraint()) {
            words.addAll(constraint.words());
        }
        if (DeviceTreeFiles.isDeviceTree(file)) {
            words.addAll(board.words());
        }
        return words;
    }

    private static Configuration restricted(Configuration from, List<String> ids) {
        return ids.isEmpty() ? from : from.toBuilder().checks(ids).build();
    }

    private CheckResult search(Configuration configuration, SearchOptions options) {
        EngineRun run = new EngineRun(session, root.isQuiet());
        if (simulation.isConstraint()) {
            return run.timed(constraint.run(configuration, options, session));
        }
        return simulation.isChosen()
                ? run.timed(simulation.run(configuration, options, session.interrupted()))
                : run.of(configuration, options);
    }
}
