package dev.iovacheck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationReader;
import org.junit.jupiter.api.Test;

/** Interleavings that a reduced search has missed once. */
class ForcedStepTest {

    /** Two calls of length 0 break the tree; from then on it gives away ranges whose unmap is not at its end. */
    private static final String BROKEN_TREE = """
            iovacheck: 1
            kernel: { profile: v6.1, with: [B04a, B11a] }
            cpus: 2
            iommu: { aperture: 0..8GiB, force-aperture: false }
            devices:
              d: { bus: pci, mask: 0x65fff, window: 0x2000..0xdd000, bridge-windows: [[0x6000, 0x8fff]] }
            mechanism: dma_iova_set_resv_region
            reserve:
              - { device: d, range: 0x6000..0x9000, when: while-idle }
              - { device: d, start: 0x1064, length: 0 }
              - { device: d, start: 0, length: 0 }
            workload:
              d: { map: [132KiB], live: 2 }
            explore: { depot-work: false, interleaving: steps }
            check: [flush-before-reuse]
            """;

    private static Verdict.Violated violation(boolean reductions) throws Exception {
        Configuration configuration = new ConfigurationReader(Catalogue.ids()).read("broken-tree.yaml", BROKEN_TREE);
        CheckResult result = ExhaustiveCheck.run(
                configuration,
                SearchOptions.defaults().withWorkers(1).withReductions(reductions),
                progress -> {},
                () -> false);
        return assertInstanceOf(Verdict.Violated.class, result.findings().get(0).verdict());
    }

    @Test
    void aBrokenTreeGivesAwayWhatIsNotFlushedYet() throws Exception {
        assertEquals(violation(false).steps(), violation(true).steps());
        assertTrue(violation(true).steps() > 1);
    }
}
