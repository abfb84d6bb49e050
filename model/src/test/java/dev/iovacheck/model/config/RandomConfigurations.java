package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes configurations that the reader accepts, of every shape, with numbers all over the 64 bits. */
public final class RandomConfigurations {

    private static final List<String> NAMES =
            List.of("block0", "video-codec@aa00000", "0000:00:1f.2", "123", "0x10", "true", "no", "a,b", "x/y", "_");
    private static final List<String> TITLES =
            List.of("", "plain", "a: b # c", "\"quoted\" \\ 'and' {more}", "größer 📐", " x ");

    private final Random random;

    public RandomConfigurations(Random random) {
        this.random = random;
    }

    public Configuration next() {
        KernelProfile kernel = pick(KernelProfile.values());
        Mechanism mechanism = pick(Mechanism.values());
        boolean lazy = random.nextInt(4) == 0;
        Set<Exploration.Option> options = options(kernel);
        int granuleShift = 12 + random.nextInt(5);
        Extent aperture = aperture();
        List<Device> devices = devices(mechanism, aperture, granuleShift, kernel);
        List<Reservation> reservations = reservations(mechanism, devices);
        List<String> checks = sublist(Sample.INVARIANTS, 1);
        return Configuration.builder()
                .source("random.yaml")
                .title(TITLES.get(random.nextInt(TITLES.size())))
                .kernel(kernel)
                .bugs(Set.copyOf(sublist(KernelBug.switches(), 0)))
                .cpus(1 + random.nextInt(8))
                .iommu(new Iommu(
                        granuleShift,
                        aperture,
                        random.nextBoolean(),
                        lazy ? Iommu.Mode.LAZY : Iommu.Mode.STRICT,
                        flushQueues(kernel, lazy, options),
                        pick(DomainType.values())))
                .caches(new Caches(1 + random.nextInt(127), 1 + random.nextInt(32)))
                .devices(devices)
                .mechanism(mechanism)
                .reservations(reservations)
                .exploration(new Exploration(options, random.nextBoolean() ? Interleaving.CALLS : Interleaving.STEPS))
                .goals(goals(kernel, mechanism, devices))
                .checks(checks)
                .expectation(expectation(checks))
                .build();
    }

