package dev.iovacheck.bench.compare;

import dev.iovacheck.bench.reference.ReferenceSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** TLC, the model checker of TLA+. It stores 64-bit fingerprints; there is no exact way. */
final class TlcTool implements Tool {

    private static final Pattern GENERATED = Pattern.compile("([0-9,]+) states generated");
    private static final Pattern DISTINCT = Pattern.compile("([0-9,]+) distinct states found, 0 states left");
    private static final Pattern DEPTH = Pattern.compile("depth of the complete state graph search is ([0-9,]+)");

    private final Path models;
    private final @Nullable Path jar;
    private final int processors;

    TlcTool(Path models, @Nullable Path jar, int processors) {
        this.models = models;
        this.jar = jar;
        this.processors = processors;
    }

    @Override
    public String name() {
        return "tlc";
    }

    @Override
    public List<Setting> settings() {
        List<Setting> settings = new ArrayList<>(List.of(new Setting("tlc", "fingerprints", 1, "none")));
        if (processors > 1) {
            settings.add(new Setting("tlc", "fingerprints", processors, "none"));
        }
        return settings;
    }

    @Override
    public Optional<String> missing() {
        if (jar == null) {
            return Optional.of("no jar of TLC was given: --tlc tla2tools.jar, or TLC_JAR in the environment");
        }
        return Files.isReadable(jar) ? Optional.empty() : Optional.of(jar + " cannot be read");
    }

    @Override
    public void prepare(ReferenceSize size, Path folder) throws IOException {
        Files.copy(models.resolve("Iova.tla"), folder.resolve("Iova.tla"), StandardCopyOption.REPLACE_EXISTING);
        String slots = size.slots() == 3 ? "m1, m2, m3" : "m1, m2, m3, m4";
        Files.writeString(
                folder.resolve("Iova.cfg"),
                "SPECIFICATION Spec\nCONSTANTS N = 28 LB = " + size.lowerBound() + " RLO = 20 RHI = 21 Cap = 2\n"
                        + "  Slots = {" + slots + "} CPUs = {c0, c1}\n"
                        + "INVARIANTS AboveBound NoReserved NoOverlap TreeExact\n");
    }

    @Override
    public List<String> command(Setting setting, ReferenceSize size, Path folder) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                "-cp",
                String.valueOf(jar),
                "tlc2.TLC",
                "-workers",
                Integer.toString(setting.threads()),
                "-metadir",
                folder.resolve("tlc-states").toString(),
                "-cleanup",
                "-deadlock",
                "Iova");
    }

    /** TLC counts the initial state as generated, and as depth 1. */
    @Override
    public ReferenceSize.Counts counts(Setting setting, String output) throws ToolException {
        if (!output.contains("No error has been found")) {
            throw new ToolException("TLC did not complete a search without errors:\n" + output);
        }
        return new ReferenceSize.Counts(
                Numerals.after(DISTINCT, output),
                Numerals.after(GENERATED, output.substring(output.lastIndexOf("No error has been found"))) - 1,
                (int) Numerals.after(DEPTH, output) - 1);
    }
}
