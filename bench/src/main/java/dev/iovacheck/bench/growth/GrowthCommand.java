package dev.iovacheck.bench.growth;

import dev.iovacheck.bench.reference.ReferenceSize;
import dev.iovacheck.bench.run.EngineProcess;
import dev.iovacheck.bench.run.Failures;
import dev.iovacheck.bench.run.Program;
import dev.iovacheck.bench.run.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench/growth}. */
@Command(
        name = "growth",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Searches a large size of the reference model (lower bound 12, 3 slots: 94,215,904 states) with this engine, exactly, and tells "
                    + "how fast it is by the number of states it has stored. Writes bench/results/growth.json and docs/pictures/growth.svg.",
            "With --machine it checks examples/large/one-domain.yaml, all invariants and reductions included, and writes growth-machine.json "
                    + "and growth-machine.svg there.",
            ""
        },
        footer = {
            "",
            "Exit code: 0 done, 2 it could not be run.",
            "",
            "Examples:",
            "  bench/growth",
            "  bench/growth --machine --runs 1 --threads 1",
            "  bench/growth --redraw"
        })
public final class GrowthCommand implements Callable<Integer> {

    private static final ReferenceSize SIZE = new ReferenceSize(12, 3);
    private static final String EXAMPLE = "examples/large/one-domain.yaml";
    private static final String REFERENCE = "reference model, exact";
    private static final String MACHINE = "full machine, all invariants, exact";
    private static final int EVERY_MS = 50;
    private static final long FEW = 1_000_000;
    private static final long MANY = 20_000_000;
    private static final long LEAST = 30_000_000; // MANY must be in the middle of a doubling

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "3",
            description = "Runs of each; the median counts. Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Option(
            names = "--until",
            paramLabel = "STATES",
            defaultValue = "45000000",
            description = "Stop when so many are stored, at least 30000000. Default: ${DEFAULT-VALUE}.")
    private long until;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Most threads; one thread is measured too. Default: all processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--machine", description = "The full machine instead of the reference model.")
    private boolean machine;

    @Option(names = "--redraw", description = "Measure nothing; draw again what is in bench/results.")
    private boolean redraw;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new GrowthCommand())
                .setExecutionExceptionHandler(new Failures())
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (runs < 1 || threads < 1 || until < LEAST) {
            throw new ParameterException(
                    commandLine(), "--runs and --threads are at least 1, --until at least " + LEAST);
        }
        Path root = Path.of(System.getProperty("iovacheck.root", "")).toAbsolutePath();
        String name = machine ? "growth-machine" : "growth";
        Path json = root.resolve("bench/results/" + name + ".json");
        if (!redraw) {
            Figures measured = measure(root);
            Files.createDirectories(json.getParent());
            Files.writeString(json, measured.toJson());
        }
        Figures figures = Figures.fromJson(Files.readString(json));
        Path picture = root.resolve("docs/pictures/" + name + ".svg");
        Files.createDirectories(picture.getParent());
        Files.writeString(picture, Picture.draw(figures));
        figures.curves().forEach(GrowthCommand::print);
        return 0;
    }

    private CommandLine commandLine() {
        if (spec == null) {
            throw new IllegalStateException("no command line");
        }
        return spec.commandLine();
    }

    /** The numbers of threads take turns, so that whatever disturbs the machine disturbs all alike. */
    private Figures measure(Path root) throws IOException, InterruptedException {
        List<String> surroundings = Surroundings.lines(root);
        Map<Integer, List<Progress>> done = new LinkedHashMap<>();
        Path folder = Files.createTempDirectory("iovacheck-growth");
        try {
            for (int run = 1; run <= runs; run++) {
                for (int workers : threads == 1 ? new int[] {1} : new int[] {1, threads}) {
                    System.err.println("run " + run + " of " + runs + ", threads: " + workers);
                    Program.Run finished = Program.run(search(root, workers), folder);
                    if (finished.exitCode() != 0) {
                        throw new IOException(
                                "the search ended with exit code " + finished.exitCode() + ":\n" + finished.output());
                    }
                    done.computeIfAbsent(workers, key -> new ArrayList<>()).add(new Progress(finished.output()));
                }
            }
        } finally {
            Files.delete(folder);
        }
        List<Curve> curves = new ArrayList<>();
        done.forEach((workers, all) -> curves.add(Curve.of(workers, all)));
        String command = "bench/growth" + (machine ? " --machine" : "") + " --runs " + runs + " --until " + until
                + " --threads " + threads;
        return new Figures(machine ? MACHINE : REFERENCE, command, surroundings, curves);
    }

    private List<String> search(Path root, int workers) {
        if (machine) {
            return EngineProcess.command(
                    List.of(),
                    MachineSearch.class,
                    List.of(root.resolve(EXAMPLE).toString(), Integer.toString(workers), Long.toString(until)));
        }
        List<String> command = new ArrayList<>(EngineProcess.command(List.of(), SIZE, workers, "exact", "none"));
        command.add(Integer.toString(EVERY_MS));
        command.add(Long.toString(until));
        return command;
    }

    private static void print(Curve curve) {
        System.out.println("threads: " + curve.threads());
        for (Curve.Point point : curve.points()) {
            System.out.println(String.format(
                    Locale.ROOT,
                    "  %,11d states: %,9d states/s (%,d to %,d), %,11d transitions/s; since the start %,9d states/s",
                    point.states(),
                    point.statesPerSecond(),
                    point.slowest(),
                    point.fastest(),
                    point.transitionsPerSecond(),
                    point.sinceStart()));
        }
        System.out.println(String.format(
                Locale.ROOT,
                "  20 M states: %.0f %% of the states/s of 1 M; new ones at the end come at %.0f %% of the speed at 1 M, %.0f %% of"
                        + " the best, which is at %,d",
                100 * curve.ratioSinceStart(MANY, FEW),
                100 * curve.ratio(MANY, FEW),
                100 * curve.ratio(MANY, curve.best().states()),
                curve.best().states()));
    }
}
