package dev.iovacheck.bench.compare;

import dev.iovacheck.bench.reference.ReferenceSize;
import dev.iovacheck.bench.run.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Spin: generates a verifier in C, compiled with optimisation. Exact storage, no partial-order reduction, so that it counts everything. */
final class SpinTool implements Tool {

    private static final Setting BREADTH_FIRST = new Setting("spin", "breadth-first, exact", 1, "none");
    private static final Setting DEPTH_FIRST = new Setting("spin", "depth-first, exact", 1, "none");

    private static final Pattern STATES = Pattern.compile("([0-9.e+]+) states, stored");
    private static final Pattern TRANSITIONS = Pattern.compile("([0-9.e+]+) transitions");
    private static final Pattern DEPTH = Pattern.compile("depth reached ([0-9]+)");

    private final Path models;

    SpinTool(Path models) {
        this.models = models;
    }

    @Override
    public String name() {
        return "spin";
    }

    @Override
    public List<Setting> settings() {
        return List.of(BREADTH_FIRST, DEPTH_FIRST);
    }

    @Override
    public Optional<String> missing() {
        if (!Program.exists("spin")) {
            return Optional.of("there is no spin; the Debian package spin has it");
        }
        return Program.exists("gcc") ? Optional.empty() : Optional.of("there is no gcc to compile what spin generates");
    }

    @Override
    public void prepare(ReferenceSize size, Path folder) throws IOException, InterruptedException {
        Files.copy(models.resolve("iova.pml"), folder.resolve("iova.pml"), StandardCopyOption.REPLACE_EXISTING);
        List<String> generate = new ArrayList<>(List.of("spin", "-a", "-DLB=" + size.lowerBound()));
        if (size.slots() == 4) {
            generate.add("-DM4");
        }
        generate.add("iova.pml");
        Program.prepare(generate, folder);
        List<String> compile = List.of("gcc", "-O3", "-march=native", "-w", "-DSAFETY", "-DNOREDUCE", "-DMEMLIM=20000");
        List<String> breadthFirst = new ArrayList<>(compile);
        breadthFirst.addAll(List.of("-DBFS", "pan.c", "-o", "pan-bfs"));
        Program.prepare(breadthFirst, folder);
        List<String> depthFirst = new ArrayList<>(compile);
        depthFirst.addAll(List.of("pan.c", "-o", "pan-dfs"));
        Program.prepare(depthFirst, folder);
    }

    @Override
    public List<String> command(Setting setting, ReferenceSize size, Path folder) {
        return setting.equals(BREADTH_FIRST)
                ? List.of(folder.resolve("pan-bfs").toString(), "-w23")
                : List.of(folder.resolve("pan-dfs").toString(), "-w23", "-m10000000");
    }

    /** Spin counts reaching the initial state as a transition; only breadth-first its depth is the diameter. */
    @Override
    public ReferenceSize.Counts counts(Setting setting, String output) throws ToolException {
        if (!output.contains("errors: 0") || output.contains("Search not completed")) {
            throw new ToolException("spin did not complete a search without errors:\n" + output);
        }
        int depth = (int) Numerals.after(DEPTH, output);
        return new ReferenceSize.Counts(
                Numerals.after(STATES, output),
                Numerals.after(TRANSITIONS, output) - 1,
                setting.equals(BREADTH_FIRST) ? depth : -1);
    }
}
