package dev.iovacheck.engine.naive;

import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
