package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.counterexamples.testing.RandomWay;
import dev.iovacheck.counterexamples.trace.RecordedCounterexample;
import dev.iovacheck.counterexamples.trace.TraceFile;
import dev.iovacheck.counterexamples.trace.TraceFileReader;
import dev.iovacheck.counterexamples.trace.TraceFileWriter;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.machine.Action;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A random walk of about 5,000 steps that hits the hazard of a cached range, from its file to its four steps, by the command. */
class LongTraceTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void fiveThousandStepsComeToFourByTheCommand() throws Exception {
        Counterexample walk = RandomWay.of(
                new ConfigurationReader(Catalogue.ids()).read("large.yaml", RandomWay.LARGE),
                "cache-coherence",
                5000,
                1);
        assertTrue(walk.actions().size() > 4900, () -> "only " + walk.actions().size());
        Path file = folder.resolve("found.json");
        Files.writeString(
                file,
                TraceFileWriter.of(new TraceFile(
                        TraceFiles.provenance("random", OptionalLong.of(1)),
                        List.of(RecordedCounterexample.of(Replayer.replay(walk), false)),
                        List.of())));
        CommandLineRun run = CommandLineRun.of("shrink", "--quiet", file.toString());
        assertEquals(0, run.code(), run.out() + run.err());
        RecordedCounterexample small = TraceFileReader.read(folder.resolve("found.small.json"))
                .counterexamples()
                .get(0);
        assertTrue(small.isMinimal());
        assertEquals(
                List.of(Action.Kind.ADD, Action.Kind.MAP, Action.Kind.UNMAP, Action.Kind.RESERVE),
                small.counterexample().actions().stream().map(Action::kind).toList());
        assertTrue(run.out().replaceAll("\\s+", " ").contains("steps came to 4 in"), run.out());
        assertTrue(run.out().replaceAll("\\s+", " ").contains("a search found nothing shorter"), run.out());
    }
}
