package dev.iovacheck.bench.compare;

import dev.iovacheck.bench.reference.ReferenceSize;
import dev.iovacheck.bench.run.EngineProcess;
import dev.iovacheck.bench.run.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** This engine, in a virtual machine of its own that starts anew for every run, with the options that the launcher gives. */
final class EngineTool implements Tool {

    private static final String FULL = "slots, CPUs";

    private static final Pattern STATES = Pattern.compile("states=([0-9]+) transitions");
    private static final Pattern TRANSITIONS = Pattern.compile("transitions=([0-9]+)");
    private static final Pattern DIAMETER = Pattern.compile("diameter=([0-9]+)");

    private final Path archive;
    private final int processors;

    /** @param archive where the classes are kept in a form that starts fast */
    EngineTool(Path archive, int processors) {
        this.archive = archive;
        this.processors = processors;
    }

    @Override
    public String name() {
        return "iovacheck";
    }

    @Override
    public List<Setting> settings() {
        List<Setting> settings = new ArrayList<>();
        for (int threads = 1; threads <= processors; threads += Math.max(1, processors - 1)) {
            settings.add(new Setting(name(), "exact", threads, "none"));
            settings.add(new Setting(name(), "fingerprint", threads, "none"));
            settings.add(new Setting(name(), "exact", threads, FULL));
        }
        return settings;
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public void prepare(ReferenceSize size, Path folder) throws IOException, InterruptedException {
        Path classes = folder.resolve("engine.classes");
        // Only a jar can be archived; without the archive it merely starts slower. Two threads, for what only several
        // of them need.
        Program.run(
                EngineProcess.command(
                        List.of("-Xshare:off", "-XX:DumpLoadedClassList=" + classes),
                        new ReferenceSize(24, 3),
                        2,
                        "exact",
                        "none"),
                folder);
        Program.run(EngineProcess.archiveCommand(classes, archive), folder);
    }

    @Override
    public List<String> command(Setting setting, ReferenceSize size, Path folder) {
        return EngineProcess.command(
                List.of("-XX:SharedArchiveFile=" + archive),
                size,
                setting.threads(),
                setting.name(),
                setting.isWhole() ? "none" : "full");
    }

    @Override
    public ReferenceSize.Counts counts(Setting setting, String output) throws ToolException {
        if (!output.contains(" violations=0 ")) {
            throw new ToolException("the search was not complete:\n" + output);
        }
        return new ReferenceSize.Counts(Numerals.after(STATES, output), Numerals.after(TRANSITIONS, output), (int)
                Numerals.after(DIAMETER, output));
    }
}