    private List<Goal> goals(KernelProfile kernel, Mechanism mechanism, List<Device> devices) {
        List<Goal> goals = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            Device device = devices.get(random.nextInt(devices.size()));
            int about = random.nextBoolean() ? Goal.ANY : device.index();
            boolean maps = about == Goal.ANY || !device.mapSizes().isEmpty();
            Goal.Call call = mechanism.isCall() ? pick(Goal.Call.values()) : Goal.Call.IOMMU_DMA_INIT_DOMAIN;
            switch (random.nextInt(4)) {
                case 0 -> goals.add(new Goal.MapFails(about));
                case 1 -> goals.add(new Goal.Returns(about, call, random.nextBoolean() ? null : pick(Errno.values())));
                case 2 -> {
                    if (maps) {
                        goals.add(new Goal.Live(about, 1 + random.nextInt(about == Goal.ANY ? 64 : device.live())));
                    }
                }
                default -> {
                    Branch branch = pick(Branch.values());
                    if (branch.isIn(kernel)) {
                        goals.add(new Goal.Taken(branch));
                    }
                }
            }
        }
        return goals;
    }

    private FlushQueues flushQueues(KernelProfile kernel, boolean lazy, Set<Exploration.Option> options) {
        boolean typeChange = options.contains(Exploration.Option.LAZY_SWITCH);
        if (!lazy && !typeChange) {
            return FlushQueues.SMALLEST;
        }
        if (kernel.asksForDeferredFlush() && !typeChange && random.nextInt(4) == 0) {
            return FlushQueues.NONE;
        }
        return new FlushQueues(2 + random.nextInt(32767), kernel.asksForDeferredFlush() && random.nextBoolean());
    }

    private Set<Exploration.Option> options(KernelProfile kernel) {
        Set<Exploration.Option> options = EnumSet.noneOf(Exploration.Option.class);
        options.addAll(sublist(List.of(Exploration.Option.values()), 0));
        if (kernel.depotIsBounded()) {
            options.remove(Exploration.Option.DEPOT_WORK);
        }
        return options;
    }

    private Extent aperture() {
        return switch (random.nextInt(4)) {
            case 0 -> Extent.EVERYTHING;
            case 1 -> new Extent(0, (1L << (20 + random.nextInt(43))) - 1);
            case 2 -> new Extent(1L << 63, -1L);
            default -> new Extent(random.nextInt(1 << 20), (1L << 32) + random.nextInt(1 << 20));
        };
    }

    private List<Device> devices(Mechanism mechanism, Extent aperture, int granuleShift, KernelProfile kernel) {
        List<String> names = sublist(NAMES, 1);
        List<Device> devices = new ArrayList<>();
        for (String name : names) {
            int index = devices.size();
            // The first device makes the mechanism meaningful; nodes and groups are partly shared.
            boolean first = index == 0;
            String group = pickName(name, "g0", "none0");
            String node = first ? name : pickName(name, "vpu", "bus");
            boolean works = first || random.nextBoolean();
            List<Buffer> buffers = works ? buffers(aperture, granuleShift, kernel) : List.of();
            long mask = number() | 1;
            Device.Bus bus = pick(Device.Bus.values());
            List<Extent> ranges = extents(mechanism == Mechanism.DMA_RANGES && first ? 1 : 0);
            // Calls in a probe are for devices with a driver.
            boolean bound = mechanism.isCall() || random.nextBoolean();
            devices.add(Device.builder(index, name)
                    .group(group)
                    .node(node)
                    .bus(bus)
                    .streamId(random.nextBoolean() ? OptionalInt.of(Integer.MAX_VALUE - index) : OptionalInt.empty())
                    .mask(mask)
                    .window(within(aperture))
                    .dmaRanges(ranges)
                    .iommuRanges(
                            mechanism == Mechanism.IOMMU_RANGES && (first || random.nextBoolean())
                                    ? disjointExtents()
                                    : List.of())
                    .regions(regions())
                    .bridgeWindows(bus == Device.Bus.PCI ? extents(0) : List.of())
                    .dmaRangesCpu(cpuAddresses(ranges.size()))
                    .behind(first ? null : random.nextInt(3) == 0 ? names.get(0) : null)
                    .doorbell(random.nextBoolean() ? OptionalLong.of(number()) : OptionalLong.empty())
                    .requiredType(random.nextBoolean() ? null : pick(DomainType.values()))
                    .bound(bound)
                    .buffers(buffers)
                    .live(buffers.isEmpty() ? 2 : live(buffers))
                    .dma(random.nextBoolean() ? DmaProperties.of(mask) : dma())
                    .build());
        }
        return devices;
    }

    /** So many lists that, mapped segment by segment, they have no more than 64 ranges. */
    private int live(List<Buffer> buffers) {
        int segments = buffers.stream()
                .mapToInt(buffer -> buffer.segments().size())
                .max()
                .orElse(1);
        return 1 + random.nextInt(64 / Math.max(segments, 1));
    }

    private List<Long> cpuAddresses(int count) {
        List<Long> addresses = new ArrayList<>();
        for (int address = random.nextBoolean() ? 0 : count; address > 0; address--) {
            addresses.add(number());
        }
        return addresses;
    }

    private @Nullable String pickName(String own, String shared, String other) {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> shared;
            case 2 -> other;
            default -> own;
        };
    }

    private List<Long> sizes(Extent aperture, int granuleShift) {
        Set<Long> sizes = new LinkedHashSet<>();
        sizes.add(1L << granuleShift);
        for (int i = random.nextInt(4); i > 0; i--) {
            long most = (aperture.last() - aperture.first()) >>> 1;
            sizes.add(1 + (number() & (Long.highestOneBit(most) - 1)) / 2);
        }
        List<Long> shuffled = new ArrayList<>(sizes);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    /** Different buffers, plain ones first. */
    private List<Buffer> buffers(Extent aperture, int granuleShift, KernelProfile kernel) {
        Set<Buffer> buffers = new LinkedHashSet<>();
        sizes(aperture, granuleShift).forEach(size -> buffers.add(Buffer.page(size)));
        long granule = 1L << granuleShift;
        long inside = 1L + random.nextInt((int) granule - 1);
        switch (random.nextInt(8)) {
            case 0 -> buffers.add(Buffer.page(inside, granule - inside));
            case 1 -> buffers.add(Buffer.coherent(granule));
            case 5 -> {
                if (kernel.bouncesKmalloc()) {
                    buffers.add(Buffer.page(inside, granule - inside).with(Buffer.Attribute.KMALLOC));
                }
            }
            case 2 -> buffers.add(Buffer.sg(new Buffer.Segment(granule, 0), new Buffer.Segment(granule, 0)));
            case 3 ->
                buffers.add(Buffer.sg(new Buffer.Segment(granule - inside, inside))
                        .with(Buffer.Attribute.UNREACHABLE_PEER, Buffer.Attribute.REQUIRE_COHERENT));
            case 4 -> {
                if (kernel.hasTwoPhaseMappings()) {
                    buffers.add(
                            Buffer.iova(granule, new Buffer.Segment(inside, 0)).with(Buffer.Attribute.MMIO));
                }
            }
            default -> {}
        }
        return List.copyOf(buffers);
    }

    private DmaProperties dma() {
        return new DmaProperties(
                number() | 1,
                random.nextBoolean(),
                random.nextBoolean(),
                (1L << random.nextInt(16)) - 1,
                (1L << random.nextInt(32)) - 1,
                1 + random.nextInt(1 << 20),
                random.nextBoolean());
    }

    private List<FirmwareRegion> regions() {
        return extents(0).stream()
                .map(extent -> new FirmwareRegion(extent, pick(FirmwareRegion.Type.values())))
                .toList();
    }

    private List<Reservation> reservations(Mechanism mechanism, List<Device> devices) {
        List<Reservation> reservations = new ArrayList<>();
        if (mechanism.isCall()) {
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                int device = random.nextInt(devices.size());
                long length = random.nextInt(3) == 0 ? 0 : number();
                reservations.add(new Reservation(
                        reservations.size(), device, null, number(), length, pick(Reservation.When.values())));
            }
        } else if (mechanism == Mechanism.IOMMU_ADDRESSES) {
            for (int i = random.nextInt(4); i > 0; i--) {
                // The first device always has a node of its own name.
                boolean byNode = random.nextBoolean();
                Extent extent = within(new Extent(0, -2L));
                reservations.add(new Reservation(
                        reservations.size(),
                        byNode ? -1 : 0,
                        byNode ? devices.get(0).name() : null,
                        extent.first(),
                        extent.size(),
                        Reservation.When.ANY));
            }
        }
        return reservations;
    }

    private Expectation expectation(List<String> checks) {
        Map<String, Expectation.Expected> verdicts = new LinkedHashMap<>();
        sublist(checks, 0).forEach(id -> verdicts.put(id, pick(Expectation.Expected.values())));
        OptionalLong states =
                random.nextBoolean() ? OptionalLong.of(1 + random.nextInt(1_000_000)) : OptionalLong.empty();
        return new Expectation(verdicts, pick(Expectation.Expected.values()), states);
    }

    private List<Extent> extents(int least) {
        List<Extent> extents = new ArrayList<>();
        for (int i = Math.max(least, random.nextInt(4)); i > 0; i--) {
            extents.add(within(Extent.EVERYTHING));
        }
        return extents;
    }

    private List<Extent> disjointExtents() {
        long middle = number() | 1;
        List<Extent> extents = new ArrayList<>();
        extents.add(within(new Extent(0, middle - 1)));
        extents.add(within(new Extent(middle, -1L)));
        Collections.shuffle(extents, random);
        return extents;
    }

    private Extent within(Extent outer) {
        long span = outer.size();
        long one = outer.first() + (span == 0 ? number() : Long.remainderUnsigned(number(), span));
        long other = outer.first() + (span == 0 ? number() : Long.remainderUnsigned(number(), span));
        return Long.compareUnsigned(one, other) <= 0 ? new Extent(one, other) : new Extent(other, one);
    }

    /** Any 64 bits, but round numbers and edges often. */
    private long number() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> 1L << random.nextInt(64);
            case 2 -> (1L << random.nextInt(64)) - 1;
            default -> (long) random.nextInt(1 << 12) << (10 * random.nextInt(5));
        };
    }

    /** At least {@code least} of the items, in their order. */
    private <T> List<T> sublist(List<T> items, int least) {
        List<T> chosen = new ArrayList<>(items);
        while (chosen.size() > least && random.nextInt(3) != 0) {
            chosen.remove(random.nextInt(chosen.size()));
        }
        return chosen;
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
