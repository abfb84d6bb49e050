package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.trace.RecordedCounterexample;
import dev.iovacheck.counterexamples.trace.TraceFileReader;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.ExhaustiveCheck;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.engine.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Shrunk counterexamples of examples have as many steps as the shortest known sequences of the same hazards, each probe of a device
 * counted; and in the configuration that is left no search finds a shorter one. Where a shorter one is there for another reason, its
 * length follows after a slash.
 */
class ShrunkLengthsTest {

    private static final Path EXAMPLES = Path.of(System.getProperty("iovacheck.root", "../.."), "examples");

    private static final Pattern KNOWN = Pattern.compile("([a-z0-9-]+)=(\\d+)(?:/(\\d+))?");

    @TempDir
    private Path folder = Path.of("");

    /** The last column is what is known: the calls after the probes, in the shortest order. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hazards/cached-flushed             | no-reserved-overlap=5 reservation-persistence=4 cache-coherence=4 errno-conformance=3 space-recoverable=3 | map, reserve below and over it: 0; unmap takes the grown node, and the reservation with it; the next map lies in it
            hazards/cached-reissued            | no-reserved-overlap=5 cache-coherence=4 errno-conformance=3 space-recoverable=4/3 | map, unmap, reserve, map: a magazine gives the same pfn out again
            hazards/lazy                       | errno-conformance=2 | reserve: -ENODEV in a domain of type DMA-FQ
            hazards/live-grown                 | no-reserved-overlap=5 reservation-persistence=4 errno-conformance=3 space-recoverable=3 | map, reserve from below into it, unmap: the tree is empty; map: inside the reservation
            hazards/no-group                   | errno-conformance=2 | reserve: an oops
            hazards/overlapping-windows        | no-reserved-overlap=3 group-uniform=2 idempotent-init=2 report-equals-enforce=1 | two probes, the first of which fails; map
            hazards/second-device              | no-reserved-overlap=3 cache-coherence=4 group-uniform=2 order-free=2 report-equals-enforce=2 policy-isolation=2 | two probes; map: in the region of the second
            hazards/shared-group               | policy-isolation=3 | two probes, reserve for one of them
            hazards/uninitialised              | reservation-persistence=3 reservation-effective=2 errno-conformance=2 policy-isolation=3 space-recoverable=3 | a probe that fails, reserve, a second probe that initialises the allocator
            hazards/wrap                       | no-reserved-overlap=4 no-live-overlap=6 no-alias-in-domain=7 reservation-persistence=2 tree-wellformed=2 cover=4 cache-coherence=4 errno-conformance=2 no-leak-at-quiescence=4 space-recoverable=2 | reserve past 2^64: an inverted node, above which searches find what is reserved
            hazards/zero-length                | tree-wellformed=2 cover=3 cache-coherence=4 errno-conformance=2 no-leak-at-quiescence=4 space-recoverable=2 | reserve of nothing: an inverted node, next to which a map gets no node
            hazards/zero-length-at-0           | cache-coherence=4 errno-conformance=2 no-leak-at-quiescence=4 alloc-completeness=3 space-recoverable=2 | reserve of nothing at 0: everything is taken, and each map fails
            known-bugs/B01-retry-overflow      | lower-bound=2 | map: the second pass goes below start_pfn
            known-bugs/B02-no-second-pass      | alloc-completeness=4 max32-sound=4 cached-hint=3 | maps downwards until the only space left is above the hint
            known-bugs/B05-depot-kept          | alloc-completeness=8 | maps and unmaps until the depot keeps what a large map needs
            known-bugs/B08-bug-on-drain        | no-alias-in-domain=4 cache-coherence=5 errno-conformance=5 driver-contract=4 | map, unmap twice
            known-bugs/B09-zero-is-an-address  | lower-bound=2 cover=2 cache-coherence=3 nonzero=2 | map of a list for which there is no address; unmap
            known-bugs/B12-not-rounded-up      | no-live-overlap=5 no-alias-in-domain=4 cover=2 cache-coherence=3 no-leak-at-quiescence=3 class-fit=4 | map of 3, neighbour, unmap of 3, map of 4
            known-bugs/B14-second-device       | no-reserved-overlap=3 cache-coherence=4 group-uniform=2 order-free=2 direct-maps=3 direct-apart=3 report-equals-enforce=2 policy-isolation=2 | two probes; map: in the direct region of the second
            known-bugs/B24-extra-page          | no-leak-at-quiescence=3 pte-subset=2 no-over-exposure=2 | map, unmap
            known-bugs/B30-queue-without-queue | no-use-after-free=3 errno-conformance=3 space-recoverable=2 | map, unmap
            known-bugs/S1-over-live            | no-reserved-overlap=5 reservation-persistence=5 cache-coherence=4 errno-conformance=3 no-leak-at-quiescence=4 space-recoverable=3 | map, reserve over its end, unmap, map
            known-bugs/S2-inside-live          | no-reserved-overlap=5 cache-coherence=4 errno-conformance=3 space-recoverable=3 | map, reserve inside it, unmap, map
            known-bugs/S3-over-cached          | no-reserved-overlap=5 cache-coherence=4 errno-conformance=3 space-recoverable=4/3 | map, unmap, reserve, map
            known-bugs/S4-length-0-at-0        | cache-coherence=4 errno-conformance=2 no-leak-at-quiescence=4 alloc-completeness=3 space-recoverable=2 | reserve of nothing at 0
            known-bugs/S4-length-0-at-5        | tree-wellformed=2 errno-conformance=2 no-leak-at-quiescence=4 space-recoverable=2 | reserve of nothing elsewhere
            known-bugs/S6-lazy-domain          | errno-conformance=2 | reserve: -ENODEV
            known-bugs/S7-sibling              | no-reserved-overlap=6 cache-coherence=5 errno-conformance=4 policy-isolation=3 space-recoverable=4 | two probes, reserve for one of them; or map of the other, reserve, unmap, map
            known-bugs/S8-never-released       | reservation-release=4 | two probes, reserve, the device goes
            known-bugs/S9-inside-a-granule     | satisfiable-window=2 | reserve of parts of granules
            lazy/ring-overflow                 | ring-capacity=33 no-leak-at-quiescence=34 alloc-completeness=45 space-recoverable=36 | a full ring during a flush: fewer steps than in the example, since a map need not wait for a range of the ring where there is more space
            vpu/none                           | lower-bound=2 | map: below the window, when one buffer is as large as the space above
            """)
    void shrunkToTheKnownMinimum(String example, String lengths, String known) throws Exception {
        Path found = folder.resolve("found.json");
        CommandLineRun.of(
                "check",
                "--quiet",
                "--format=trace=" + found,
                EXAMPLES.resolve(example + ".yaml").toString());
        assertTrue(Files.exists(found), "nothing was found");
        CommandLineRun run = CommandLineRun.of("shrink", "--quiet", found.toString());
        assertEquals(0, run.code(), run.out() + run.err());
        String told = run.out().replaceAll("\\s+", " ");
        assertTrue(told.contains("; a search found nothing shorter"), run.out());
        assertFalse(told.contains("was not searched to the end"), run.out());
        Map<String, Counterexample> shrunk = new LinkedHashMap<>();
        for (RecordedCounterexample recorded :
                TraceFileReader.read(folder.resolve("found.small.json")).counterexamples()) {
            assertTrue(recorded.isMinimal());
            shrunk.put(recorded.counterexample().invariant().id(), recorded.counterexample());
        }
        StringBuilder steps = new StringBuilder();
        Matcher each = KNOWN.matcher(lengths);
        while (each.find()) {
            Counterexample small = Objects.requireNonNull(shrunk.get(each.group(1)), each.group(1));
            int search = shortest(small);
            steps.append(steps.length() > 0 ? " " : "")
                    .append(each.group(1))
                    .append('=')
                    .append(small.actions().size())
                    .append(search == small.actions().size() ? "" : "/" + search);
            assertTrue(
                    small.actions().size() <= asShipped(example, each.group(1)),
                    example + ": " + each.group(1) + " has grown");
        }
        assertEquals(lengths, steps.toString(), known);
    }

    /** How many steps the shortest counterexample in a small configuration has. */
    private static int shortest(Counterexample small) {
        SearchOptions options = SearchOptions.defaults().withWorkers(1).withMaxStates(100_000);
        CheckResult.Finding finding = ExhaustiveCheck.run(
                        small.alone().configuration(), options, progress -> {}, () -> false)
                .findings()
                .get(0);
        assertEquals(small.invariant(), finding.invariant());
        return assertInstanceOf(Verdict.Violated.class, finding.verdict())
                .replay()
                .steps()
                .size();
    }

    /** How many steps the search finds in the example itself. */
    private static int asShipped(String example, String id) throws IOException {
        String row = Files.readAllLines(EXAMPLES.resolve("verdicts.tsv")).stream()
                .filter(line -> line.startsWith("examples/" + example + ".yaml\t"))
                .findFirst()
                .orElseThrow();
        Matcher steps = Pattern.compile("(?<![a-z0-9-])" + Pattern.quote(id) + " \\((\\d+)\\)")
                .matcher(row);
        assertTrue(steps.find(), row);
        return Integer.parseInt(steps.group(1));
    }
}
