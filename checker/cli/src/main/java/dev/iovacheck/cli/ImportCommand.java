package dev.iovacheck.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code import}: what people have already, as configurations. */
@Command(
        name = "import",
        description =
                "Make a configuration of what a machine says about itself: its device tree, or the IOMMU groups in its sysfs.",
        synopsisSubcommandLabel = "WHAT",
        footer = {"", "Examples:", "  iovacheck import dtb board.dtb", "  iovacheck import sysfs groups"})
final class ImportCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what is to be imported is missing");
    }
}
