package dev.iovacheck.bench.compare;

import dev.iovacheck.bench.reference.ReferenceSize;
import dev.iovacheck.bench.run.Failures;
import dev.iovacheck.bench.run.Program;
import dev.iovacheck.bench.run.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench/compare}. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs one small model of an IOVA allocator through several model checkers and a search written by hand, checks that all of "
                    + "them count the same states and transitions, and prints how long each took.",
            ""
        },
        footer = {
            "",
            "Every run is a process of its own, timed from start to end; the tools take turns.",
            "Exit code: 0 all agree, 1 they do not, 2 something could not be run.",
            "",
            "Examples:",
            "  bench/compare --only iovacheck,spin",
            "  bench/compare --lb 18 --runs 1 --json > small.json"
        })
public final class CompareCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "TOOL",
            description = "Run only these: iovacheck, spin, tlc, baseline. Default: all that are there.")
    private @Nullable List<String> only;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "5",
            description = "Runs of each; the median counts. Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "main",
            description = "small or main. Default: ${DEFAULT-VALUE}.")
    private String size = "main";

    @Option(
            names = "--lb",
            paramLabel = "PAGE",
            description = "Another size: pages below this one are not usable, 0..27.")
    private @Nullable Integer lowerBound;

    @Option(names = "--slots", paramLabel = "N", description = "Another size: 3 or 4 mapping slots.")
    private @Nullable Integer slots;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Most threads that are tried. Default: all processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--tlc", paramLabel = "JAR", description = "Where TLC is. Default: TLC_JAR in the environment.")
    private @Nullable Path tlc;

    @Option(names = "--json", description = "Print an array of objects instead of a table.")
    private boolean json;

    @Option(
            names = "--save",
            description = "Also write the table, the machine and the commit to a file in bench/results.")
    private boolean save;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new CompareCommand())
                .setExecutionExceptionHandler(new Failures())
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ReferenceSize chosen = chosenSize();
        Path root = Path.of(System.getProperty("iovacheck.root", "")).toAbsolutePath();
        Path folder = Files.createTempDirectory("iovacheck-compare");
        try {
            List<Tool> tools = chosenTools(root, folder);
            for (Tool tool : tools) {
                System.err.println("preparing " + tool.name());
                tool.prepare(chosen, folder);
            }
            List<String> machine = Surroundings.lines(root);
            List<Measurement> measurements = measure(tools, chosen, folder);
            List<String> disagreements = Agreement.disagreements(measurements, chosen::counts);
            print(measurements, chosen, root, machine);
            disagreements.forEach(complaint -> System.err.println("error: " + complaint));
            return disagreements.isEmpty() ? 0 : 1;
        } catch (ToolException e) {
            System.err.println("error: " + e.getMessage());
            return 2;
        } finally {
            delete(folder);
        }
    }

    private ReferenceSize chosenSize() {
        try {
            ReferenceSize named =
                    switch (size.toLowerCase(Locale.ROOT)) {
                        case "main" -> ReferenceSize.MAIN;
                        case "small" -> ReferenceSize.SMALL;
                        default -> throw new IllegalArgumentException("--size is small or main: " + size);
                    };
            if (runs < 1 || threads < 1) {
                throw new IllegalArgumentException("--runs and --threads are at least 1");
            }
            return new ReferenceSize(
                    lowerBound == null ? named.lowerBound() : lowerBound, slots == null ? named.slots() : slots);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private ParameterException wrong(@Nullable String message) {
        if (spec == null) {
            throw new IllegalStateException("no command line");
        }
        return new ParameterException(spec.commandLine(), String.valueOf(message));
    }

    private List<Tool> chosenTools(Path root, Path folder) {
        Path models = root.resolve("bench/models");
        String environment = System.getenv("TLC_JAR");
        Path jar = tlc == null && environment != null ? Path.of(environment) : tlc;
        Path tlcJar = jar == null ? null : jar.toAbsolutePath();
        Map<String, Tool> known = new LinkedHashMap<>();
        for (Tool tool : List.of(
                new EngineTool(folder.resolve("classes.jsa"), threads),
                new BaselineTool(root.resolve("bench/baseline"), threads),
                new SpinTool(models),
                new TlcTool(models, tlcJar, threads))) {
            known.put(tool.name(), tool);
        }
        List<Tool> chosen = new ArrayList<>();
        for (String name : only == null ? known.keySet() : only) {
            Tool tool = known.get(name);
            if (tool == null) {
                throw wrong("there is no tool " + name + "; there are " + String.join(", ", known.keySet()));
            }
            Optional<String> missing = tool.missing();
            if (missing.isEmpty()) {
                chosen.add(tool);
            } else if (only == null) {
                System.err.println("left out: " + name + ": " + missing.get());
            } else {
                throw wrong(name + ": " + missing.get());
            }
        }
        return chosen;
    }

    /** The tools take turns, so that whatever disturbs the machine disturbs all alike. */
    private List<Measurement> measure(List<Tool> tools, ReferenceSize chosen, Path folder)
            throws IOException, InterruptedException, ToolException {
        Map<Setting, Measurement> measurements = new LinkedHashMap<>();
        for (int run = 1; run <= runs; run++) {
            for (Tool tool : tools) {
                for (Setting setting : tool.settings()) {
                    System.err.println("run " + run + " of " + runs + ": " + setting.label());
                    Program.Run done = Program.run(tool.command(setting, chosen, folder), folder);
                    if (done.exitCode() != 0) {
                        throw new ToolException(
                                setting.label() + " ended with exit code " + done.exitCode() + ":\n" + done.output());
                    }
                    ReferenceSize.Counts counts = tool.counts(setting, done.output());
                    Measurement all = measurements.computeIfAbsent(setting, key -> new Measurement(key, counts));
                    if (!all.counts().equals(counts)) {
                        throw new ToolException(setting.label() + " counts differently from run to run: " + counts
                                + " and " + all.counts());
                    }
                    all.add(done.seconds(), done.peakBytes());
                }
            }
        }
        return List.copyOf(measurements.values());
    }

    private void print(List<Measurement> measurements, ReferenceSize chosen, Path root, List<String> machine)
            throws IOException {
        List<String> table = Table.of(measurements);
        if (json) {
            System.out.println(Json.of(measurements));
        } else {
            table.forEach(System.out::println);
        }
        if (save) {
            List<String> lines = new ArrayList<>();
            lines.add("# Reference model, lower bound " + chosen.lowerBound() + ", " + chosen.slots() + " slots");
            lines.add("");
            lines.add("`bench/compare --lb " + chosen.lowerBound() + " --slots " + chosen.slots() + " --runs " + runs
                    + "`, " + LocalDate.now(ZoneOffset.UTC) + "; seconds are medians of whole processes.");
            lines.add("");
            machine.forEach(line -> lines.add("* " + line));
            lines.add("");
            lines.addAll(table);
            Path results = root.resolve("bench/results");
            Files.createDirectories(results);
            Path file = results.resolve("compare-lb" + chosen.lowerBound() + "-slots" + chosen.slots() + ".md");
            Files.write(file, lines);
            System.err.println("written to bench/results/" + file.getFileName());
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
