package dev.iovacheck.constraint.space;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.machine.DeviceSetup;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.SetupRegion;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The space of addresses of a configuration, in granules, cut wherever something begins or ends: within a stretch, all granules are alike
 * to every device. All numbers are pfns, both ends inclusive.
 *
 * <p>What is said here about one device is what the kernel makes of it without any mechanism: what it can be given, and which firmware
 * regions it takes out of an allocator that it initialises. Of the lines of the configuration some can be left out, to see whether the
 * rest is contradictory.
 */
public final class AddressSpace {

    private final Configuration configuration;
    private final int granuleShift;
    private final List<OfDevice> devices = new ArrayList<>();
    private final List<Extent> stretches = new ArrayList<>();

    /**
     * What one device makes of the space.
     *
     * @param index of the device in the configuration
     * @param reach what it can be given; {@code null} for nothing
     * @param use of that, what lies in its window; {@code null} for nothing
     * @param regions what firmware reserves for it, rounded outward
     * @param carved which of the regions the kernel reserves if the device initialises the domain
     * @param pages granules of the largest request, rounded up as the allocator does; 0 if it maps nothing
     */
    public record OfDevice(
            int index,
            @Nullable Extent reach,
            @Nullable Extent use,
            List<Extent> regions,
            List<Extent> carved,
            long pages) {

        /** Whether it can be given all of a stretch. */
        public boolean mayBeGiven(Extent stretch) {
            return reach != null && reach.contains(stretch);
        }

        /** Whether all of a stretch lies in its window, too. */
        public boolean mayUse(Extent stretch) {
            return use != null && use.contains(stretch);
        }

        /** Whether firmware has reserved all of a stretch for it. */
        public boolean hasRegionAt(Extent stretch) {
            return regions.stream().anyMatch(region -> region.contains(stretch));
        }

        /** Whether the kernel takes a stretch out of an allocator that the device initialises. */
        public boolean carves(Extent stretch) {
            return carved.stream().anyMatch(region -> region.contains(stretch));
        }
    }

    /**
     * @param configuration whose mechanism does not matter
     * @param leftOut lines that are taken not to be there
     */
    public AddressSpace(Configuration configuration, Set<Line> leftOut) {
        this.configuration = withoutMechanism(configuration);
        granuleShift = configuration.iommu().granuleShift();
        Machine machine = new Machine(this.configuration);
        for (int number = 0; number < machine.deviceCount(); number++) {
            DeviceSetup setup = machine.setup(machine.device(number));
            if (setup.device().group() != null) {
                devices.add(device(setup, leftOut));
            }
        }
        cut();
    }

    private static Configuration withoutMechanism(Configuration configuration) {
        return configuration.toBuilder()
                .mechanism(Mechanism.NONE)
                .reservations(List.of())
                .devices(configuration.devices().stream()
                        .map(device -> device.toBuilder().iommuRanges(List.of()).build())
                        .toList())
                .build();
    }

    private OfDevice device(DeviceSetup setup, Set<Line> leftOut) {
        Device device = setup.device();
        Extent reach = reach(setup, leftOut);
        Extent use = leftOut.contains(Line.of(Line.Subject.WINDOW, device.index()))
                ? reach
                : common(reach, wholeGranules(device.window()));
        List<Extent> regions = new ArrayList<>();
        List<Extent> carved = new ArrayList<>();
        int item = 0;
        for (SetupRegion region : setup.regions()) {
            // What bridge windows take comes first and is no region of its own.
            Line line = new Line(Line.Subject.REGION, device.index(), region.type() == null ? -1 : item++);
            if (!leftOut.contains(line)) {
                Extent granules = granules(region.extent());
                regions.add(granules);
                if (region.carved()) {
                    carved.add(granules);
                }
            }
        }
        long pages = 0;
        if (!leftOut.contains(Line.of(Line.Subject.WORKLOAD, device.index()))) {
            for (int request = 0; request < setup.requestCount(); request++) {
                pages = Math.max(pages, setup.nodePfns(setup.request(request)));
            }
        }
        return new OfDevice(device.index(), reach, use, regions, carved, pages);
    }

    private @Nullable Extent reach(DeviceSetup setup, Set<Line> leftOut) {
        long top = -1L >>> granuleShift;
        boolean noAperture = leftOut.contains(Line.of(Line.Subject.APERTURE, -1));
        long first = noAperture ? 1 : setup.basePfn();
        long last = setup.dmaLimit() >>> granuleShift;
        if (leftOut.contains(Line.of(Line.Subject.MASK, setup.device().index()))) {
            boolean forced = configuration.iommu().forceAperture() && !noAperture;
            last = forced ? configuration.iommu().aperture().last() >>> granuleShift : top;
        } else if (noAperture) {
            last = setup.device().mask() >>> granuleShift;
        }
        return first <= last ? new Extent(first, last) : null;
    }

    /** All granules of which some byte lies in the range. */
    private Extent granules(Extent bytes) {
        return new Extent(bytes.first() >>> granuleShift, bytes.last() >>> granuleShift);
    }

    /** The granules that lie in the range as a whole; {@code null} if there are none. */
    private @Nullable Extent wholeGranules(Extent bytes) {
        long offsets = (1L << granuleShift) - 1;
        long first = (bytes.first() >>> granuleShift) + ((bytes.first() & offsets) == 0 ? 0 : 1);
        long past = (bytes.last() >>> granuleShift) + ((bytes.last() & offsets) == offsets ? 1 : 0);
        return first < past ? new Extent(first, past - 1) : null;
    }

    private static @Nullable Extent common(@Nullable Extent one, @Nullable Extent other) {
        if (one == null || other == null || !one.intersects(other)) {
            return null;
        }
        return new Extent(Math.max(one.first(), other.first()), Math.min(one.last(), other.last()));
    }

    private void cut() {
        TreeSet<Long> starts = new TreeSet<>(List.of(0L));
        for (OfDevice device : devices) {
            add(starts, device.reach());
            add(starts, device.use());
            device.regions().forEach(region -> add(starts, region));
        }
        long top = -1L >>> granuleShift;
        Long start = starts.first();
        while (start != null) {
            Long next = starts.higher(start);
            if (start <= top) {
                stretches.add(new Extent(start, next == null ? top : Math.min(next - 1, top)));
            }
            start = next;
        }
    }

    private static void add(Set<Long> starts, @Nullable Extent extent) {
        if (extent != null) {
            starts.add(extent.first());
            starts.add(extent.last() + 1);
        }
    }

    /** The configuration without its mechanism. */
    public Configuration configuration() {
        return configuration;
    }

    /** log2 of the granule in bytes. */
    public int granuleShift() {
        return granuleShift;
    }

    /** Devices behind the IOMMU, in the order of the configuration. */
    public List<OfDevice> devices() {
        return devices;
    }

    /** All of the space, from 0 upwards. */
    public List<Extent> stretches() {
        return stretches;
    }

    /** The bytes of granules. */
    public Extent bytes(Extent pfns) {
        return new Extent(pfns.first() << granuleShift, ((pfns.last() + 1) << granuleShift) - 1);
    }
}
