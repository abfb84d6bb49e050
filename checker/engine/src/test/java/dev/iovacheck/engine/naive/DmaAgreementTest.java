package dev.iovacheck.engine.naive;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Both searches find the same of machines whose drivers use all calls of the DMA API, with failures and mistakes. */
class DmaAgreementTest {

    @Test
    void engineAndNaiveSearchFindTheSame() {
        int compared = 0;
        for (long seed = 0; compared < 60; seed++) {
            Configuration configuration = new SmallConfigurations(new Random(seed), Agreement.comparable()).nextOfDma();
            if (Agreement.check(configuration, 2_000).isPresent()) {
                compared++;
            }
            assertTrue(seed < 1_000, "too few are small enough");
        }
    }

    /** Lists that are mapped segment by segment are rare among the others, and have failures at each segment. */
    @Test
    void engineAndNaiveSearchFindTheSameOfListsThatMayBeBounced() {
        int compared = 0;
        for (long seed = 0; compared < 15; seed++) {
            Configuration configuration = new SmallConfigurations(new Random(seed), Agreement.comparable()).nextOfDma();
            if (hasRangePerSegment(configuration)
                    && Agreement.check(configuration, 3_000).isPresent()) {
                compared++;
            }
            assertTrue(seed < 5_000, "too few are small enough");
        }
    }

    private static boolean hasRangePerSegment(Configuration configuration) {
        return configuration.devices().stream().anyMatch(device -> device.buffers().stream()
                .filter(buffer ->
                        buffer.call() == Buffer.Call.SG && buffer.segments().size() > 1)
                .anyMatch(buffer -> device.dma().untrusted()
                        || (!device.dma().coherent() && buffer.has(Buffer.Attribute.KMALLOC))));
    }
}
