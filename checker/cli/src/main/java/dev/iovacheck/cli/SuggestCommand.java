package dev.iovacheck.cli;

import dev.iovacheck.cli.report.Assessment;
import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.SuggestReport;
import dev.iovacheck.constraint.suggest.Realisation;
import dev.iovacheck.constraint.suggest.Repair;
import dev.iovacheck.constraint.suggest.RepairSolver;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code suggest}: what would have to be written instead? */
@Command(
        name = "suggest",
        description = {
            "Find the smallest change with which all devices keep to their windows.",
            "A change is made of reservations, lower masks and groups of their own; what wastes least address space comes first, then what "
                    + "has fewest entries. It is written down as each mechanism has it, and checked like any other configuration before it is printed.",
            "If there is none: the fewest lines of the configuration that contradict each other."
        },
        footer = {
            "",
            "Examples:",
            "  iovacheck suggest examples/vpu/none.yaml",
            "  iovacheck suggest --as iommu-addresses examples/sharing/inherited.yaml",
            "",
            "Exit code 0: a change was found and checked; 1: there is none, or no mechanism keeps it; 3: a limit ended a check."
        })
final class SuggestCommand implements Callable<Integer> {

    private static final Duration ENOUGH = Duration.ofMinutes(1);

    private final Session session;
    private final IovacheckCommand root;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG|DTB", description = "A configuration or a device tree.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(
            names = "--as",
            split = ",",
            paramLabel = "MECHANISM",
            description =
                    "Only as iommu-addresses, iommu-ranges, dma_iova_set_resv_region or hardened. Default: all of them.")
    private List<String> mechanisms = List.of();

    @Mixin
    private final BoardArguments arguments = new BoardArguments();

    @Mixin
    private final SearchLimits limits = new SearchLimits();

    @Mixin
    private final ReportOptions reportOptions = new ReportOptions();

    SuggestCommand(Session session, IovacheckCommand root) {
        this.session = session;
        this.root = root;
    }

    @Override
    public Integer call() {
        List<Realisation> wanted = realisations();
        SearchOptions options = limits.options(session);
        ReportOutput output = reportOptions.open(session);
        List<LocatedConfiguration> read = ConfigurationFiles.readLocated(file, arguments.options(), session);
        if (read.isEmpty()) {
            return ExitCode.USAGE.number();
        }
        ExitCode code = ExitCode.EXPECTED;
        for (LocatedConfiguration part : read) {
            code = code.worse(suggest(part, wanted, options, output));
        }
        try {
            output.finish();
        } catch (IOException e) {
            session.err().println("error: the report cannot be written: " + e);
            return ExitCode.USAGE.worse(code).number();
        }
        return code.number();
    }

    private List<Realisation> realisations() {
        List<String> known = Arrays.stream(Realisation.values())
                .map(each -> each.mechanism().label())
                .toList();
        for (String name : mechanisms) {
            if (!known.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(), "--as: no '" + name + "'; there are: " + String.join(", ", known));
            }
        }
        return Arrays.stream(Realisation.values())
                .filter(each -> mechanisms.isEmpty()
                        || mechanisms.contains(each.mechanism().label()))
                .toList();
    }

    private ExitCode suggest(
            LocatedConfiguration read, List<Realisation> wanted, SearchOptions options, ReportOutput output) {
        Configuration configuration = read.configuration();
        Duration limit = options.timeLimit().compareTo(ENOUGH) < 0 ? options.timeLimit() : ENOUGH;
        RepairSolver solver = new RepairSolver(configuration, limit);
        SuggestReport report = new SuggestReport(read);
        Optional<Repair> found = solver.repair();
        if (found.isEmpty()) {
            output.print(report.contradiction(solver.contradiction()));
            return ExitCode.UNEXPECTED;
        }
        output.print(report.repair(found.get()));
        ExitCode code = ExitCode.UNEXPECTED;
        boolean isUntouched = found.get().entries() == 0; // then all mechanisms are the same
        for (Realisation realisation : isUntouched ? List.of(Realisation.CALL) : wanted) {
            if (!realisation.isIn(configuration)) {
                output.print(report.notInKernel(realisation));
                continue;
            }
            Configuration repaired = realisation.of(configuration, found.get());
            Assessment assessment = Assessment.of(new EngineRun(session, root.isQuiet()).of(repaired, options));
            output.print(report.realisation(realisation, found.get(), assessment));
            code = better(code, assessment.exitCode());
        }
        return code;
    }

    /** One mechanism that is known to work is enough; one that was not checked to the end leaves it open. */
    private static ExitCode better(ExitCode one, ExitCode other) {
        if (one == ExitCode.EXPECTED || other == ExitCode.EXPECTED) {
            return ExitCode.EXPECTED;
        }
        return one == ExitCode.UNDECIDED || other == ExitCode.UNDECIDED ? ExitCode.UNDECIDED : ExitCode.UNEXPECTED;
    }
}
