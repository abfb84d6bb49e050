package dev.iovacheck.counterexamples.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.testing.GoldenFile;
import dev.iovacheck.counterexamples.testing.KnownReplays;
import dev.iovacheck.counterexamples.testing.PlantedLoop;
import dev.iovacheck.model.config.Fault;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Failure;
import dev.iovacheck.model.machine.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceFileTest {

    private static final String TEXT = TraceFileWriter.of(Samples.file(Samples.cached()));

    private static List<String> faults(String text) {
        TraceFileException e = assertThrows(TraceFileException.class, () -> TraceFileReader.read("t.json", text));
        return e.faults().stream().map(Fault::toString).toList();
    }

    @Test
    void aFileIsWrittenSoThatPeopleCanReadIt() {
        GoldenFile.assertMatches("counterexamples", TraceFileTest.class, "cached.json", TEXT);
    }

    @Test
    void whatIsWrittenIsReadBack(@TempDir Path folder) throws Exception {
        TraceFile file = Samples.file(Samples.cached(), Samples.cached());
        Path path = Files.writeString(folder.resolve("t.json"), TraceFileWriter.of(file));
        assertEquals(file, TraceFileReader.read(path));
        TraceFile nothing = Samples.file();
        assertEquals(nothing, TraceFileReader.read("t.json", TraceFileWriter.of(nothing)));
    }

    @ParameterizedTest
    @EnumSource(KnownReplays.class)
    void eachKindIsWrittenAndComesToTheSameWhenItIsRead(KnownReplays known) throws Exception {
        Replay replay = known.replay();
        TraceFile file = Samples.file(replay);
        String text = TraceFileWriter.of(file);
        GoldenFile.assertMatches(
                "counterexamples", TraceFileTest.class, known.name().toLowerCase(Locale.ROOT) + ".json", text);
        assertEquals(List.of(), new TraceSchema().faults(text));
        TraceFile read = TraceFileReader.read("t.json", text);
        assertEquals(file, read);
        assertEquals(
                Optional.empty(), Reenactment.of(read.counterexamples().get(0)).difference());
    }

    @Test
    void aLoopIsWrittenAndReadAndIsNoneWithoutTheMistake() throws Exception {
        TraceFile file = Samples.file(PlantedLoop.replay());
        String text = TraceFileWriter.of(file);
        GoldenFile.assertMatches("counterexamples", TraceFileTest.class, "loop.json", text);
        assertEquals(List.of(), new TraceSchema().faults(text));
        TraceFile read = TraceFileReader.read("t.json", text);
        assertEquals(file, read);
        assertTrue(Reenactment.of(read.counterexamples().get(0)).difference().isPresent(), "the kernel has no loop");
    }

    @Test
    void replayingItComesToTheSame() throws Exception {
        RecordedCounterexample read =
                TraceFileReader.read("t.json", TEXT).counterexamples().get(0);
        assertEquals(new Reenactment(Optional.of(Samples.cached()), Optional.empty()), Reenactment.of(read));
    }

    @Test
    void theFirstStepThatComesToSomethingElseIsNamed() throws Exception {
        String other = TEXT.replaceFirst("\"address\": \"0xf000\" } }", "\"address\": \"0xe000\" } }");
        Reenactment differs = Reenactment.of(
                TraceFileReader.read("t.json", other).counterexamples().get(0));
        assertEquals(
                "step 2 of 5 came to address 0xe000 when it was written down, and comes to address 0xf000 now",
                differs.difference().orElseThrow());
        assertTrue(differs.replay().isPresent());

        String elsewhere = TEXT.replace("\"unmap\", \"cpu\": 1", "\"unmap\", \"cpu\": 0");
        Reenactment notReissued = Reenactment.of(
                TraceFileReader.read("t.json", elsewhere).counterexamples().get(0));
        assertEquals(
                "step 5 of 5 came to address 0xf000 when it was written down, and comes to address 0xe000 now",
                notReissued.difference().orElseThrow());
        assertTrue(notReissued.replay().isEmpty());

        String impossible = TEXT.replace("\"size\": \"0x1000\", \"address\": \"0xf000\"", "\"size\": \"0x2000\"");
        assertEquals(
                Optional.of("step 3 of 5 cannot happen here"),
                Reenactment.of(TraceFileReader.read("t.json", impossible)
                                .counterexamples()
                                .get(0))
                        .difference());
    }

    @Test
    void faultsAreToldAllAtOnceEachAtItsPlace() {
        String broken = TEXT.replace("\"seed\": \"0xfffffffffffffffe\"", "\"seed\": 7")
                .replace("\"no-reserved-overlap\"", "\"no-such-thing\"")
                .replace("    \"devices:\"", "    \"devises:\"")
                .replace("\"devices\": [\"d\"]", "\"devices\": [\"d\", \"d\", \"e\"]")
                .replace("\"result\": { \"kind\": \"void\" }", "\"result\": { \"kind\": \"nothing\", \"why\": 1 }");
        List<String> faults = faults(broken);
        assertEquals(
                List.of("t.json:7:11", "t.json:10:20", "t.json:14:10", "t.json:25:10"),
                faults.stream()
                        .map(fault -> fault.substring(0, fault.indexOf(": error: ")))
                        .toList(),
                faults::toString);
        String unconfigured = broken.replace("\"devises:\"", "\"devices:\"");
        List<String> more = faults(unconfigured);
        assertTrue(more.stream().anyMatch(fault -> fault.contains("again device \"d\"")), more::toString);
        assertTrue(more.stream().anyMatch(fault -> fault.contains("no device \"e\"")), more::toString);
        assertTrue(more.stream().anyMatch(fault -> fault.contains("\"kind\" is \"nothing\"")), more::toString);
        assertTrue(more.stream().anyMatch(fault -> fault.contains("unknown \"why\"")), more::toString);
    }

    @Test
    void whatIsNoTraceIsRefused(@TempDir Path folder) {
        assertEquals(List.of("t.json:1:1: error: no JSON object; a trace is one JSON object"), faults("[]"));
        assertEquals(
                "t.json:1:1: error: no JSON object; a trace is one JSON object",
                faults("").get(0));
        assertTrue(faults(TEXT.substring(0, TEXT.length() / 2)).get(0).contains("is the file whole?"));
        assertTrue(faults("{\"a\":1,\"a\":2}").get(0).startsWith("t.json:1:8: error: \"a\" appears twice"));
        assertTrue(faults("{\"a\":" + "[".repeat(1000)).get(0).contains("not JSON"));
        assertEquals(
                List.of(
                        "t.json:2:13: error: format \"iovacheck-trace/2\" is not known; this version reads iovacheck-trace/1"),
                faults(TEXT.replace("trace/1", "trace/2")));
        TraceFileException missing =
                assertThrows(TraceFileException.class, () -> TraceFileReader.read(folder.resolve("no.json")));
        assertTrue(missing.faults().get(0).toString().endsWith("no.json: error: no such file; check the path"));
        assertThrows(TraceFileException.class, () -> TraceFileReader.read(folder));
    }

    // ---- the schema ----

    @Test
    void theSchemaAllowsWhatIsWritten() {
        TraceSchema schema = new TraceSchema();
        assertEquals(List.of(), schema.faults(TEXT));
        assertEquals(List.of(), schema.faults(TraceFileWriter.of(Samples.file())));
        assertEquals(
                1,
                schema
                        .faults(TEXT.replace(
                                "\"cpu\": 1, \"device\": \"d\", \"group\": \"d\", \"size\": \"0x1000\", \"result\"",
                                "\"cpu\": -1, \"result\""))
                        .stream()
                        .distinct()
                        .count());
    }

    @Test
    void theSchemaNamesAllConstants() {
        TraceSchema schema = new TraceSchema();
        assertEquals(Labels.all(Action.Kind.class), schema.constants("step", "action"));
        assertEquals(Labels.all(Outcome.Kind.class), schema.constants("result", "kind"));
        assertEquals(
                Labels.all(Failure.class).stream()
                        .filter(label -> !label.equals("none"))
                        .toList(),
                schema.constants("step", "failure"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "counterexample", "step", "result"})
    void theReaderKnowsTheMembersOfTheSchema(String part) {
        for (String member : new TraceSchema().members(part)) {
            List<String> faults = faults(with(part, member + "\": {}, \""));
            assertTrue(faults.stream().noneMatch(fault -> fault.contains("unknown \"" + member)), faults::toString);
        }
        assertTrue(faults(with(part, "other\": {}, \"")).get(0).contains("unknown \"other"));
    }

    /** The text with something in front of the first member of a part; a member that is there already goes. */
    private static String with(String part, String more) {
        String first =
                switch (part) {
                    case "" -> "iovacheck\": \"1";
                    case "counterexample" -> "invariant\"";
                    case "step" -> "action\": \"add\"";
                    default -> "kind\": \"success\"";
                };
        String name = more.substring(0, more.indexOf('"'));
        String without = TEXT.replace("\"" + name + "\": ", "\"_" + name + "\": ");
        return without.replace("\"" + first, "\"" + more + first).replace("\"_" + first, "\"" + more + "_" + first);
    }
}
