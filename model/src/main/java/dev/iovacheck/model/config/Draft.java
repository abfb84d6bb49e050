package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A configuration as the file says it, with places, before anybody has asked whether it makes sense as a whole. Names are still
 * names, and settings may be faulty.
 *
 * @param devicesPlace of the {@code devices} block
 * @param devicesSound whether all devices could be told apart, so that an unknown name is really unknown
 * @param reservePlace of the {@code reserve} key
 * @param workloadSound whether {@code workload} was left out or is a mapping
 * @param options what is explored or not; every option has a setting
 * @param expectedStates as {@link Expectation#states}
 */
record Draft(
        Setting<String> title,
        Setting<String> unknown,
        Setting<KernelProfile> kernel,
        Setting<Set<KernelBug>> bugs,
        Setting<Integer> cpus,
        Setting<Integer> granuleShift,
        Setting<Extent> aperture,
        Setting<Boolean> forceAperture,
        Setting<Iommu.Mode> mode,
        Setting<FlushQueues> flushQueues,
        Setting<DomainType> defaultDomain,
        Caches caches,
        Place devicesPlace,
        boolean devicesSound,
        List<OfDevice> devices,
        Setting<Mechanism> mechanism,
        Place reservePlace,
        Setting<List<OfReservation>> reservations,
        boolean workloadSound,
        List<OfWork> workload,
        Map<Exploration.Option, Setting<Boolean>> options,
        Setting<Interleaving> interleaving,
        Setting<List<OfGoal>> goals,
        Setting<List<String>> checks,
        List<OfVerdict> verdicts,
        Setting<Expectation.Expected> others,
        Setting<OptionalLong> expectedStates) {

    Setting<Boolean> option(Exploration.Option option) {
        return Objects.requireNonNull(options.get(option));
    }

    /** One entry of {@code devices}. Group and node are empty if the file says that there is none. */
    record OfDevice(
            Placed<String> name,
            Setting<Optional<String>> group,
            Setting<Optional<String>> node,
            Setting<Device.Bus> bus,
            Setting<OptionalInt> streamId,
            Setting<Long> mask,
            Setting<Extent> window,
            Setting<List<Placed<Extent>>> dmaRanges,
            Setting<List<Placed<Extent>>> iommuRanges,
            Setting<List<FirmwareRegion>> regions,
            Setting<List<Placed<Extent>>> bridgeWindows,
            Setting<List<Placed<Long>>> dmaRangesCpu,
            Setting<Optional<String>> behind,
            Setting<OptionalLong> doorbell,
            Setting<Optional<DomainType>> requiredType,
            Setting<Boolean> bound,
            OfDma dma) {}

    /** What else a device's entry says about its DMA. Without a coherent mask it is the mask. */
    record OfDma(
            Setting<Optional<Long>> coherentMask,
            Setting<Boolean> untrusted,
            Setting<Boolean> coherent,
            Setting<Long> minAlignMask,
            Setting<Long> segmentBoundary,
            Setting<Long> maxSegment,
            Setting<Boolean> deferredAttach) {}

    /**
     * One entry of {@code reserve}.
     *
     * @param place where the entry begins
     * @param device empty if not given
     * @param node empty if not given
     * @param startKey whether it is written with {@code start} and {@code length}, and not as a range
     * @param start first byte
     * @param length bytes
     */
    record OfReservation(
            Place place,
            Setting<Optional<String>> device,
            Setting<Optional<String>> node,
            boolean startKey,
            Setting<Long> start,
            Setting<Long> length,
            Setting<Reservation.When> when) {}

    /** One entry of {@code workload}. */
    record OfWork(Placed<String> device, Setting<List<Placed<Buffer>>> buffers, Setting<Integer> live) {}

    /**
     * One entry of {@code sometimes}.
     *
     * @param place of what must happen
     * @param device empty if not given
     * @param goal about no device yet
     */
    record OfGoal(Place place, Setting<Optional<String>> device, Goal goal) {}

    /** One entry of {@code expect} that is about an invariant. */
    record OfVerdict(Placed<String> invariant, Expectation.Expected expected) {}
}
