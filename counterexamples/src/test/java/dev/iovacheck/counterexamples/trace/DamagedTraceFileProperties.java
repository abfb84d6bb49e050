package dev.iovacheck.counterexamples.trace;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever a file says: it is read, and then it can be replayed, or all that is wrong with it is told. */
class DamagedTraceFileProperties {

    private static final String TEXT = TraceFileWriter.of(Samples.file(Samples.cached()));
    private static final List<String> PIECES = List.of(
            "",
            "0",
            "-1",
            "\"",
            "}",
            "]",
            ",",
            "\"0xffffffffffffffff\"",
            "null",
            "{}",
            "[]",
            "\"map\"",
            "\n",
            "\u0000",
            "\"d\"",
            "0x0",
            "true",
            "999999999",
            "step",
            "unmap",
            "\\u0000");

    @Property(tries = 2000)
    void aDamagedFileIsReadOrRefused(
            @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 1 << 20) Integer> places,
            @ForAll @IntRange(max = 12) int length,
            @ForAll @IntRange(max = 20) int piece) {
        StringBuilder damaged = new StringBuilder(TEXT);
        for (int place : places) {
            int at = place % damaged.length();
            damaged.replace(at, Math.min(damaged.length(), at + length), PIECES.get(piece));
        }
        try {
            for (RecordedCounterexample each :
                    TraceFileReader.read("t.json", damaged.toString()).counterexamples()) {
                Reenactment again = Reenactment.of(each);
                assertFalse(again.replay().isEmpty() && again.difference().isEmpty());
            }
        } catch (TraceFileException e) {
            assertFalse(e.faults().isEmpty());
        }
    }
}
