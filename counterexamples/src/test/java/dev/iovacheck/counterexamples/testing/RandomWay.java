package dev.iovacheck.counterexamples.testing;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.Result;
import dev.iovacheck.invariants.StateInvariant;
import dev.iovacheck.invariants.StepInvariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.machine.Symmetry;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;

/** What a driver and a machine do that choose at random. */
public final class RandomWay {

    /** Much more than the hazard needs: stock caches, devices that have nothing to do with it, faults, hotplug. */
    public static final String LARGE = """
            iovacheck: 1
            cpus: 4
            iommu: { aperture: 0..4GiB }
            caches: { magazine: 127, depot: 32 }
            devices:
              camera: { stream-id: 3, mask: 0xffffff, regions: [{ range: 0x8000..0xa000, type: direct }] }
              codec: { group: media, mask: 0xffffff, window: 64KiB..16MiB }
              scaler: { group: media, mask: 0xffffff }
            mechanism: dma_iova_set_resv_region
            reserve:
              - { device: camera, range: 0xff0000..0x1000000 }
              - { device: codec, range: 0..1MiB, when: at-probe }
              - { device: codec, range: 0xf80000..0x1000000, when: while-idle }
            workload:
              camera: { map: [64KiB, 4KiB], live: 3 }
              codec: { map: [4KiB, 16KiB, { call: sg, segments: [4KiB, 8KiB] }], live: 4 }
              scaler: { map: [{ call: coherent, size: 4KiB }], live: 2 }
            explore: { faults: [no-memory], removal: true, cpu-hotplug: true }
            """;

    private RandomWay() {}

    /** Up to the last violation within so many steps; the way is empty if there is none. */
    public static Counterexample of(Configuration configuration, String id, int steps, long seed) {
        List<Integer> devices =
                configuration.devices().stream().map(Device::index).toList();
        int[] members = devices.stream().mapToInt(Integer::intValue).toArray();
        Machine before = new Machine(configuration, members, Symmetry.NAMES_KEPT);
        Machine after = new Machine(configuration, members, Symmetry.NAMES_KEPT);
        Step step = new Step(before, after);
        Invariant invariant = Catalogue.byId(id);
        SplittableRandom random = new SplittableRandom(seed);
        List<Action> actions = new ArrayList<>();
        int violated = 0;
        while (actions.size() < steps && !after.isCrashed()) {
            before.copyFrom(after);
            MutableIntList enabled = IntLists.mutable.empty();
            before.enabled(enabled);
            int code = enabled.get(random.nextInt(enabled.size()));
            Action action = before.describe(code);
            if (!after.apply(code)) {
                after.copyFrom(before);
                continue;
            }
            step.set(code);
            actions.add(action);
            Result result = invariant instanceof StepInvariant ofStep
                    ? ofStep.check(step)
                    : ((StateInvariant) invariant).check(after);
            if (result == Result.VIOLATED) {
                violated = actions.size();
            }
        }
        return new Counterexample(configuration, devices, invariant, actions.subList(0, violated));
    }
}
