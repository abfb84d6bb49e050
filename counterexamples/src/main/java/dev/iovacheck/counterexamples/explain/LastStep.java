package dev.iovacheck.counterexamples.explain;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.machine.Outcome;
import java.util.List;
import java.util.Optional;

/** What the last step does in the kernel, where nothing before it was wrong. */
final class LastStep {

    private final Counterexample counterexample;
    private final Configuration configuration;
    private final ReplayedStep last;
    private final String invariant;

    /** @param replay with at least one step */
    LastStep(Replay replay) {
        counterexample = replay.counterexample();
        configuration = counterexample.configuration();
        last = replay.steps().get(replay.steps().size() - 1);
        invariant = counterexample.invariant().id();
    }

    /** At most two sentences; empty if the violation says it all. */
    List<String> why() {
        return reservationCall().or(this::sharedDomain).or(this::aboveTheWindow).orElse(List.of());
    }

    private Optional<List<String>> reservationCall() {
        if (last.action().reservation() < 0 || configuration.mechanism() != Mechanism.POSTED_API) {
            return Optional.empty();
        }
        if (last.outcome() == Outcome.Kind.OOPS) {
            return Optional.of(
                    List.of("The call asks for the default domain of the device's group and does not look whether"
                            + " there is a group: dev->iommu_group is NULL."));
        }
        if (invariant.equals("errno-conformance") && last.errno() == Errno.ENODEV) {
            return Optional.of(List.of(
                    "The call takes a default domain of the type IOMMU_DOMAIN_DMA and of no other.",
                    "In lazy mode the type is IOMMU_DOMAIN_DMA_FQ, although the allocator is the same and reserve_iova would"
                            + " work."));
        }
        Reservation call = configuration.reservations().get(last.action().reservation());
        if (last.outcome() == Outcome.Kind.SUCCESS && call.length() == 0) {
            int shift = configuration.iommu().granuleShift();
            long from = call.start() >>> shift;
            long to = (call.start() - 1) >>> shift;
            return Optional.of(
                    List.of("The call gives the pfns of start and of start + length - 1 to reserve_iova and looks at"
                            + " neither: " + Hex.of(from) + " and " + Hex.of(to)
                            + (from == 0 ? ", which is all that there is." : ".")));
        }
        boolean isUninitialised = last.domains().stream().anyMatch(view -> view.granuleShift() == 0);
        if (last.outcome() == Outcome.Kind.SUCCESS && (isUninitialised || invariant.equals("reservation-effective"))) {
            return Optional.of(List.of(
                    "The call looks at the type of the group's default domain and at nothing else.",
                    isUninitialised
                            ? "That the allocator of this domain was never initialised, and that the device does its DMA"
                                    + " without it, does not matter to it."
                            : "That the device is not attached to this domain does not matter to it."));
        }
        return Optional.empty();
    }

    /** What is kept free for one device of a group is kept free for all. */
    private Optional<List<String>> sharedDomain() {
        DomainView view = last.domain();
        if (!invariant.equals("policy-isolation") || view == null) {
            return Optional.empty();
        }
        List<String> members = counterexample.devices().stream()
                .map(configuration.devices()::get)
                .filter(device -> view.group().equals(device.group()))
                .map(Device::name)
                .toList();
        return Optional.of(List.of(
                String.join(", ", members) + ": one group, " + view.group()
                        + ", and so one domain with one allocator, which does not know for whom it searches.",
                "What is reserved there for one of them is reserved for all."));
    }

    /** A map at an address that the hardware cannot use, from the other side. */
    private Optional<List<String>> aboveTheWindow() {
        if (!invariant.equals("upper-bound") || last.mapped().isEmpty()) {
            return Optional.empty();
        }
        Device device = configuration.devices().get(last.action().device());
        Extent mapped = last.mapped().get(0);
        if (Long.compareUnsigned(device.mask(), device.window().last()) <= 0 || isPromised(mapped)) {
            return Optional.empty();
        }
        return Optional.of(List.of(
                "The DMA mask " + Hex.of(device.mask())
                        + " reaches further up than the block does, and searches begin at its" + " top.",
                "No reservation covers " + mapped + "."));
    }

    private boolean isPromised(Extent mapped) {
        return last.domains().stream().flatMap(view -> view.promises().stream()).anyMatch(promise -> promise.bytes()
                .intersects(mapped));
    }
}
