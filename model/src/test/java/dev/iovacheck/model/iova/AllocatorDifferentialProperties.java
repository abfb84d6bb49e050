package dev.iovacheck.model.iova;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.model.iova.DifferentialHistory.Goal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The allocator and the oracle, which share no code, agree on random histories, legal and abusive, step by step. */
class AllocatorDifferentialProperties {

    @Property(tries = 3000)
    void agreesWithTheOracleAfterEveryStep(@ForAll long world, @ForAll @Size(min = 40, max = 80) List<Long> steps) {
        new DifferentialHistory(world).run(steps);
    }

    @Test
    void theHistoriesReachEverythingTheyAreMeantToReach() {
        Set<Goal> reached = EnumSet.noneOf(Goal.class);
        SplittableRandom random = new SplittableRandom(1);
        for (int history = 0; history < 2000; history++) {
            List<Long> steps = random.longs(60).boxed().toList();
            reached.addAll(new DifferentialHistory(random.nextLong()).run(steps));
        }
        assertEquals(EnumSet.allOf(Goal.class), reached);
    }
}
