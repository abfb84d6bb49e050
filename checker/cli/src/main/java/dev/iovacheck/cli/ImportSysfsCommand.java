package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.ImportReport;
import dev.iovacheck.model.board.Board;
import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.board.SysfsReader;
import dev.iovacheck.model.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code import sysfs}: the groups of a running kernel as configurations. */
@Command(
        name = "sysfs",
        description = {
            "Print the configuration that a copy of /sys/kernel/iommu_groups makes: types, reserved regions and devices of its groups.",
            "If the copy has firmware/fdt as well, what that tree knows of these devices comes with it: masks, windows, reservations, "
                    + "streams, pages and aperture; where the two differ is noted.",
            "What it does not say is assumed, and stands in comments at the top. Strict and lazy groups become configurations of their own."
        },
        footer = {
            "",
            "Examples:",
            "  cp -r /sys/kernel/iommu_groups groups; iovacheck import sysfs groups",
            "  iovacheck import sysfs --mask display=36 copy    # has kernel/iommu_groups and firmware/fdt"
        })
final class ImportSysfsCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "DIR", description = "The copy, or a folder that has kernel/iommu_groups in it.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path folder;

    @Mixin
    private final BoardArguments arguments = new BoardArguments();

    @Mixin
    private final ImportOutput output = new ImportOutput();

    ImportSysfsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        BoardOptions options = arguments.options();
        try {
            Board board = new SysfsReader(options).read(folder);
            Map<String, String> texts = new LinkedHashMap<>();
            for (int number = 0; number < board.configurations().size(); number++) {
                texts.put("groups" + (number == 0 ? "" : "-" + (number + 1)) + ".yaml", ImportReport.of(board, number));
            }
            output.write(texts, session);
            return ExitCode.EXPECTED.number();
        } catch (ConfigurationException e) {
            ConfigurationFiles.print(e, session);
            return ExitCode.USAGE.number();
        } catch (IOException e) {
            session.err().println("error: the configuration cannot be written: " + e);
            return ExitCode.USAGE.number();
        }
    }
}
