package dev.iovacheck.counterexamples.kunit;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DeviceSetup;
import dev.iovacheck.model.machine.Failure;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Symmetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the steps of a counterexample make of one allocator, call by call. */
final class KernelCalls {

    private final Replay replay;
    private final Configuration configuration;
    private final Machine machine;
    private final List<KernelCall> calls = new ArrayList<>();
    private @Nullable String reason;
    private @Nullable DomainView view;

    private KernelCalls(Replay replay) {
        this.replay = replay;
        configuration = replay.counterexample().configuration();
        int[] devices = replay.counterexample().devices().stream()
                .mapToInt(Integer::intValue)
                .toArray();
        machine = new Machine(configuration, devices, Symmetry.NAMES_KEPT);
    }

    /**
     * The calls, or why there are none.
     *
     * @param calls in their order; empty if they do not show it
     * @param reason why not; empty if they do
     */
    record Translation(List<KernelCall> calls, Optional<String> reason) {

        Translation {
            calls = List.copyOf(calls);
        }
    }

    static Translation of(Replay replay) {
        KernelCalls translation = new KernelCalls(replay);
        translation.translate();
        String reason = translation.reason;
        return reason == null
                ? new Translation(translation.calls, Optional.empty())
                : new Translation(List.of(), Optional.of(reason));
    }

    private void translate() {
        if (configuration.iommu().mode() == Iommu.Mode.LAZY) {
            reason = "a flush queue takes part, which is no part of the allocator and not to be reached from a test";
        }
        for (ReplayedStep step : replay.steps()) {
            Action action = step.action();
            if (reason == null) {
                translate(step, action);
            }
            view = step.domain();
        }
    }

    private void translate(ReplayedStep step, Action action) {
        if (action.failure() != Failure.NONE || step.outcome() == Outcome.Kind.GOES_ON || step.isMistake()) {
            reason = "step " + step.number() + " is not a whole call in which all works";
            return;
        }
        switch (action.kind()) {
            case ADD -> add(step);
            case RESERVE -> reserve(step, configuration.reservations().get(action.reservation()));
            case MAP -> map(step, action);
            case UNMAP -> unmap(step, action);
            default -> reason = "step " + step.number() + " is no call of the allocator";
        }
    }

    private void call(ReplayedStep step, String function, long result, String... arguments) {
        calls.add(new KernelCall(step.number(), step.action().cpu(), function, List.of(arguments), result));
    }

    private void add(ReplayedStep step) {
        DomainView made = step.domain();
        if (made == null || made.granuleShift() == 0) {
            reason = "step " + step.number() + " gives the device no allocator that is set up";
            return;
        }
        if (view != null) {
            if (view.nodes().equals(made.nodes())) {
                return; // it joins its group
            }
            reason = "step " + step.number() + " changes a domain that others use";
            return;
        }
        call(step, "init_iova_domain", 0, Hex.of(1L << made.granuleShift()) + "UL", Hex.of(made.startPfn()) + "UL");
        call(step, "iova_domain_init_rcaches", 0);
        made.nodes().forEach(node -> call(step, "reserve_iova", 1, ul(node.lo()), ul(node.hi())));
    }

    private void reserve(ReplayedStep step, Reservation call) {
        if (configuration.mechanism() != Mechanism.POSTED_API || view == null) {
            reason = "step " + step.number() + " is another call than the one that was posted";
            return;
        }
        int shift = configuration.iommu().granuleShift();
        long last = (call.start() + call.length() - 1) >>> shift;
        long result = step.outcome() == Outcome.Kind.SUCCESS ? 1 : 0;
        call(step, "reserve_iova", result, ul(call.start() >>> shift), ul(last));
    }

    private void map(ReplayedStep step, Action action) {
        Device device = configuration.devices().get(action.device());
        int shift = configuration.iommu().granuleShift();
        if (action.buffer() >= 0 || device.bus() == Device.Bus.PCI) {
            reason = "the map of step " + step.number() + " is more than one call of the allocator";
            return;
        }
        DeviceSetup setup = machine.setup(action.device());
        int size = device.mapSizes().indexOf(action.size());
        long limit = setup.limit(size) >>> shift;
        call(step, "alloc_iova_fast", step.address() >>> shift, ul(setup.mapPfns(size)), ul(limit), "true");
    }

    private void unmap(ReplayedStep step, Action action) {
        int shift = configuration.iommu().granuleShift();
        if (action.buffer() >= 0) {
            reason = "the unmap of step " + step.number() + " is more than one call of the allocator";
            return;
        }
        DeviceSetup setup = machine.setup(action.device());
        Device device = configuration.devices().get(action.device());
        long pages = setup.mapPfns(device.mapSizes().indexOf(action.size()));
        call(step, "free_iova_fast", 0, ul(action.address() >>> shift), ul(pages));
    }

    static String ul(long number) {
        return Hex.of(number) + "UL";
    }

    /** Granules of some bytes. */
    static Extent pfns(Extent bytes, int shift) {
        return new Extent(bytes.first() >>> shift, bytes.last() >>> shift);
    }
}
