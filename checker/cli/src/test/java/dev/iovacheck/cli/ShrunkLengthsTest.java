package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Shrunk counterexamples of examples have as many steps as the shortest known sequences of the same hazards, each probe of a device
 * counted.
 */
class ShrunkLengthsTest {

    private static final Pattern LINE = Pattern.compile("(?m)^([a-z0-9-]+): \\d+ steps? came to (\\d+) in");

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hazards/cached-flushed      | cache-coherence=4 errno-conformance=3 no-reserved-overlap=5 reservation-persistence=4 space-recoverable=3
            hazards/cached-reissued     | cache-coherence=4 errno-conformance=3 no-reserved-overlap=5 space-recoverable=4
            hazards/lazy                | errno-conformance=2
            hazards/live-grown          | errno-conformance=3 no-reserved-overlap=5 reservation-persistence=4 space-recoverable=3
            hazards/no-group            | errno-conformance=2
            hazards/second-device       | cache-coherence=4 group-uniform=2 no-reserved-overlap=3 order-free=2 policy-isolation=2 report-equals-enforce=2
            hazards/shared-group        | policy-isolation=3
            hazards/uninitialised       | errno-conformance=2 policy-isolation=3 reservation-effective=2 reservation-persistence=3 space-recoverable=3
            hazards/zero-length-at-0    | alloc-completeness=3 cache-coherence=4 errno-conformance=2 no-leak-at-quiescence=4 space-recoverable=2
            known-bugs/S1-over-live     | errno-conformance=3 no-reserved-overlap=5
            known-bugs/S2-inside-live   | errno-conformance=3
            known-bugs/S3-over-cached   | cache-coherence=4 no-reserved-overlap=5
            known-bugs/S7-sibling       | policy-isolation=3
            vpu/none                    | lower-bound=2
            """)
    void shrunkToTheKnownMinimum(String example, String lengths) throws Exception {
        Path file = folder.resolve("found.json");
        Path root = Path.of(System.getProperty("iovacheck.root", "../.."));
        CommandLineRun.of(
                "check",
                "--quiet",
                "--format=trace=" + file,
                root.resolve("examples/" + example + ".yaml").toString());
        assertTrue(Files.exists(file), "nothing was found");
        CommandLineRun run = CommandLineRun.of("shrink", "--quiet", file.toString());
        assertEquals(0, run.code(), run.out() + run.err());
        Map<String, String> shrunk = new TreeMap<>();
        Matcher line = LINE.matcher(run.out());
        while (line.find()) {
            shrunk.put(line.group(1), line.group(2));
        }
        for (String known : lengths.split(" ", -1)) {
            String id = known.substring(0, known.indexOf('='));
            assertEquals(known.substring(known.indexOf('=') + 1), shrunk.get(id), example + " " + id + " of " + shrunk);
        }
    }
}
