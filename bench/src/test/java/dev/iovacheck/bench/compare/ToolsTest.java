package dev.iovacheck.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.iovacheck.bench.reference.ReferenceSize;
import dev.iovacheck.bench.run.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The tools that are here are run on a small size and count the same. */
class ToolsTest {

    private static final ReferenceSize TINY = new ReferenceSize(22, 3);
    private static final ReferenceSize.Counts EXPECTED = new ReferenceSize.Counts(30_256, 198_930, 18);
    private static final Path ROOT = Path.of(System.getProperty("iovacheck.root"));

    @TempDir
    Path folder;

    /** With a reduction: counted once by the baseline and the engine, to be told when it changes. */
    private static Optional<ReferenceSize.Counts> known(String reduction) {
        return Optional.of(
                switch (reduction) {
                    case "none" -> EXPECTED;
                    case "slots" -> new ReferenceSize.Counts(7_955, 55_540, 18);
                    default -> new ReferenceSize.Counts(4_019, 28_061, 18);
                });
    }

    @TestFactory
    Stream<DynamicTest> allCountTheSame() {
        List<Tool> tools = List.of(
                new EngineTool(folder.resolve("classes.jsa"), 2),
                new BaselineTool(ROOT.resolve("bench/baseline"), 2),
                new SpinTool(ROOT.resolve("bench/models")));
        return tools.stream()
                .map(tool -> DynamicTest.dynamicTest(tool.name(), () -> {
                    assumeTrue(tool.missing().isEmpty(), () -> tool.missing().orElse(""));
                    tool.prepare(TINY, folder);
                    for (Setting setting : tool.settings()) {
                        Program.Run run = Program.run(tool.command(setting, TINY, folder), folder);
                        assertEquals(0, run.exitCode(), run.output());
                        ReferenceSize.Counts counts = tool.counts(setting, run.output());
                        Measurement measurement = new Measurement(setting, counts);
                        assertEquals(List.of(), Agreement.disagreements(List.of(measurement), ToolsTest::known));
                    }
                }));
    }
}
