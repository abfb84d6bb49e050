package dev.iovacheck.engine.naive;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.config.Configuration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/** On small configurations of every kind the engine finds what the naive search finds. */
class AgreementProperties {

    private static int compared;
    private static int tooLarge;

    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void engineAndNaiveSearchFindTheSame(@ForAll long seed) {
        Configuration configuration = new SmallConfigurations(new Random(seed), Agreement.comparable()).next();
        if (Agreement.check(configuration, 3_000).isPresent()) {
            compared++;
        } else {
            tooLarge++;
        }
    }

    @AfterContainer
    static void enoughWasCompared() {
        assertTrue(compared >= 200, "only " + compared + " were small enough, " + tooLarge + " were not");
    }
}
