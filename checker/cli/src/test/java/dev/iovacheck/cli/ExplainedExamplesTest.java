package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.counterexamples.explain.Explanation;
import dev.iovacheck.counterexamples.trace.RecordedCounterexample;
import dev.iovacheck.counterexamples.trace.TraceFileReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of counterexamples that no step before the last had made visible. */
class ExplainedExamplesTest {

    private static final Path EXAMPLES = Path.of(System.getProperty("iovacheck.root", "../.."), "examples");

    @TempDir
    private Path folder = Path.of("");

    /** The step that is to blame, then words from the sentences. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            boards/S06-h713                | direct-maps           |  6 | Step 6 is given a range that lies in the direct region [0x6c100000, 0x6c8fffff]
            boards/S11-juno-user           | reachability          |  4 | with what the device can reach: [0x80000000, 0x9ffffffff]
            dma/sg-boundary                | no-over-exposure      |  2 | segment_boundary_mask + 1, which is 0x10000 for hba
            dma/two-phase                  | no-leak-at-quiescence |  4 | gives back as much as was linked, 4 KiB, and not what dma_iova_try_alloc took in step 2, 8 KiB
            groups/claim-v6.1              | direct-maps           |  3 | attaches the blocking domain, which maps nothing
            groups/direct-unaligned        | direct-maps           |  1 | The region [0x8800, 0xafff] begins inside a granule.
            groups/doorbell-window-claimed | reachability          |  4 | with other regions: [0x8080000, 0x808ffff] of nic lies in it
            groups/reservation-under-a-user | errno-conformance    |  3 | In step 2 a user has claimed the group
            groups/setup-memory            | errno-conformance     |  1 | in step 2 iommu_dma_init_domain takes it for that and returns 0. Step 3 looks into the caches
            groups/setup-memory            | idempotent-init       |  1 | In step 1 iova_domain_init_rcaches finds no memory
            groups/setup-memory            | report-equals-enforce |  1 | it lists the regions all the same
            known-bugs/B18b-cpu-order      | errno-conformance     |  1 | [0x0, 0x3fffffff], [0x40000000, 0x7fffffff], in the order of their CPU addresses
            known-bugs/B39-doorbell-of-a-user | reachability       |  4 | maps the doorbell in the default domain of the group, at [0xfffff000, 0xffffffff]
            known-bugs/S5-over-queued      | type-tells-mode       |  2 | makes the flush queue visible (fq_domain) in step 3
            known-bugs/S9-inside-a-granule | satisfiable-window    |  2 | [0x2800, 0x37ff] for d. reserve_iova takes pfns
            lazy/ring-overflow             | ring-capacity         | 23 | Step 23 counts a flush as started (fq_flush_start_cnt), and in step 37 it is not counted as finished
            pci/dma-windows                | report-equals-enforce |  1 | For the host bridge of nic, iova_reserve_pci_windows keeps free
            """)
    void theStepIsNamedAndWhy(String example, String id, int step, String words) throws Exception {
        Path file = folder.resolve("found.json");
        CommandLineRun.of(
                "check",
                "--quiet",
                "--format=trace=" + file,
                EXAMPLES.resolve(example + ".yaml").toString());
        List<RecordedCounterexample> all = TraceFileReader.read(file).counterexamples();
        for (RecordedCounterexample each : all) {
            Replay replay = Replayer.replay(each.counterexample());
            Explanation explanation = Explanation.of(replay);
            String because = String.join(" ", explanation.sentences());
            assertTrue(explanation.sentences().size() <= 3, because);
            assertTrue(explanation.sentences().size() > 1 || !because.contains("itself does it"), because);
            if (each.counterexample().invariant().id().equals(id)) {
                assertEquals(step, explanation.step(), because);
                assertTrue(because.contains(words), because);
            }
        }
        assertTrue(
                all.stream()
                        .anyMatch(each -> each.counterexample().invariant().id().equals(id)),
                "not violated");
    }
}
