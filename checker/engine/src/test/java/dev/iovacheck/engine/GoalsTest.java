package dev.iovacheck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Goal;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.machine.Configurations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must happen sometimes is found by the shortest way, however the search goes about it. */
class GoalsTest {

    private static final int NEVER = -1;

    /** Twins in one group, and a third device that is like them in a group of its own. Each maps one page of six, two at a time. */
    private static Configuration configuration(Goal... goals) {
        List<Device> devices = List.of(
                Configurations.device(0, "g", 1, 6, 2, 1),
                Configurations.device(1, "g", 1, 6, 2, 1),
                Configurations.device(2, "h", 1, 6, 2, 1),
                Configurations.device(3, "i", 1, 6, 2, 1));
        return Configuration.builder()
                .devices(devices)
                .mechanism(Mechanism.HARDENED)
                .reservations(List.of(
                        Configurations.call(0, 0, 4, 6, Reservation.When.ANY),
                        Configurations.call(1, 1, 4, 6, Reservation.When.ANY)))
                .goals(List.of(goals))
                .checks(List.of("lower-bound"))
                .build();
    }

    private static List<Integer> steps(CheckResult result) {
        return result.goals().stream().map(goal -> goal.steps().orElse(NEVER)).toList();
    }

    private static CheckResult check(Configuration configuration, SearchOptions options) {
        return ExhaustiveCheck.run(configuration, options, progress -> {}, () -> false);
    }

    private static final Goal[] GOALS = {
        new Goal.Live(Goal.ANY, 4),
        new Goal.Live(Goal.ANY, 5),
        new Goal.Live(1, 2),
        new Goal.Live(3, 2),
        new Goal.MapFails(Goal.ANY),
        new Goal.MapFails(1),
        new Goal.MapFails(3),
        new Goal.Returns(Goal.ANY, Goal.Call.DMA_IOVA_SET_RESV_REGION, Errno.EBUSY),
        new Goal.Returns(1, Goal.Call.DMA_IOVA_SET_RESV_REGION, null),
        new Goal.Returns(3, Goal.Call.DMA_IOVA_SET_RESV_REGION, null),
        new Goal.Returns(2, Goal.Call.IOMMU_DMA_INIT_DOMAIN, null),
        new Goal.Returns(Goal.ANY, Goal.Call.IOMMU_DMA_INIT_DOMAIN, Errno.EFAULT),
        new Goal.Taken(Branch.FREE_FAST_CACHED),
        new Goal.Taken(Branch.FREE_FAST_TOO_LARGE),
    };

    /** Two adds and four maps; two adds, a call, three maps and one that fails; ... */
    private static final List<Integer> EXPECTED = List.of(6, NEVER, 3, 3, 7, 7, NEVER, 3, 2, NEVER, 1, NEVER, 3, NEVER);

    @Test
    void reductionsAndThreadsChangeNothing() {
        Configuration configuration = configuration(GOALS);
        List<Set<Reduction>> choices = new ArrayList<>();
        choices.add(EnumSet.allOf(Reduction.class));
        choices.add(EnumSet.of(Reduction.PARTS));
        choices.add(EnumSet.complementOf(EnumSet.of(Reduction.DEVICES)));
        for (Set<Reduction> some : choices) {
            for (int workers = 1; workers <= 2; workers++) {
                SearchOptions options =
                        SearchOptions.defaults().withWorkers(workers).withReductions(some);
                assertEquals(EXPECTED, steps(check(configuration, options)), some + " with " + workers + " workers");
            }
        }
    }

    @Test
    void allPartsTogetherReachTheSame() {
        Goal[] few = {new Goal.Live(1, 2), new Goal.Live(2, 2), new Goal.MapFails(2), new Goal.Live(Goal.ANY, 2)};
        Configuration small = configuration(few).toBuilder()
                .devices(List.of(
                        Configurations.device(0, "g", 1, 2, 2, 1),
                        Configurations.device(1, "g", 1, 2, 2, 1),
                        Configurations.device(2, "h", 1, 2, 2, 1)))
                .reservations(List.of())
                .mechanism(Mechanism.NONE)
                .build();
        List<Integer> expected = List.of(3, 3, NEVER, 3);
        assertEquals(expected, steps(check(small, SearchOptions.defaults())));
        assertEquals(expected, steps(check(small, SearchOptions.defaults().withReductions(false))));
    }

    @Test
    void aNamedDeviceIsKeptApartFromItsTwins() {
        long without =
                check(configuration(), SearchOptions.defaults()).coverage().states();
        CheckResult named = check(configuration(new Goal.Live(1, 2), new Goal.Live(3, 2)), SearchOptions.defaults());
        assertTrue(named.coverage().states() > without, "twins are told apart");
        assertEquals(3, named.coverage().parts().size(), "the part of device 3 is searched itself");
        CheckResult anybody = check(configuration(new Goal.Live(Goal.ANY, 2)), SearchOptions.defaults());
        assertEquals(without, anybody.coverage().states(), "a goal about nobody in particular costs nothing");
    }

    @Test
    void anInterruptionForgetsNoGoal(@TempDir Path folder) {
        Configuration configuration = configuration(GOALS);
        SearchOptions options = SearchOptions.defaults().withWorkers(1);
        Path place = folder.resolve("kept");
        boolean finished = false;
        for (int round = 0; !finished; round++) {
            assertTrue(round < 1000, "it goes on");
            CheckpointOptions kept = new CheckpointOptions(place, Duration.ZERO, round > 0, "test");
            AtomicInteger asked = new AtomicInteger();
            CheckResult result = ExhaustiveCheck.run(
                    configuration, options.withCheckpoint(kept), progress -> {}, () -> asked.incrementAndGet() > 3);
            finished = result.coverage().cutOff().isEmpty();
            if (finished) {
                assertTrue(round > 0, "it was interrupted");
                assertEquals(EXPECTED, steps(result));
            }
        }
    }
}
