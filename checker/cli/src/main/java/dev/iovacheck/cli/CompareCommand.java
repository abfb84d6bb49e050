package dev.iovacheck.cli;

import dev.iovacheck.cli.compare.Comparison;
import dev.iovacheck.cli.compare.Variant;
import dev.iovacheck.cli.compare.Variants;
import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.kernel.KernelProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code compare}: mechanisms, kernels and modes side by side. */
@Command(
        name = "compare",
        description = {
            "Put mechanisms, kernels and modes, or several files, side by side in one table.",
            "A row for each variant: which invariants fall and after how many steps, how much was mapped by then, what each device can be"
                    + " given of its window and what of it is wasted. With another mechanism than its own, a configuration keeps its devices"
                    + " and workloads, and reserves what suggest would; none reserves nothing, dma-ranges lists the windows.",
            "A comparison expects nothing: expect: does not count, and the exit code is 0 if every row is decided."
        },
        footer = {
            "",
            "Examples:",
            "  iovacheck compare examples/variants",
            "  iovacheck compare --mechanisms none,iommu-addresses,hardened --modes strict,lazy \\",
            "      examples/vpu/none.yaml",
            "  iovacheck compare --format html=table.html examples/variants"
        })
final class CompareCommand implements Callable<Integer> {

    /** For finding out what a mechanism has to reserve. */
    private static final Duration ENOUGH = Duration.ofMinutes(1);

    private final Session session;
    private final IovacheckCommand root;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Configurations, device trees, or folders of them.")
    private List<Path> paths = List.of();

    @Option(
            names = "--mechanisms",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Each of these: none, iommu-addresses, iommu-ranges, dma-ranges, dma_iova_set_resv_region, hardened."
                            + " Default: that of the file.")
    private List<String> mechanisms = List.of();

    @Option(
            names = "--kernels",
            split = ",",
            paramLabel = "NAME",
            description = "Each of these: v6.1, v7.1. Default: that of the file.")
    private List<String> kernels = List.of();

    @Option(
            names = "--modes",
            split = ",",
            paramLabel = "NAME",
            description = "Each of these: strict, lazy. Default: that of the file.")
    private List<String> modes = List.of();

    @Option(
            names = "--format",
            paramLabel = "FORM[=FILE]",
            description = {
                "Form of the table: text, markdown, html or json. Default: text.",
                "With FILE it goes there, beside the table; - is standard output. May be given several times."
            })
    private List<String> formats = List.of();

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Write the table to FILE instead of standard output.")
    private @Nullable Path output;

    @Option(names = "--force", description = "Let --output and --format replace files.")
    private boolean force;

    @Mixin
    private final BoardArguments arguments = new BoardArguments();

    @Mixin
    private final SearchLimits limits = new SearchLimits();

    CompareCommand(Session session, IovacheckCommand root) {
        this.session = session;
        this.root = root;
    }

    @Override
    public Integer call() {
        OutputTargets<Comparison.Form> targets =
                OutputTargets.of(spec, Comparison.Form.values(), formats, output, force);
        SearchOptions options = limits.options(session);
        Variants variants = new Variants(
                all("--mechanisms", mechanisms, Mechanism.values(), Mechanism::label),
                all("--kernels", kernels, KernelProfile.values(), KernelProfile::label),
                all("--modes", modes, Iommu.Mode.values(), mode -> mode.name().toLowerCase(Locale.ROOT)),
                options.timeLimit().compareTo(ENOUGH) < 0 ? options.timeLimit() : ENOUGH);
        List<Configuration> given = new ArrayList<>();
        boolean areAllRead = true;
        try {
            BoardOptions boards = arguments.options();
            for (Path file : ConfigurationFiles.list(paths, ConfigurationFiles::isChecked, "configuration")) {
                List<Configuration> read = ConfigurationFiles.readAll(file, boards, session);
                given.addAll(read);
                areAllRead &= !read.isEmpty();
            }
        } catch (ConfigurationException e) {
            ConfigurationFiles.print(e, session);
            return ExitCode.USAGE.number();
        }
        if (!areAllRead) {
            return ExitCode.USAGE.number();
        }
        return write(compared(given, variants, options), targets).number();
    }

    private Comparison compared(List<Configuration> given, Variants variants, SearchOptions options) {
        Comparison comparison = new Comparison();
        EngineRun engine = new EngineRun(session, root.isQuiet());
        for (Configuration configuration : given) {
            for (Variant variant : variants.of(configuration)) {
                boolean isChecked = variant.refusal().isEmpty();
                String label = given.size() > 1 && isVaried()
                        ? configuration.source() + ": " + variant.label()
                        : variant.label();
                comparison.add(
                        new Variant(label, variant.configuration(), variant.refusal()),
                        isChecked ? engine.of(variant.configuration(), options) : null);
            }
        }
        return comparison;
    }

    private boolean isVaried() {
        return !mechanisms.isEmpty() || !kernels.isEmpty() || !modes.isEmpty();
    }

    private ExitCode write(Comparison comparison, OutputTargets<Comparison.Form> targets) {
        try {
            for (OutputTargets.Target<Comparison.Form> target : targets.all()) {
                targets.write(target, comparison.as(target.form()), session.out());
            }
        } catch (IOException e) {
            session.err().println("error: the table cannot be written: " + e);
            return ExitCode.USAGE.worse(comparison.exitCode());
        }
        return comparison.exitCode();
    }

    private <T> List<T> all(String option, List<String> names, T[] known, Function<T, String> label) {
        return names.stream().map(name -> one(option, name, known, label)).toList();
    }

    private <T> T one(String option, String name, T[] known, Function<T, String> label) {
        return Arrays.stream(known)
                .filter(each -> label.apply(each).equals(name))
                .findFirst()
                .orElseThrow(() -> wrong(option + ": no '" + name + "'; there are: "
                        + String.join(", ", Arrays.stream(known).map(label).toList())));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
