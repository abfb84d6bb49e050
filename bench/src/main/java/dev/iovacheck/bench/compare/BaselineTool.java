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
    private static final String FULL = "slots, CPUs";

    /** Logarithm of the places of its table, which does not grow: a little more than the states of the main size need. */
    private static final int TABLE = 23;

    private static final int LARGE_TABLE = 27;

    private static final Pattern STATES = Pattern.compile("states=([0-9]+)");
    private static final Pattern TRANSITIONS = Pattern.compile("transitions=([0-9]+)");
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
        List<Setting> settings = new ArrayList<>();
        for (int threads = 1; threads <= processors; threads += Math.max(1, processors - 1)) {
            settings.add(new Setting(name(), FINGERPRINTS, threads, "none"));
            settings.add(new Setting(name(), EXACT, threads, "none"));
            settings.add(new Setting(name(), EXACT, threads, SLOTS));
            settings.add(new Setting(name(), EXACT, threads, FULL));
        }
        return settings;
    }

    @Override
    public Optional<String> missing() {
        return Program.exists("g++")
                ? Optional.empty()
                : Optional.of("there is no g++ to compile it; the Debian package g++ has it");
    }

    @Override
    public void prepare(ReferenceSize size, Path folder) throws IOException, InterruptedException {
        Program.prepare(
                List.of(
                        "g++",
                        "-O3",
                        "-march=native",
                        "-std=c++17",
                        "-pthread",
                        "-DLB=" + size.lowerBound(),
                        "-DM=" + size.slots(),
                        "-o",
                        "baseline",
                        sources.resolve("reference.cpp").toString()),
                folder);
    }

    @Override
    public List<String> command(Setting setting, ReferenceSize size, Path folder) {
        return List.of(
                folder.resolve("baseline").toString(),
                Integer.toString(setting.threads()),
                setting.name(),
                setting.reduction().equals(FULL) ? "full" : setting.reduction(),
                Integer.toString(size.slots() == 4 || size.lowerBound() < 16 ? LARGE_TABLE : TABLE));
    }

    @Override
    public ReferenceSize.Counts counts(Setting setting, String output) throws ToolException {
        if (!output.contains(" violations=0 ")) {
            throw new ToolException("the search in C++ was not complete:\n" + output);
        }
        return new ReferenceSize.Counts(Numerals.after(STATES, output), Numerals.after(TRANSITIONS, output), (int)
                Numerals.after(DIAMETER, output));
    }
}
