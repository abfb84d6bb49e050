package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.ImportReport;
import dev.iovacheck.model.board.Board;
import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code import dtb}: a device tree as configurations. */
@Command(
        name = "dtb",
        description = {
            "Print the configuration that a device tree makes for its devices behind IOMMUs.",
            "What the tree does not say is assumed, and stands in comments at the top.",
            "Groups that do not fit into one configuration, or whose IOMMUs have other pages, become several."
        },
        footer = {
            "",
            "Examples:",
            "  iovacheck import dtb /sys/firmware/fdt",
            "  iovacheck import dtb --compatible 'qcom,*-iris' -o iris.yaml board.dtb",
            "  iovacheck import dtb --node /soc@0/display@5600000 --mask display=36 board.dtb"
        })
final class ImportDtbCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(
            paramLabel = "FILE|DIR",
            description = "A flattened tree (.dtb), a source (.dts, needs dtc), or a folder of flattened trees.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path path;

    @Mixin
    private final BoardArguments arguments = new BoardArguments();

    @Mixin
    private final ImportOutput output = new ImportOutput();

    ImportDtbCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        BoardOptions options = arguments.options();
        ExitCode code = ExitCode.EXPECTED;
        Map<String, String> texts = new LinkedHashMap<>();
        try {
            for (Path file : ConfigurationFiles.list(List.of(path), DeviceTreeFiles::isFlattened, "device tree")) {
                code = code.worse(read(file, options, texts));
            }
        } catch (ConfigurationException e) {
            ConfigurationFiles.print(e, session);
            return ExitCode.USAGE.number();
        }
        if (texts.isEmpty()) {
            return code.number();
        }
        try {
            output.write(texts, session);
        } catch (IOException e) {
            session.err().println("error: the configuration cannot be written: " + e);
            return ExitCode.USAGE.number();
        }
        return code.number();
    }

    private ExitCode read(Path file, BoardOptions options, Map<String, String> texts) {
        try {
            Board board = DeviceTreeFiles.read(file, options);
            String name = String.valueOf(file.getFileName()).replaceAll("\\.dt[bs]$", "");
            for (int number = 0; number < board.configurations().size(); number++) {
                String key = name + (number == 0 ? "" : "-" + (number + 1)) + ".yaml";
                texts.put(key, ImportReport.of(board, number));
            }
            return ExitCode.EXPECTED;
        } catch (ConfigurationException e) {
            ConfigurationFiles.print(e, session);
            return ExitCode.USAGE;
        }
    }
}
