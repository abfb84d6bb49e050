package dev.iovacheck.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What must happen sometimes: how it is read, and what is wrong with it. */
class GoalReaderTest {

    private static Configuration read(String goal) throws ConfigurationException {
        return Sample.read("""
                iovacheck: 1
                kernel: v6.1
                devices: { dev0: {}, idle: {} }
                mechanism: dma_iova_set_resv_region
                reserve: [{ device: dev0, range: 0..4KiB }]
                workload: { dev0: { map: 4KiB, live: 3 } }
                sometimes:
                  - %s
                """.formatted(goal));
    }

    @Test
    void everyKindReadsAsWritten() throws ConfigurationException {
        assertEquals(List.of(new Goal.Live(Goal.ANY, 9)), read("{ live: 9 }").goals());
        assertEquals(
                List.of(new Goal.Live(0, 3)), read("{ device: dev0, live: 3 }").goals());
        assertEquals(
                List.of(new Goal.MapFails(0)),
                read("{ map: fails, device: dev0 }").goals());
        assertEquals(
                List.of(new Goal.Returns(Goal.ANY, Goal.Call.DMA_IOVA_SET_RESV_REGION, Errno.EBUSY)),
                read("{ returns: -EBUSY, of: dma_iova_set_resv_region }").goals());
        assertEquals(
                List.of(new Goal.Returns(1, Goal.Call.IOMMU_DMA_INIT_DOMAIN, null)),
                read("{ returns: 0, of: iommu_dma_init_domain, device: idle }").goals());
        assertEquals(
                List.of(new Goal.Taken(Branch.RESERVE_GROWS_NODE)),
                read("{ branch: reserve-grows-node }").goals());
        assertEquals(List.of(), Sample.read(Sample.SHORTEST).goals());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    { }                                | 8:5: error: the entry does not say what must happen; write one of live, map, returns and branch in each entry
                    { live: 2, map: fails }            | 8:16: error: the entry has a goal already; write one of live, map, returns and branch in each entry
                    { live: 0 }                        | 8:13: error: 'live' is '0'; write a number from 1 to 64
                    { device: dev1, live: 1 }          | 8:15: error: unknown device 'dev1' in sometimes; did you mean 'dev0'?
                    { device: dev0, live: 4 }          | 8:21: error: the driver of 'dev0' holds at most 3 mappings at a time; ask for less, or give it more with live: in the workload
                    { device: idle, live: 1 }          | 8:21: error: the driver of 'idle' maps nothing; ask for less, or give it more with live: in the workload
                    { map: works }                     | 8:12: error: unknown result of a map 'works'; write one of fails
                    { returns: -EBUSY }                | 8:7: error: the entry does not say what returns it; add of: dma_iova_set_resv_region or of: iommu_dma_init_domain
                    { live: 1, of: iommu_dma_init_domain } | 8:16: error: 'of' goes with returns; leave it out
                    { branch: reserve-grows-nodes }    | 8:15: error: unknown branch 'reserve-grows-nodes'; did you mean 'reserve-grows-node'?
                    { device: dev0, branch: reserve-grows-node } | 8:7: error: a branch is taken for no device in particular; leave it out
                    { branch: depot-work-trims }       | 8:7: error: kernel v6.1 has no such branch; choose another kernel, or leave the goal out
                    """)
    void whatCannotBeMeantIsRefused(String goal, String message) {
        ConfigurationException thrown = assertThrows(ConfigurationException.class, () -> read(goal));
        assertEquals(
                List.of("sample.yaml:" + message),
                thrown.faults().stream().map(Object::toString).toList());
    }

    @Test
    void aCallThatNobodyMakesReturnsNothing() {
        ConfigurationException thrown = assertThrows(
                ConfigurationException.class,
                () -> Sample.read(Sample.SHORTEST + "sometimes: [{ returns: 0, of: dma_iova_set_resv_region }]\n"));
        assertEquals(1, thrown.faults().size());
    }
}
