package dev.iovacheck.engine.naive;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.oracle.ReferenceAllocator;
import dev.iovacheck.model.oracle.ReferenceRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What must be possible again, or must come about, put in plain words once more. */
final class NaiveProgress {

    /**
     * A claim about what can follow.
     *
     * @param byItself whether nobody but the kernel does anything; otherwise some way is enough
     * @param helps which steps count, by what happens
     * @param speaksOf whether a state shows that there is something to claim
     * @param isGoal whether a state is where it must get
     */
    record Claim(boolean byItself, Predicate<String> helps, StateTest speaksOf, StateTest isGoal) {}

    /** Something that is true of a state or not. */
    @FunctionalInterface
    interface StateTest {
        boolean of(NaiveMachine machine, NaiveState state);
    }

    static final Map<String, Claim> CLAIMS = new TreeMap<>(Map.of(
            "space-recoverable",
            new Claim(
                    false, what -> !what.startsWith("remove"), NaiveProgress::isAnythingMapped, NaiveProgress::isClean),
            "depot-shrinks",
            new Claim(
                    true,
                    NaiveProgress::isDepotWork,
                    NaiveProgress::isSomeDepotLarge,
                    (machine, state) -> !isSomeDepotLarge(machine, state)),
            "queue-drains",
            new Claim(
                    true,
                    NaiveProgress::isWorkOfTheKernel,
                    NaiveProgress::isSomethingQueued,
                    (machine, state) -> !isSomethingQueued(machine, state)),
            "reservation-release",
            new Claim(
                    true, NaiveProgress::isDepotWork, NaiveProgress::isSomebodyMissing, NaiveProgress::isAllReleased)));

    private NaiveProgress() {}

    private static boolean isDepotWork(String what) {
        return what.startsWith("depot work");
    }

    private static boolean isWorkOfTheKernel(String what) {
        return isDepotWork(what) || what.startsWith("timer of");
    }

    private static boolean isSomethingQueued(NaiveMachine machine, NaiveState state) {
        return state.domains().values().stream()
                .flatMap(domain -> domain.queue().rings().stream())
                .anyMatch(ring -> !ring.isEmpty());
    }

    private static boolean isAnythingMapped(NaiveMachine machine, NaiveState state) {
        return state.domains().values().stream()
                .anyMatch(domain -> !domain.live().isEmpty());
    }

    /** Empties all caches of a copy, and looks whether exactly what was promised is left. */
    private static boolean isClean(NaiveMachine machine, NaiveState state) {
        int shift = machine.configuration().iommu().granuleShift();
        for (Map.Entry<String, NaiveDomain> entry : state.domains().entrySet()) {
            NaiveDomain domain = entry.getValue();
            if (!domain.isInitialised()) {
                continue;
            }
            ReferenceAllocator emptied = domain.allocator().copy();
            for (int cpu = 0; cpu < machine.configuration().cpus(); cpu++) {
                emptied.freeCpuCachedIovas(cpu);
            }
            emptied.freeGlobalCachedIovas();
            List<Extent> promised = machine.kept(state, entry.getKey()).stream()
                    .map(bytes -> new Extent(bytes.first() >>> shift, bytes.last() >>> shift))
                    .toList();
            List<ReferenceRange> nodes = emptied.snapshot().tree();
            if (!domain.live().isEmpty()
                    || nodes.stream().anyMatch(node -> Long.compareUnsigned(node.hi(), node.lo()) < 0)) {
                return false;
            }
            List<Extent> left =
                    nodes.stream().map(node -> new Extent(node.lo(), node.hi())).toList();
            if (!without(promised, left).isEmpty() || !without(left, promised).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSomeDepotLarge(NaiveMachine machine, NaiveState state) {
        return machine.configuration().exploration().depotWork()
                && machine.configuration().kernel() != KernelProfile.V6_1
                && state.domains().values().stream()
                        .flatMap(domain -> domain.visible().depots().stream())
                        .anyMatch(depot ->
                                depot.magazines().size() > state.online().size());
    }

    /** A device that has reserved something, or may, is not there, and its domain is. */
    private static boolean isSomebodyMissing(NaiveMachine machine, NaiveState state) {
        return machine.configuration().exploration().removal()
                && machine.members().stream().anyMatch(index -> {
                    NaiveDevice device = machine.device(index);
                    boolean calls = machine.calls().stream()
                            .anyMatch(call -> call.device() == index && call.promised() != null);
                    return !state.present().contains(index)
                            && state.domains()
                                    .containsKey(String.valueOf(device.device().group()))
                            && (calls || !device.regions().isEmpty());
                });
    }

    private static boolean isAllReleased(NaiveMachine machine, NaiveState state) {
        for (Map.Entry<String, NaiveDomain> entry : state.domains().entrySet()) {
            NaiveDomain domain = entry.getValue();
            int shift = domain.isInitialised() ? machine.configuration().iommu().granuleShift() : 0;
            List<Extent> ofTheGone = new ArrayList<>();
            List<Extent> needed = new ArrayList<>();
            if (domain.isInitialised() && !state.present().contains(domain.initialiser())) {
                ofTheGone.addAll(machine.device(domain.initialiser()).carved());
            }
            for (int index : machine.members()) {
                NaiveDevice device = machine.device(index);
                if (entry.getKey().equals(device.device().group())
                        && state.translated().contains(index)) {
                    needed.addAll(device.regions());
                }
            }
            for (Reservation call : machine.calls()) {
                Optional<Extent> bytes = Optional.ofNullable(call.promised());
                boolean isHere = entry.getKey()
                        .equals(machine.device(call.device()).device().group());
                if (isHere && state.promised().contains(call.index())) {
                    bytes.ifPresent((state.present().contains(call.device()) ? needed : ofTheGone)::add);
                }
            }
            List<Extent> nodes = domain.visible().tree().stream()
                    .filter(node -> Long.compareUnsigned(node.hi(), node.lo()) >= 0)
                    .map(node -> new Extent(node.lo(), node.hi()))
                    .toList();
            for (Extent bytes : ofTheGone) {
                Extent pfns = new Extent(bytes.first() >>> shift, bytes.last() >>> shift);
                boolean isCovered = without(List.of(pfns), nodes).isEmpty();
                if (isCovered && !without(List.of(bytes), needed).isEmpty()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** What is left of some ranges when others are cut out of them. */
    static List<Extent> without(List<Extent> ranges, List<Extent> others) {
        List<Extent> left = new ArrayList<>(ranges);
        for (Extent other : others) {
            List<Extent> smaller = new ArrayList<>();
            for (Extent range : left) {
                if (!range.intersects(other)) {
                    smaller.add(range);
                    continue;
                }
                if (Long.compareUnsigned(range.first(), other.first()) < 0) {
                    smaller.add(new Extent(range.first(), other.first() - 1));
                }
                if (Long.compareUnsigned(other.last(), range.last()) < 0) {
                    smaller.add(new Extent(other.last() + 1, range.last()));
                }
            }
            left = smaller;
        }
        return left;
    }
}
