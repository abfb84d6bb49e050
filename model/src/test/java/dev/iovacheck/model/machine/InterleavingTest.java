package dev.iovacheck.model.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.DmaProperties;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.junit.jupiter.api.Test;

/** Calls that other CPUs interrupt. */
class InterleavingTest {

    private static final List<Mechanism> MECHANISMS = List.of(Mechanism.NONE, Mechanism.POSTED_API, Mechanism.HARDENED);

    @Test
    void everyReachableStateReadsBackAsItWasWritten() {
        // The walk compares each state with what it reads back as.
        for (KernelProfile kernel : KernelProfile.values()) {
            for (Mechanism mechanism : MECHANISMS) {
                Exploration all = new Exploration(true, true, true, hasDepotWork(kernel), Interleaving.STEPS);
                Walk.of(configuration(kernel, 2, mechanism, Reservation.When.ANY, all), 20_000, false);
            }
        }
    }

    @Test
    void onOneCpuTheStatesBetweenCallsAreThoseOfCallsThatNothingInterrupts() {
        for (KernelProfile kernel : KernelProfile.values()) {
            for (Mechanism mechanism : MECHANISMS) {
                for (Reservation.When when : Reservation.When.values()) {
                    Set<String> calls = between(kernel, mechanism, when, Interleaving.CALLS, false);
                    assertEquals(calls, between(kernel, mechanism, when, Interleaving.STEPS, false));
                    assertEquals(calls, between(kernel, mechanism, when, Interleaving.STEPS, true));
                    assertTrue(calls.size() > 100, calls.size() + " states");
                }
            }
        }
    }

    private static Set<String> between(
            KernelProfile kernel,
            Mechanism mechanism,
            Reservation.When when,
            Interleaving interleaving,
            boolean reduced) {
        Exploration exploration = new Exploration(false, true, false, hasDepotWork(kernel), interleaving);
        Walk walk = Walk.of(configuration(kernel, 1, mechanism, when, exploration), 50_000, reduced);
        return walk.betweenCalls;
    }

    @Test
    void twoCpusHaveExactlyTheseStates() {
        Configuration configuration = Configurations.of(
                KernelProfile.V6_1,
                2,
                Mechanism.NONE,
                new Exploration(false, false, false, false, Interleaving.STEPS),
                List.of(Configurations.device(0, "g", 3, 7, 2, 1)),
                List.of());
        assertEquals(52_669, Walk.of(configuration, 500_000, false).states);
        assertEquals(27_602, Walk.of(configuration, 500_000, true).states);
    }

    /** What fails at some segment of a list, fails at a step of its own or in the whole call: the states after it are the same. */
    @Test
    void listsThatAreMappedSegmentBySegmentComeToTheSameStepByStep() {
        Set<String> calls = betweenLists(Interleaving.CALLS, false);
        assertEquals(calls, betweenLists(Interleaving.STEPS, false));
        assertEquals(calls, betweenLists(Interleaving.STEPS, true));
        assertTrue(calls.size() > 100, calls.size() + " states");
    }

    private static Set<String> betweenLists(Interleaving interleaving, boolean reduced) {
        Exploration exploration = new Exploration(false, true, false, false, interleaving)
                .with(Exploration.Option.MAP_FAILURE)
                .with(Exploration.Option.NO_BOUNCE_SLOT);
        Device device = Configurations.device(0, "g", 3, 11, 2, 1).toBuilder()
                .dma(DmaProperties.of(0xbfff).withUntrusted(true))
                .buffers(
                        List.of(Buffer.page(4096), Buffer.sg(new Buffer.Segment(4096, 0), new Buffer.Segment(5000, 0))))
                .build();
        Configuration configuration =
                Configurations.of(KernelProfile.V7_1, 1, Mechanism.NONE, exploration, List.of(device), List.of());
        return Walk.of(configuration, 50_000, reduced).betweenCalls;
    }

    private static boolean hasDepotWork(KernelProfile kernel) {
        return kernel == KernelProfile.V7_1;
    }

