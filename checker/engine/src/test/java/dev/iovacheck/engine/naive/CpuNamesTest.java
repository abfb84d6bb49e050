package dev.iovacheck.engine.naive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.ExhaustiveCheck;
import dev.iovacheck.engine.Reduction;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.machine.Configurations;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where CPU numbers make a difference the engine must not forget them. */
class CpuNamesTest {

    private static final int[] SWAPPED = {1, 0};

    /** A call of length 0 at page 2, and pages up to 7. */
    private static Configuration configuration(int live, int... sizes) {
        return Configurations.of(
                KernelProfile.V7_1,
                2,
                Mechanism.POSTED_API,
                new Exploration(false, false, false, false),
                List.of(Configurations.device(0, "g", 0, 7, live, sizes)),
                List.of(Configurations.call(0, 0, 2, 1, Reservation.When.BEFORE_FIRST_MAP)));
    }

    @Test
    void theOrderInWhichCachesAreEmptiedShowsInTheShapeOfTheTree() {
        NaiveMachine machine = new NaiveMachine(configuration(3, 1, 4), List.of(0));
        NaiveState state = machine.initial();
        for (String action : List.of(
                "add 0",
                "call 0",
                "map 4096 for 0 on 0", // 7
                "map 4096 for 0 on 0", // 6
                "map 4096 for 0 on 0", // 5
                "unmap NaiveMapping[first=7, device=0, buffer=0, linked=0, lost=false, others=[]] on 1",
                "map 4096 for 0 on 0", // 4
                "unmap NaiveMapping[first=5, device=0, buffer=0, linked=0, lost=false, others=[]] on 0")) {
            state = after(machine, state, action);
        }
        // No room for four pages: the caches are emptied, CPU 0 first.
        NaiveState flushed = after(machine, state, "map 16384 for 0 on 0");
        NaiveState flushedAsTwin = after(machine, state.withCpusRenamed(SWAPPED), "map 16384 for 0 on 1");
        assertNotEquals(flushed.withCpusRenamed(SWAPPED), flushedAsTwin);
    }

    private static NaiveState after(NaiveMachine machine, NaiveState state, String action) {
        return machine.steps(state).stream()
                .filter(step -> step.what().equals(action))
                .findFirst()
                .orElseThrow(() -> new AssertionError("cannot happen: " + action))
                .after();
    }

    @Test
    void theEngineTellsCpusApartWhereTheShapeIsState() {
        Configuration configuration = configuration(2, 1);
        assertEquals(
                states(configuration, EnumSet.of(Reduction.SLOTS)),
                states(configuration, EnumSet.allOf(Reduction.class)));
    }

    private static long states(Configuration configuration, Set<Reduction> reductions) {
        SearchOptions options = SearchOptions.defaults().withReductions(reductions);
        CheckResult result = ExhaustiveCheck.run(configuration, options, progress -> {}, () -> false);
        return result.coverage().states();
    }
}
