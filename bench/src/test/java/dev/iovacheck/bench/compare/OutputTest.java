package dev.iovacheck.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.bench.reference.ReferenceSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What tools print is understood, and what is printed of it. */
class OutputTest {

    private static final ReferenceSize.Counts SMALL =
            ReferenceSize.SMALL.counts().orElseThrow();

    private final Tool spin = new SpinTool(Path.of("."));
    private final Tool tlc = new TlcTool(Path.of("."), null, 2);

    @Test
    void spin() throws ToolException {
        String output = """
                State-vector 20 byte, depth reached 26, errors: 0
                   404644 states, stored
                           404644 nominal states (stored-atomic)
                  2421963 states, matched
                  2826607 transitions (= stored+matched)
                """;
        assertEquals(SMALL, spin.counts(spin.settings().get(0), output));
        assertEquals(-1, spin.counts(spin.settings().get(1), output).diameter());
        assertThrows(
                ToolException.class,
                () -> spin.counts(spin.settings().get(0), output.replace("errors: 0", "errors: 1")));
        assertThrows(
                ToolException.class,
                () -> spin.counts(spin.settings().get(0), "Warning: Search not completed\n" + output));
    }

    @Test
    void spinWithManyTransitions() throws ToolException {
        String output =
                "depth reached 33, errors: 0\n 3725068 states, stored\n 26598145 transitions (= stored+matched)\n";
        assertEquals(
                ReferenceSize.MAIN.counts().orElseThrow(),
                spin.counts(spin.settings().get(0), output));
    }

    @Test
    void tlc() throws ToolException {
        String output = """
                Progress(12) at 2026-01-01 00:00:00: 1,000,000 states generated, 200,000 distinct states found, 9,000 states left on queue.
                Model checking completed. No error has been found.
                2826607 states generated, 404644 distinct states found, 0 states left on queue.
                The depth of the complete state graph search is 27.
                """;
        assertEquals(SMALL, tlc.counts(tlc.settings().get(0), output));
        assertThrows(
                ToolException.class,
                () -> tlc.counts(tlc.settings().get(0), "Error: Invariant NoOverlap is violated."));
    }

    @Test
    void countsThatDifferAreTold() {
        Measurement one = measurement("iovacheck", "exact", 1, SMALL, 0.5);
        Measurement other = measurement("spin", "x", 1, new ReferenceSize.Counts(404_643, 2_826_606, -1), 1);
        Measurement reduced = new Measurement(
                new Setting("iovacheck", "exact", 1, "slots"), new ReferenceSize.Counts(87_665, 654_312, 26));
        Measurement lossy = new Measurement(
                new Setting("baseline", "exact", 1, "slots"), new ReferenceSize.Counts(87_664, 654_312, 26));
        assertEquals(List.of(), Agreement.disagreements(List.of(one, reduced), ReferenceSize.SMALL::counts));
        assertEquals(
                List.of(
                        "baseline, exact, 1 thread, slots counts 87664 states, 654312 transitions, diameter 26 instead of 87665 states, "
                                + "654312 transitions, diameter 26, as was counted before"),
                Agreement.disagreements(List.of(one, reduced, lossy), ReferenceSize.SMALL::counts));
        List<String> told = Agreement.disagreements(List.of(one, other), unknown -> Optional.empty());
        assertEquals(
                List.of(
                        "spin, x, 1 thread counts 404643 states, 2826606 transitions, no diameter instead of 404644 states, "
                                + "2826606 transitions, diameter 26, as by iovacheck, exact, 1 thread"),
                told);
    }

    @Test
    void tableAndJson() {
        List<Measurement> all = List.of(
                measurement("iovacheck", "exact", 1, SMALL, 0.5),
                measurement("baseline", "fingerprints", 1, SMALL, 0.25),
                measurement("spin", "breadth-first, exact", 1, SMALL, 2.5));
        assertEquals(
                List.of(
                        "| tool      | setting              | threads | reduction |  states | transitions | seconds |  states/s | peak MB | B/state | vs C++ | vs Spin |",
                        "|-----------|----------------------|--------:|-----------|--------:|------------:|--------:|----------:|--------:|--------:|-------:|--------:|",
                        "| iovacheck | exact                |       1 | none      | 404,644 |   2,826,606 |    0.50 |   809,288 |      40 |     100 |   2.00 |    0.20 |",
                        "| baseline  | fingerprints         |       1 | none      | 404,644 |   2,826,606 |    0.25 | 1,618,576 |      40 |     100 |   1.00 |    0.10 |",
                        "| spin      | breadth-first, exact |       1 | none      | 404,644 |   2,826,606 |    2.50 |   161,858 |      40 |     100 |  10.00 |    1.00 |"),
                Table.of(all));
        String json = Json.of(all);
        for (String field : List.of(
                "\"tool\" : \"iovacheck\"",
                "\"setting\" : \"exact\"",
                "\"threads\" : 1",
                "\"reduction\" : \"none\"",
                "\"states\" : 404644",
                "\"transitions\" : 2826606",
                "\"seconds\" : 0.5",
                "\"statesPerSecond\" : 809288",
                "\"peakBytes\" : 40464400")) {
            assertTrue(json.contains(field), json);
        }
    }

    private static Measurement measurement(
            String tool, String name, int threads, ReferenceSize.Counts counts, double seconds) {
        Measurement one = new Measurement(new Setting(tool, name, threads, "none"), counts);
        one.add(2 * seconds, 10);
        one.add(seconds, 100 * counts.states());
        one.add(seconds / 2, 10);
        return one;
    }
}
