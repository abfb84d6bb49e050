package dev.iovacheck.cli;

import dev.iovacheck.cli.report.CapacityReport;
import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.constraint.capacity.Answer;
import dev.iovacheck.constraint.capacity.CapacitySolver;
import dev.iovacheck.constraint.capacity.Request;
import dev.iovacheck.constraint.space.PresentSpace;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Expectation;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Goal;
import dev.iovacheck.model.machine.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code capacity}: is there always room for what drivers map? */
@Command(
        name = "capacity",
        description = {
            "Say whether there is always room for what drivers map.",
            "For each size that a driver maps, constraint solving looks for the worst way in which everything else could lie: buffers that "
                    + "leave it no room, with as much free as possible. Where there is always room, there is with every allocator. For what may "
                    + "find none, the exhaustive engine then tells whether the kernel's allocator gets there, and after how many steps.",
            "The margin is how little could be live, with any number of buffers, before a request finds no room."
        },
        footer = {
            "",
            "Example:",
            "  iovacheck capacity examples/vpu/none.yaml",
            "",
            "Exit code 0: there is always room, or the allocator never gets to where there is none; 1: it does; 3: undecided."
        })
final class CapacityCommand implements Callable<Integer> {

    private static final Duration ENOUGH = Duration.ofSeconds(10);
    private static final List<String> ASKED = List.of("lower-bound", "upper-bound", "maps-succeed");

    private static final Answer SCATTERED = new Answer.Open(
            "a driver maps scatter lists segment by segment, and where each segment lies is left to the engine");

    private final Session session;
    private final IovacheckCommand root;

    @Parameters(paramLabel = "CONFIG|DTB", description = "A configuration or a device tree.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Mixin
    private final BoardArguments arguments = new BoardArguments();

    @Mixin
    private final SearchLimits limits = new SearchLimits();

    @Mixin
    private final ReportOptions reportOptions = new ReportOptions();

    CapacityCommand(Session session, IovacheckCommand root) {
        this.session = session;
        this.root = root;
    }

    @Override
    public Integer call() {
        SearchOptions options = limits.options(session);
        ReportOutput output = reportOptions.open(session);
        List<Configuration> read = ConfigurationFiles.readAll(file, arguments.options(), session);
        if (read.isEmpty()) {
            return ExitCode.USAGE.number();
        }
        ExitCode code = ExitCode.EXPECTED;
        for (Configuration part : read) {
            code = code.worse(answer(part, options, output));
        }
        try {
            output.finish();
        } catch (IOException e) {
            session.err().println("error: the report cannot be written: " + e);
            return ExitCode.USAGE.worse(code).number();
        }
        return code.number();
    }

    private ExitCode answer(Configuration configuration, SearchOptions options, ReportOutput output) {
        PresentSpace present = new PresentSpace(configuration);
        Duration limit = options.timeLimit().compareTo(ENOUGH) < 0 ? options.timeLimit() : ENOUGH;
        CapacitySolver solver = new CapacitySolver(limit);
        List<CapacityReport.Row> rows = new ArrayList<>();
        Machine machine = new Machine(configuration);
        for (Request request : Request.of(configuration, present)) {
            rows.add(
                    request.hasScattered(machine)
                            ? new CapacityReport.Row(request, SCATTERED, SCATTERED)
                            : new CapacityReport.Row(
                                    request, always(configuration, solver, request), solver.whateverIsHeld(request)));
        }
        boolean allFit = rows.stream().allMatch(row -> row.always() instanceof Answer.AlwaysFits);
        CapacityReport report = new CapacityReport(configuration, present, rows);
        output.print(report.placements());
        if (allFit) {
            return ExitCode.EXPECTED;
        }
        CheckResult result = new EngineRun(session, root.isQuiet()).of(question(configuration), options);
        output.print(report.reached(result));
        return report.exitCode(result);
    }

    /** What waits in flush queues stands in the way too, and is not among what drivers hold. */
    private static Answer always(Configuration configuration, CapacitySolver solver, Request request) {
        Answer answer = solver.always(request);
        return configuration.canBeLazy() && answer instanceof Answer.AlwaysFits
                ? new Answer.Open(
                        "beside what drivers hold there is room; what waits in flush queues stands in the way, too")
                : answer;
    }

    /** Can a map fail, or land outside of a window, when nothing else goes wrong? */
    private static Configuration question(Configuration configuration) {
        List<Goal> goals = new ArrayList<>();
        for (Device device : configuration.devices()) {
            if (device.group() != null && !device.buffers().isEmpty()) {
                goals.add(new Goal.MapFails(device.index()));
            }
        }
        return configuration.toBuilder()
                .exploration(
                        new Exploration(Set.of(), configuration.exploration().interleaving()))
                .goals(goals)
                .checks(ASKED)
                .expectation(Expectation.ALL_HOLD)
                .build();
    }
}
