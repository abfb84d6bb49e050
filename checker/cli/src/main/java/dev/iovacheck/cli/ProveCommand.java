package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.ProofReport;
import dev.iovacheck.constraint.induction.Induction;
import dev.iovacheck.constraint.induction.Proof;
import dev.iovacheck.constraint.space.PresentSpace;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Expectation;
import dev.iovacheck.model.config.Exploration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prove}: what holds in runs of any length, in windows of any size? */
@Command(
        name = "prove",
        description = {
            "Prove invariants of the allocator for runs of any length and windows of any size.",
            "By induction: from any state with at most so many nodes in which the invariant and some lemmas hold, be it reachable or not, each "
                    + "step leads to one in which they hold. Where that fails, the state and the step are shown, and the exhaustive engine "
                    + "tells whether the invariant falls in this configuration."
        },
        footer = {
            "",
            "Example:",
            "  iovacheck prove --nodes 6 examples/vpu/hardened.yaml",
            "",
            "Exit code 0: all are proved; 1: one falls in this configuration; 3: neither."
        })
final class ProveCommand implements Callable<Integer> {

    private static final int MOST_NODES = 32;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Session session;
    private final IovacheckCommand root;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG|DTB", description = "A configuration or a device tree.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description =
                    "The most nodes that the tree has: reservations, mappings, cached and queued ranges. Default: 6.")
    private int nodes = 6;

    @Option(names = "--only", split = ",", paramLabel = "ID", description = "Prove only these invariants.")
    private List<String> only = List.of();

    @Mixin
    private final BoardArguments arguments = new BoardArguments();

    @Mixin
    private final SearchLimits limits = new SearchLimits();

    @Mixin
    private final ReportOptions reportOptions = new ReportOptions();

    ProveCommand(Session session, IovacheckCommand root) {
        this.session = session;
        this.root = root;
    }

    @Override
    public Integer call() {
        List<Invariant> wanted = wanted();
        if (nodes < 1 || nodes > MOST_NODES) {
            throw new ParameterException(
                    spec.commandLine(), "--nodes: " + nodes + " is not a number from 1 to " + MOST_NODES);
        }
        SearchOptions options = limits.options(session);
        ReportOutput output = reportOptions.open(session);
        List<Configuration> read = ConfigurationFiles.readAll(file, arguments.options(), session);
        if (read.isEmpty()) {
            return ExitCode.USAGE.number();
        }
        ExitCode code = ExitCode.EXPECTED;
        for (Configuration part : read) {
            code = code.worse(prove(part, wanted, options, output));
        }
        try {
            output.finish();
        } catch (IOException e) {
            session.err().println("error: the report cannot be written: " + e);
            return ExitCode.USAGE.worse(code).number();
        }
        return code.number();
    }

    private List<Invariant> wanted() {
        List<String> ids = Induction.provable().stream().map(Invariant::id).toList();
        for (String id : only) {
            if (!ids.contains(id)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--only: '" + id + "' cannot be proved by induction; there are: " + String.join(", ", ids));
            }
        }
        return Induction.provable().stream()
                .filter(invariant -> only.isEmpty() || only.contains(invariant.id()))
                .toList();
    }

    private ExitCode prove(
            Configuration configuration, List<Invariant> wanted, SearchOptions options, ReportOutput output) {
        ProofReport report = new ProofReport(configuration, nodes);
        output.print(report.head());
        Duration limit = options.timeLimit().compareTo(PATIENCE) < 0 ? options.timeLimit() : PATIENCE;
        Induction induction = new Induction(configuration.mechanism(), nodes, limit);
        List<ProofReport.Row> rows = new ArrayList<>();
        for (Invariant invariant : wanted) {
            if (session.interrupted().getAsBoolean()) {
                rows.add(
                        new ProofReport.Row(invariant, Optional.empty(), Optional.of("interrupted"), Optional.empty()));
            } else {
                rows.add(row(configuration, induction, invariant, options));
            }
            output.print(report.row(rows.get(rows.size() - 1)));
        }
        output.print(report.scope());
        return report.exitCode(rows);
    }

    private ProofReport.Row row(
            Configuration configuration, Induction induction, Invariant invariant, SearchOptions options) {
        Optional<String> missing = missing(configuration, invariant);
        if (missing.isPresent()) {
            return new ProofReport.Row(invariant, Optional.empty(), missing, Optional.empty());
        }
        Proof proof = induction.prove(invariant);
        if (!root.isQuiet()) {
            session.err()
                    .println(String.format(
                            Locale.ROOT,
                            "%s: %.1f s",
                            invariant.id(),
                            proof.elapsed().toMillis() / 1000.0));
        }
        boolean fails = proof.outcome() instanceof Proof.Outcome.NotInductive;
        Optional<CheckResult> search =
                fails ? Optional.of(search(configuration, invariant, options)) : Optional.empty();
        return new ProofReport.Row(invariant, Optional.of(proof), Optional.empty(), search);
    }

    private CheckResult search(Configuration configuration, Invariant invariant, SearchOptions options) {
        Configuration one = configuration.toBuilder()
                .checks(List.of(invariant.id()))
                .goals(List.of())
                .expectation(Expectation.ALL_HOLD)
                .build();
        return new EngineRun(session, root.isQuiet()).of(one, options);
    }

    /** What a proof would need and the configuration does not have. */
    private static Optional<String> missing(Configuration configuration, Invariant invariant) {
        if (!configuration.bugs().isEmpty()) {
            return Optional.of("known bugs are switched on, and the steps of the proof do not have them");
        }
        if (configuration.exploration().options().stream().anyMatch(Exploration.Option::isMistake)) {
            return Optional.of("drivers make mistakes here, and the steps of the proof have none");
        }
        if (configuration.exploration().has(Exploration.Option.TYPE_CHANGE)) {
            return Optional.of("default domains are replaced here, and the steps of the proof stay in one");
        }
        boolean isOfWindows =
                invariant.id().equals("lower-bound") || invariant.id().equals("upper-bound");
        PresentSpace present = new PresentSpace(configuration);
        return configuration.devices().stream()
                .filter(device -> isOfWindows && device.group() != null && !present.isShut(device.index()))
                .findFirst()
                .map(device -> "nothing is said to keep " + device.name() + " inside its window from its first map on");
    }
}
