package dev.iovacheck.cli;

import dev.iovacheck.cli.report.DiffReport;
import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.counterexamples.monitor.RecordingCheck;
import dev.iovacheck.counterexamples.monitor.Surroundings;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.allowance.Discrepancies;
import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.board.ReportedGroup;
import dev.iovacheck.model.board.SysfsReader;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** {@code diff}: is what is declared what is enforced, and what is observed? */
@Command(
        name = "diff",
        description = {
            "Compare what a configuration or device tree declares with what the model says the kernel enforces, with what sysfs "
                    + "reports, and with what a recording shows to be reserved: a table, and what does not agree.",
            "Exit code 1 if something does not agree."
        },
        footer = {
            "",
            "Examples:",
            "  iovacheck diff examples/boards/S06-h713.yaml",
            "  iovacheck diff --sysfs groups board.dtb",
            "  iovacheck diff copy                # has kernel/iommu_groups and firmware/fdt",
            "  iovacheck diff --sysfs rec/sysfs-end.txt --recording rec/trace.txt rec/sysfs-end.txt"
        })
final class DiffCommand implements Callable<Integer> {

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            paramLabel = "CONFIG|DTB",
            description =
                    "What is declared: a configuration or a device tree; also a copy of sysfs or a snapshot of it. If"
                            + " firmware/fdt is in the copy, that is what is declared, and the groups are what the kernel reports.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path declared;

    @Option(
            names = "--sysfs",
            paramLabel = "PATH",
            description = "What the kernel reports: a copy of /sys/kernel/iommu_groups, or a snapshot of it.")
    private @Nullable Path sysfs;

    @Option(
            names = "--recording",
            paramLabel = "FILE",
            description = "What the kernel did: a recording with probes on the allocator, also compressed (.gz).")
    private @Nullable Path recording;

    @Mixin
    private final BoardArguments arguments = new BoardArguments();

    @Mixin
    private final ReportOptions reportOptions = new ReportOptions();

    DiffCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        BoardOptions options = arguments.options();
        ReportOutput output = reportOptions.open(session);
        Optional<Path> tree = ConfigurationFiles.treeIn(declared);
        List<LocatedConfiguration> read = tree.isPresent()
                ? ConfigurationFiles.readLocated(tree.get(), options, session)
                : ConfigurationFiles.readLocatedOrSysfs(declared, options, session);
        if (read.isEmpty()) {
            return ExitCode.USAGE.number();
        }
        List<Discrepancies.Reported> reported = null;
        Path kernel = sysfs == null && tree.isPresent() ? declared : sysfs;
        if (kernel != null) {
            try {
                reported = reported(new SysfsReader(options).reported(kernel));
            } catch (ConfigurationException e) {
                ConfigurationFiles.print(e, session);
                return ExitCode.USAGE.number();
            }
            checkNames(
                    "--sysfs",
                    read,
                    reported.stream().flatMap(group -> group.devices().stream()).toList());
        }
        Map<String, List<Extent>> reserved = null;
        if (recording != null) {
            try {
                reserved = reserved(recording, options);
            } catch (IOException e) {
                session.err().println(recording + ": error: it cannot be read: " + e.getMessage() + "; check the file");
                return ExitCode.USAGE.number();
            }
            checkNames("--recording", read, reserved.keySet());
        }
        Discrepancies.Result result = Discrepancies.of(read, reported, reserved);
        long findings = result.findings();
        ExitCode code = findings > 0 ? ExitCode.UNEXPECTED : ExitCode.EXPECTED;
        output.print(DiffReport.of(result));
        output.print("diff: "
                + (result.rows().isEmpty() && result.groups().isEmpty()
                        ? "nothing is declared or reported"
                        : findings == 0 ? "all agree" : findings == 1 ? "1 does not agree" : findings + " do not agree")
                + " (exit " + code.number() + ")\n");
        output.finish();
        return code.number();
    }

    private void checkNames(String option, List<LocatedConfiguration> read, Collection<String> observed) {
        boolean any = read.stream()
                .flatMap(each -> each.configuration().devices().stream())
                .anyMatch(device -> observed.contains(device.name()));
        if (!any) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + ": it has none of the devices that " + declared + " has; names are those of sysfs");
        }
    }

    /** Without software's window for doorbells, which the allocator does not keep off. */
    private static List<Discrepancies.Reported> reported(List<ReportedGroup> groups) {
        return groups.stream()
                .map(group -> new Discrepancies.Reported(
                        group.number(),
                        group.devices(),
                        group.regions().stream()
                                .filter(region -> region.type() != FirmwareRegion.Type.SW_MSI)
                                .map(FirmwareRegion::extent)
                                .toList()))
                .toList();
    }

    private Map<String, List<Extent>> reserved(Path file, BoardOptions options) throws IOException {
        InputStream in = Files.newInputStream(file);
        InputStream text = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
        return new RecordingCheck(Surroundings.NONE, options.kernel())
                .run(text, finding -> {}, session.interrupted())
                .reserved();
    }
}
