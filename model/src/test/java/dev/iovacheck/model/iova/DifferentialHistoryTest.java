package dev.iovacheck.model.iova;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.model.iova.DifferentialHistory.Goal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random histories show little if they never get to the interesting places. */
class DifferentialHistoryTest {

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
