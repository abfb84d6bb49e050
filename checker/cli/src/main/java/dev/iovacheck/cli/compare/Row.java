package dev.iovacheck.cli.compare;

import dev.iovacheck.constraint.space.PresentSpace;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of one variant.
 *
 * @param variant which
 * @param cells for each invariant that was checked, what came of it
 * @param margin how much was live when a device was first given an address outside of its window; empty if none was
 * @param spaces what devices behind an IOMMU can be given
 * @param states how many states were seen
 * @param cutOff why not all were, if so
 */
record Row(
        Variant variant,
        Map<String, Cell> cells,
        Optional<Margin> margin,
        List<Space> spaces,
        long states,
        Optional<String> cutOff) {

    /** The smallest number of steps is that of the shortest way there. */
    sealed interface Cell {
        record Holds() implements Cell {}

        record NotShown() implements Cell {}

        record Violated(int steps) implements Cell {}

        record Undecided() implements Cell {}
    }

    /**
     * @param live bytes that were mapped in the domain before the last step
     * @param window bytes of the device's window that it can be given: at the latest when these are live it falls
     */
    record Margin(String device, long live, long window) {}

    /**
     * @param usable bytes of the window that it can be given
     * @param wasted bytes of the window below its mask that it cannot, because they are reserved
     */
    record Space(String device, long usable, long wasted) {}

    static Row of(Variant variant, @Nullable CheckResult result) {
        if (result == null) {
            return new Row(variant, Map.of(), Optional.empty(), List.of(), 0, Optional.empty());
        }
        Map<String, Cell> cells = new HashMap<>();
        Optional<Margin> margin = Optional.empty();
        for (CheckResult.Finding finding : result.findings()) {
            String id = finding.invariant().id();
            Verdict verdict = finding.verdict();
            if (verdict instanceof Verdict.Violated violated) {
                cells.put(id, new Cell.Violated(violated.steps()));
                if (margin.isEmpty() && (id.equals("lower-bound") || id.equals("upper-bound"))) {
                    margin = margin(violated.replay());
                }
            } else if (verdict instanceof Verdict.Undecided) {
                cells.put(id, new Cell.Undecided());
            } else {
                cells.put(id, verdict instanceof Verdict.NotShown ? new Cell.NotShown() : new Cell.Holds());
            }
        }
        return new Row(
                variant,
                cells,
                margin,
                spaces(variant.configuration()),
                result.coverage().states(),
                result.coverage().cutOff());
    }

    private static List<Space> spaces(Configuration configuration) {
        PresentSpace present = new PresentSpace(configuration);
        List<Device> bareDevices = configuration.devices().stream()
                .map(device -> device.toBuilder().iommuRanges(List.of()).build())
                .toList();
        PresentSpace bare = new PresentSpace(configuration.toBuilder()
                .devices(bareDevices)
                .reservations(List.of())
                .build());
        int shift = configuration.iommu().granuleShift();
        List<Space> spaces = new ArrayList<>();
        for (Device device : configuration.devices()) {
            if (device.group() != null) {
                long usable = present.usable(device.index());
                spaces.add(new Space(device.name(), usable << shift, (bare.usable(device.index()) - usable) << shift));
            }
        }
        return spaces;
    }

    /** What was live in the domain of the device that the last step maps for. */
    private static Optional<Margin> margin(Replay replay) {
        Configuration configuration = replay.counterexample().configuration();
        List<ReplayedStep> steps = replay.steps();
        if (steps.isEmpty() || steps.get(steps.size() - 1).action().kind() != Action.Kind.MAP) {
            return Optional.empty();
        }
        Device device =
                configuration.devices().get(steps.get(steps.size() - 1).action().device());
        Map<Long, Long> live = new HashMap<>();
        for (ReplayedStep step : steps.subList(0, steps.size() - 1)) {
            Action action = step.action();
            boolean isItsDomain = action.device() >= 0
                    && device.group() != null
                    && device.group()
                            .equals(configuration.devices().get(action.device()).group());
            if (isItsDomain && action.kind() == Action.Kind.MAP && step.outcome() == Outcome.Kind.ADDRESS) {
                live.put(step.address(), action.size());
            } else if (isItsDomain && action.kind() == Action.Kind.UNMAP) {
                live.remove(action.address());
            }
        }
        long usable = new PresentSpace(configuration).usable(device.index())
                << configuration.iommu().granuleShift();
        return Optional.of(new Margin(
                device.name(), live.values().stream().mapToLong(Long::longValue).sum(), usable));
    }
}