    private static Configuration configuration(
            KernelProfile kernel, int cpus, Mechanism mechanism, Reservation.When when, Exploration exploration) {
        List<Reservation> calls = mechanism.isCall() ? List.of(Configurations.call(0, 0, 0, 2, when)) : List.of();
        return Configurations.of(
                kernel, cpus, mechanism, exploration, List.of(Configurations.device(0, "g", 3, 7, 2, 1, 2)), calls);
    }

    /** A breadth-first walk. */
    private static final class Walk {
        private final Set<String> betweenCalls = new TreeSet<>();
        private int states;

        static Walk of(Configuration configuration, int limit, boolean reduced) {
            Walk walk = new Walk();
            Machine machine = new Machine(configuration);
            Machine copy = new Machine(configuration);
            Set<List<Long>> seen = new HashSet<>();
            ArrayDeque<long[]> queue = new ArrayDeque<>();
            BitWriter out = new BitWriter();
            machine.write(out);
            queue.add(stored(out));
            seen.add(boxed(stored(out)));
            while (!queue.isEmpty()) {
                long[] state = queue.remove();
                copy.read(state, 0);
                copy.write(out);
                assertArrayEquals(state, stored(out));
                walk.visit(copy);
                MutableIntList actions = IntLists.mutable.empty();
                if (reduced) {
                    copy.sufficient(actions);
                } else {
                    copy.enabled(actions);
                }
                for (int index = 0; index < actions.size(); index++) {
                    machine.read(state, 0);
                    if (machine.apply(actions.get(index))) {
                        machine.write(out);
                        if (seen.size() < limit && seen.add(boxed(stored(out)))) {
                            queue.add(stored(out));
                        }
                    }
                }
            }
            return walk;
        }

        private void visit(Machine machine) {
            states++;
            for (int cpu = 0; cpu < machine.callCount(); cpu++) {
                if (machine.call(cpu).isInFlight()) {
                    return;
                }
            }
            betweenCalls.add(shown(machine));
        }

        /** Everything that can be seen of a machine between two calls. */
        private static String shown(Machine machine) {
            StringBuilder text = new StringBuilder();
            text.append(machine.isCrashed()).append(machine.isPresent(0)).append(machine.usesDmaIommu(0));
            text.append(machine.promises().stream()
                    .map(promise -> machine.isMade(promise) + "/" + machine.isKept(promise))
                    .collect(Collectors.joining(",")));
            if (machine.configuration().mechanism().isCall()) {
                text.append(machine.isCalled(0));
            }
            LiveMappings live = machine.domain(0).live();
            for (int mapping = 0; mapping < live.count(); mapping++) {
                text.append(" live ").append(live.firstPfn(mapping)).append(':').append(live.size(mapping));
            }
            return text.append(shown(machine.domain(0).iova())).toString();
        }

        private static String shown(IovaDomain iova) {
            List<String> parts = new ArrayList<>();
            for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
                parts.add("node " + iova.nodeLo(node) + ".." + iova.nodeHi(node));
            }
            parts.add("hints " + iova.cachedNode() + " " + iova.cached32Node() + " max32 " + iova.max32AllocSize());
            for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
                for (int turn = 0; turn < 2; turn++) {
                    for (int index = 0; index < iova.magazineSize(order, 0, turn == 0); index++) {
                        parts.add(
                                "magazine " + order + " " + turn + " " + iova.magazinePfn(order, 0, turn == 0, index));
                    }
                }
                for (int magazine = 0; magazine < iova.depotSize(order); magazine++) {
                    parts.add("depot " + order + " " + iova.depotPfn(order, magazine, 0));
                }
            }
            return parts + " work " + iova.pendingDepotWork();
        }

        private static long[] stored(BitWriter out) {
            return Arrays.copyOf(out.words(), BitWriter.length(out.words()[0]));
        }

        private static List<Long> boxed(long[] words) {
            return Arrays.stream(words).boxed().toList();
        }
    }
}
