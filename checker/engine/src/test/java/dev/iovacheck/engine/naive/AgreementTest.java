package dev.iovacheck.engine.naive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.config.Reservation.When;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.machine.Configurations;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Machines chosen by hand, one for each thing that the model can do, with the numbers that both searches must find. A number that
 * changes says that the meaning of the model has changed.
 */
class AgreementTest {

    private static final KernelProfile V6 = KernelProfile.V6_1;
    private static final KernelProfile V7 = KernelProfile.V7_1;
    private static final long PAGE = SmallConfigurations.PAGE;
    private static final Exploration PLAIN = new Exploration(false, false, false, false);
    private static final Exploration REMOVAL = new Exploration(false, true, false, false);
    private static final Exploration NO_MEMORY = new Exploration(true, false, false, false);

    /**
     * What is asked, and what is found.
     *
     * @param depth steps to the farthest state
     * @param violated the rules that are violated, each with the steps that it takes
     */
    record Case(String name, Configuration configuration, int states, long transitions, int depth, String violated) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "nothing but maps",
                        with(V7, 1, Mechanism.NONE, PLAIN, device(0, "g", 7, 3, 1, 2)),
                        9129,
                        30674,
                        29,
                        "lower-bound 4"),
                new Case(
                        "6.1, a depot that overflows, two CPUs",
                        with(V6, 2, Mechanism.NONE, PLAIN, device(0, "g", 4, 3, 1)),
                        2934,
                        11337,
                        18,
                        "lower-bound 4"),
                new Case(
                        "7.1, the depot worker, CPUs that come and go",
                        with(V7, 2, Mechanism.NONE, new Exploration(false, false, true, true), device(0, "g", 4, 3, 1)),
                        12991,
                        67453,
                        20,
                        "depot-shrinks 11, lower-bound 4"),
                new Case(
                        "the posted call at any time, two drivers in one group",
                        with(
                                V7,
                                1,
                                Mechanism.POSTED_API,
                                PLAIN,
                                List.of(device(0, "g", 7, 2, 1, 4), device(1, "g", 5, 1, 2)),
                                Configurations.call(0, 1, 0, 3, When.ANY)),
                        7141,
                        26846,
                        30,
                        "lower-bound 4, no-reserved-overlap 7, reservation-persistence 7, space-recoverable 5"),
                new Case(
                        "the posted call and missing memory",
                        with(
                                V6,
                                1,
                                Mechanism.POSTED_API,
                                NO_MEMORY,
                                List.of(device(0, "g", 7, 2, 1, 4)),
                                Configurations.call(0, 0, 2, 5, When.WHILE_IDLE)),
                        382,
                        1287,
                        16,
                        "lower-bound 5, no-reserved-overlap 5, reservation-persistence 5, space-recoverable 4"),
                new Case(
                        "the posted call with length 0",
                        with(
                                V7,
                                1,
                                Mechanism.POSTED_API,
                                PLAIN,
                                List.of(device(0, "g", 7, 2, 1, 4)),
                                Configurations.call(0, 0, 4, 3, When.ANY),
                                Configurations.call(1, 0, 4, 3, When.ANY)),
                        363,
                        1242,
                        12,
                        "cached-hint 3, lower-bound 5, max32-sound 4, space-recoverable 2"),
                // A range put in upside down is grown into a proper one by the second call: nothing of it is left then.
                new Case(
                        "the posted call with length 0, healed by another",
                        with(
                                V7,
                                1,
                                Mechanism.POSTED_API,
                                PLAIN,
                                List.of(device(0, "g", 9, 1, 2)),
                                new Reservation(0, 0, null, 0, 0, When.ANY),
                                Configurations.call(1, 0, 8, 7, When.ANY)),
                        21,
                        36,
                        5,
                        "alloc-completeness 3, space-recoverable 2"),
                new Case(
                        "the posted call past the top",
                        with(
                                V7,
                                1,
                                Mechanism.POSTED_API,
                                PLAIN,
                                List.of(device(0, "g", 7, 2, 1, 4)),
                                new Reservation(0, 0, null, 4 * PAGE, 2 * PAGE, When.ANY),
                                new Reservation(1, 0, null, -PAGE, 2 * PAGE, When.ANY)),
                        2333,
                        6496,
                        37,
                        "alloc-completeness 10, lower-bound 5, no-live-overlap 6, no-reserved-overlap 4,"
                                + " reservation-persistence 2, space-recoverable 2"),
                new Case(
                        "the posted call without a group is the end",
                        with(
                                V7,
                                1,
                                Mechanism.POSTED_API,
                                REMOVAL,
                                List.of(device(0, null, 7, 1), device(1, "g", 5, 1, 1)),
                                Configurations.call(0, 0, 0, 1, When.AT_PROBE)),
                        5,
                        10,
                        3,
                        ""),
                new Case(
                        "the hardened call, removal, a shared group",
                        with(
                                V7,
                                1,
                                Mechanism.HARDENED,
                                REMOVAL,
                                List.of(device(0, "g", 7, 1, 1, 4), device(1, "g", 7, 1, 1)),
                                Configurations.call(0, 0, 0, 2, When.BEFORE_FIRST_MAP),
                                Configurations.call(1, 1, 2, 4, When.AT_PROBE)),
                        709,
                        2316,
                        14,
                        ""),
                new Case(
                        "iommu-addresses, of which only those of the first device count",
                        with(
                                V7,
                                1,
                                Mechanism.IOMMU_ADDRESSES,
                                REMOVAL,
                                List.of(device(0, "g", 7, 1, 1), device(1, "g", 7, 1, 1)),
                                Configurations.call(0, 0, 0, 2, When.ANY),
                                Configurations.call(1, 1, 5, 7, When.ANY)),
                        69,
                        190,
                        8,
                        "no-reserved-overlap 3, reservation-release 3"),
                new Case("dma-ranges bind from below in 6.1", ranges(V6, Mechanism.DMA_RANGES), 67, 184, 10, ""),
                new Case(
                        "dma-ranges do not bind from below in 7.1",
                        ranges(V7, Mechanism.DMA_RANGES),
                        185,
                        486,
                        15,
                        "lower-bound 3"),
                new Case("iommu-ranges", ranges(V7, Mechanism.IOMMU_RANGES), 54, 153, 9, ""),
                new Case("PCI around 4 GiB, 6.1", around4G(V6), 4503, 15286, 33, ""),
                new Case("PCI around 4 GiB, 7.1", around4G(V7), 1591, 5387, 27, ""),
                new Case(
                        "groups apart, each with two CPUs",
                        with(
                                V7,
                                2,
                                Mechanism.NONE,
                                PLAIN,
                                device(0, "a", 2, 1, 1),
                                device(1, "b", 3, 1, 2),
                                device(2, null, 3, 1, 1)),
                        230,
                        979,
                        13,
                        "lower-bound 2"),
                new Case(
                        "lazy domains are replaced, with and without memory",
                        replaced(V7),
                        1685,
                        10674,
                        28,
                        "domain-lifetime 3, flush-before-reuse 7, lower-bound 5, no-live-overlap 4, no-reserved-overlap 2, reservation-persistence 1"),
                new Case(
                        "6.1, lazy domains are replaced, with and without memory",
                        replaced(V6),
                        1159,
                        7276,
                        25,
                        "domain-lifetime 3, flush-before-reuse 7, lower-bound 5, no-live-overlap 4, no-reserved-overlap 2, reservation-persistence 1"),
                new Case(
                        "larger than any cache",
                        with(V7, 2, Mechanism.NONE, PLAIN, device(0, "g", 255, 3, 33)),
                        12,
                        29,
                        6,
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void bothSearchesFindTheseNumbers(Case example) {
        NaiveSearch naive = Agreement.check(example.configuration(), 60_000).orElseThrow();
        assertEquals(example.violated(), violated(naive));
        assertEquals(
                new Case(
                        example.name(),
                        example.configuration(),
                        naive.states(),
                        naive.transitions(),
                        naive.depth(),
                        violated(naive)),
                example);
    }

    static String violated(NaiveSearch naive) {
        return NaiveSearch.rules().stream()
                .filter(rule -> naive.finding(rule).kind() == NaiveSearch.Kind.VIOLATED)
                .map(rule -> rule + " " + naive.finding(rule).steps())
                .collect(Collectors.joining(", "));
    }

    // ---- configurations ----

    /** Pages up to {@code high}, of which the block can use those from 3 on; maps so many pages. */
    private static Device device(int index, @Nullable String group, int high, int live, int... mapPages) {
        return Configurations.device(index, group, Math.min(3, high), high, live, mapPages);
    }

    private static Configuration with(
            KernelProfile kernel, int cpus, Mechanism mechanism, Exploration exploration, Device... devices) {
        return with(kernel, cpus, mechanism, exploration, List.of(devices));
    }

    private static Configuration with(
            KernelProfile kernel,
            int cpus,
            Mechanism mechanism,
            Exploration exploration,
            List<Device> devices,
            Reservation... reservations) {
        return with(
                kernel, cpus, mechanism, exploration, new Extent(0, 512 * PAGE - 1), devices, List.of(reservations));
    }

    private static Configuration with(
            KernelProfile kernel,
            int cpus,
            Mechanism mechanism,
            Exploration exploration,
            Extent aperture,
            List<Device> devices,
            List<Reservation> reservations) {
        return Configuration.builder()
                .source("test")
                .kernel(kernel)
                .cpus(cpus)
                .iommu(new Iommu(12, aperture, true, Iommu.Mode.STRICT))
                .devices(devices)
                .mechanism(mechanism)
                .reservations(reservations)
                .exploration(exploration)
                .checks(Agreement.comparable())
                .build();
    }

    /** One device that firmware reserves a page for, and whose bus or node lists what it can use. */
    private static Configuration ranges(KernelProfile kernel, Mechanism mechanism) {
        List<Extent> usable = List.of(pages(3, 4), pages(6, 7));
        Device device = Device.builder(0, "d0")
                .group("g")
                .mask(10 * PAGE - 1)
                .window(pages(3, 7))
                .dmaRanges(mechanism == Mechanism.DMA_RANGES ? usable : List.of())
                .iommuRanges(mechanism == Mechanism.IOMMU_RANGES ? usable : List.of())
                .regions(List.of(new FirmwareRegion(pages(4, 4), FirmwareRegion.Type.MSI)))
                .mapSizes(List.of(PAGE, 2 * PAGE))
                .live(2)
                .build();
        return with(kernel, 1, mechanism, REMOVAL, device);
    }

    /** A lazy group whose device has no driver that could be asked; firmware reserves a page. */
    private static Configuration replaced(KernelProfile kernel) {
        Device device = device(0, "g", 5, 2, 1).toBuilder()
                .bound(false)
                .regions(List.of(new FirmwareRegion(pages(5, 5), FirmwareRegion.Type.RESERVED)))
                .build();
        Exploration exploration = NO_MEMORY.with(Exploration.Option.TYPE_CHANGE).with(Exploration.Option.LAZY_SWITCH);
        Configuration strict = with(kernel, 1, Mechanism.NONE, exploration, device);
        Iommu iommu = strict.iommu();
        return strict.toBuilder()
                .iommu(new Iommu(iommu.granuleShift(), iommu.aperture(), iommu.forceAperture(), Iommu.Mode.LAZY))
                .build();
    }

    /** Three pages below 4 GiB and three above. */
    private static Configuration around4G(KernelProfile kernel) {
        long middle = 1L << 20;
        Extent window = pages(middle - 3, middle + 2);
        Device device = Device.builder(0, "d0")
                .group("g")
                .bus(Device.Bus.PCI)
                .mask(window.last())
                .window(window)
                .mapSizes(List.of(PAGE, 2 * PAGE))
                .live(3)
                .build();
        return with(kernel, 1, Mechanism.NONE, REMOVAL, window, List.of(device), List.of());
    }

    private static Extent pages(long first, long last) {
        return new Extent(first * PAGE, (last + 1) * PAGE - 1);
    }
}
