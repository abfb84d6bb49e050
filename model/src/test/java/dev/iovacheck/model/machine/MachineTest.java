package dev.iovacheck.model.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.junit.jupiter.api.Test;

class MachineTest {

    private static final Exploration PLAIN = new Exploration(false, false, false, false);
    private static final Exploration EVERYTHING = new Exploration(true, true, true, true);

    @Test
    void aSmallMachineHasExactlyTheseStates() {
        assertCounts(293, 719, onePlatformDevice(KernelProfile.V7_1, 1, Mechanism.NONE, PLAIN));
        assertCounts(677, 1955, onePlatformDevice(KernelProfile.V7_1, 1, Mechanism.POSTED_API, PLAIN));
    }

    @Test
    void everyReachableStateReadsBackAsItWasWritten() {
        // The counting walk compares each state with what it reads back as.
        for (KernelProfile kernel : KernelProfile.values()) {
            for (Mechanism mechanism : List.of(Mechanism.NONE, Mechanism.POSTED_API, Mechanism.HARDENED)) {
                walk(onePlatformDevice(kernel, 1, mechanism, EVERYTHING), 20_000);
                walk(onePlatformDevice(kernel, 2, mechanism, EVERYTHING), 20_000);
            }
        }
    }

    @Test
    void statesWithTheShapeOfTheTreeReadBackAsTheyWereWritten() {
        Configuration configuration = Configurations.of(
                KernelProfile.V7_1,
                1,
                Mechanism.POSTED_API,
                EVERYTHING,
                List.of(Configurations.device(0, "g", 0, 15, 2, 1, 4)),
                List.of(
                        Configurations.call(0, 0, 12, 11, Reservation.When.ANY),
                        Configurations.call(1, 0, 12, 11, Reservation.When.ANY)));
        walk(configuration, 20_000);
    }

    @Test
    void aSearchThatNeverEndsIsToldFromAnOops() {
        // start_pfn is 1; the call's last byte wraps to page 0, so its node [0x100, 0x0] ends just below start_pfn.
        long start = 0x100 * 4096L;
        Configuration configuration = Configurations.of(
                KernelProfile.V7_1,
                1,
                Mechanism.POSTED_API,
                PLAIN,
                List.of(Configurations.device(0, "g", 0, 0xff, 2, 33, 0x400)),
                List.of(new Reservation(0, 0, null, start, 1 - start, Reservation.When.ANY)));
        Machine machine = new Machine(configuration);
        happen(machine, Action.Kind.ADD, 0);
        happen(machine, Action.Kind.MAP, 33 * 4096);
        happen(machine, Action.Kind.RESERVE, 0);
        happen(machine, Action.Kind.UNMAP, 33 * 4096);
        happen(machine, Action.Kind.MAP, 0x400 * 4096);
        assertEquals(Outcome.Kind.LOCKUP, machine.outcome().kind());
        assertEquals(true, machine.isCrashed());
    }

    private static void happen(Machine machine, Action.Kind kind, long size) {
        MutableIntList enabled = IntLists.mutable.empty();
        machine.enabled(enabled);
        int code = enabled.detectIfNone(
                each -> machine.describe(each).kind() == kind
                        && machine.describe(each).size() == size,
                -1);
        machine.apply(code);
    }

    private static Configuration onePlatformDevice(
            KernelProfile kernel, int cpus, Mechanism mechanism, Exploration exploration) {
        List<Reservation> calls =
                mechanism.isCall() ? List.of(Configurations.call(0, 0, 0, 2, Reservation.When.ANY)) : List.of();
        return Configurations.of(
                kernel, cpus, mechanism, exploration, List.of(Configurations.device(0, "g", 3, 7, 2, 1, 2)), calls);
    }

    private static void assertCounts(int states, int transitions, Configuration configuration) {
        int[] counts = walk(configuration, Integer.MAX_VALUE);
        assertEquals(states, counts[0], "states");
        assertEquals(transitions, counts[1], "transitions");
    }

    /** Visits at most {@code limit} states breadth-first; returns how many states and transitions there were. */
    private static int[] walk(Configuration configuration, int limit) {
        int[] members =
                configuration.devices().stream().mapToInt(d -> d.index()).toArray();
        Machine machine = new Machine(configuration, members, Symmetry.FULL);
        Machine copy = new Machine(configuration, members, Symmetry.FULL);
        Set<List<Long>> seen = new HashSet<>();
        ArrayDeque<long[]> queue = new ArrayDeque<>();
        BitWriter out = new BitWriter();
        machine.write(out);
        queue.add(stored(out));
        seen.add(boxed(stored(out)));
        int transitions = 0;
        while (!queue.isEmpty()) {
            long[] state = queue.remove();
            copy.read(state, 0);
            copy.write(out);
            assertArrayEquals(state, stored(out));
            MutableIntList actions = IntLists.mutable.empty();
            copy.enabled(actions);
            for (int index = 0; index < actions.size(); index++) {
                machine.read(state, 0);
                if (machine.apply(actions.get(index))) {
                    transitions++;
                    machine.write(out);
                    if (seen.size() < limit && seen.add(boxed(stored(out)))) {
                        queue.add(stored(out));
                    }
                }
            }
        }
        return new int[] {seen.size(), transitions};
    }

    private static long[] stored(BitWriter out) {
        return Arrays.copyOf(out.words(), BitWriter.length(out.words()[0]));
    }

    private static List<Long> boxed(long[] words) {
        return Arrays.stream(words).boxed().toList();
    }
}
