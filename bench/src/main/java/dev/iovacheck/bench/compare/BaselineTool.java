package dev.iovacheck.bench.compare;

import dev.iovacheck.bench.reference.ReferenceSize;
import dev.iovacheck.bench.run.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A search written by hand in C++ for this one model: about what the machine can do. */
final class BaselineTool implements Tool {

    private static final String FINGERPRINTS = "fingerprints";
    private static final String EXACT = "exact";
    private static final String SLOTS = "slots";

    private static final Pattern STATES = Pattern.compile("distinct=([0-9]+)");
    private static final Pattern TRANSITIONS = Pattern.compile("trans=([0-9]+)");
    private static final Pattern DIAMETER = Pattern.compile("diameter=([0-9]+)");

    private final Path sources;
    private final int processors;

    BaselineTool(Path sources, int processors) {
        this.sources = sources;
        this.processors = processors;
    }

    @Override
    public String name() {
        return "baseline";
    }

    @Override
    public List<Setting> settings() {
        List<Setting> settings = new ArrayList<>(List.of(
                new Setting(name(), FINGERPRINTS, 1, "none"),
                new Setting(name(), EXACT, 1, "none"),
                new Setting(name(), FINGERPRINTS, 1, SLOTS)));
        if (processors > 1) {
            settings.add(new Setting(name(), FINGERPRINTS, processors, "none"));
        }
        return settings;
    }

    @Override
    public Optional<String> missing() {
        return Program.exists("g++") ? Optional.empty() : Optional.of("there is no g++ to compile it");
    }

    @Override
    public void prepare(ReferenceSize size, Path folder) throws IOException, InterruptedException {
        compile(size, folder, "baseline-" + FINGERPRINTS, "-DPLAIN");
        compile(size, folder, "baseline-" + EXACT, "-DEXACT");
        compile(size, folder, "baseline-" + SLOTS, "-DSYM");
    }

    private void compile(ReferenceSize size, Path folder, String name, String option)
            throws IOException, InterruptedException {
        Program.prepare(
                List.of(
                        "g++",
                        "-O3",
                        "-march=native",
                        "-std=c++17",
                        "-pthread",
                        "-DLB=" + size.lowerBound(),
                        "-DM=" + size.slots(),
                        option,
                        "-o",
                        name,
                        sources.resolve("reference.cpp").toString()),
                folder);
    }

    @Override
    public List<String> command(Setting setting, ReferenceSize size, Path folder) {
        String program = "baseline-" + (setting.isWhole() ? setting.name() : SLOTS);
        int tableBits = size.slots() == 4 || size.lowerBound() < 16 ? 27 : 23;
        return List.of(
                folder.resolve(program).toString(), Integer.toString(setting.threads()), Integer.toString(tableBits));
    }

    @Override
    public ReferenceSize.Counts counts(Setting setting, String output) throws ToolException {
        if (!output.contains(" viol=0 ")) {
            throw new ToolException("the search in C++ was not complete:\n" + output);
        }
        return new ReferenceSize.Counts(Numerals.after(STATES, output), Numerals.after(TRANSITIONS, output), (int)
                Numerals.after(DIAMETER, output));
    }
}
