package dev.iovacheck.engine.naive;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Caches;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.DmaProperties;
import dev.iovacheck.model.config.DomainType;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.FlushQueues;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes configurations of every kind that are small enough to be looked at completely, even slowly. */
final class SmallConfigurations {

    static final long PAGE = 4096;

    /** Bugs that the second allocator also has. */
    private static final KernelBug[] BUGS = {KernelBug.B01, KernelBug.B02, KernelBug.B04A, KernelBug.B04B};

    private static final KernelBug[] OTHER_BUGS = {KernelBug.B05, KernelBug.B11A, KernelBug.B11B, KernelBug.B12};

    private static final long PAGES_BELOW_4G = 1L << 20;

    private final Random random;
    private final List<String> checks;

    /** The page at which the space begins that the devices use: 0, or just below 4 GiB. */
    private long base;

    private int pages;

    SmallConfigurations(Random random, List<String> checks) {
        this.random = random;
        this.checks = checks;
    }

    /** One whose drivers use all calls of the DMA API. */
    Configuration nextOfDma() {
        Configuration configuration = next();
        while (configuration.devices().stream()
                .flatMap(device -> device.buffers().stream())
                .allMatch(Buffer::isPlain)) {
            configuration = next();
        }
        return configuration;
    }

    Configuration next() {
        KernelProfile kernel = pick(KernelProfile.values());
        Mechanism mechanism = oneIn(3) ? Mechanism.POSTED_API : pick(Mechanism.values());
        int cpus = oneIn(4) ? 2 : 1;
        boolean lazy = oneIn(4);
        boolean typeChange = oneIn(6);
        pages = 8 + random.nextInt(9);
        base = oneIn(5) ? PAGES_BELOW_4G - 1 - random.nextInt(pages) : 0;
        Extent aperture = oneIn(2) || base != 0 ? bytes(base, base + pages - 1) : new Extent(0, (1L << 33) - 1);
        int deviceCount = oneIn(8) ? 3 : oneIn(3) ? 2 : 1;
        List<Device> devices = new ArrayList<>();
        for (int index = 0; index < deviceCount; index++) {
            boolean copied = index > 0 && oneIn(2);
            devices.add(copied ? twin(devices.get(index - 1), index) : device(index, mechanism, deviceCount));
        }
        boolean ofDma = mechanism != Mechanism.IOMMU_RANGES && oneIn(3);
        if (ofDma) {
            devices.replaceAll(device -> withBuffers(device, kernel));
        }
        Set<KernelBug> bugs = oneIn(4) ? bugs() : Set.of();
        return Configuration.builder()
                .source("random")
                .kernel(kernel)
                .bugs(bugs)
                .cpus(cpus)
                .iommu(new Iommu(
                        12,
                        aperture,
                        oneIn(2),
                        lazy ? Iommu.Mode.LAZY : Iommu.Mode.STRICT,
                        flushQueues(kernel, typeChange),
                        oneIn(8) ? DomainType.IDENTITY : DomainType.DMA))
                .caches(new Caches(1 + random.nextInt(2), 1 + random.nextInt(2)))
                .devices(devices)
                .mechanism(mechanism)
                .reservations(reservations(mechanism, devices))
                .exploration(exploration(kernel, cpus, typeChange, ofDma))
                .checks(checks)
                .build();
    }

    private Exploration exploration(KernelProfile kernel, int cpus, boolean typeChange, boolean ofDma) {
        Exploration exploration =
                new Exploration(oneIn(3), oneIn(2), cpus > 1 && oneIn(3), kernel == KernelProfile.V7_1 && oneIn(2));
        if (typeChange) {
            exploration = exploration.with(Exploration.Option.LAZY_SWITCH);
        }
        if (!ofDma) {
            return withGroups(exploration);
        }
        for (Exploration.Option option : Exploration.Option.values()) {
            boolean mistake = option.isMistake();
            boolean ofTables = option == Exploration.Option.MAP_FAILURE
                    || option == Exploration.Option.NO_BOUNCE_SLOT
                    || option == Exploration.Option.ATTACH_FAILURE;
            if ((mistake && oneIn(5)) || (ofTables && oneIn(2))) {
                exploration = exploration.with(option);
            }
        }
        return exploration;
    }

    private Exploration withGroups(Exploration others) {
        Exploration exploration = others;
        for (Exploration.Option option : List.of(Exploration.Option.OWNERSHIP, Exploration.Option.TYPE_CHANGE)) {
            exploration = oneIn(4) ? exploration.with(option) : exploration;
        }
        return exploration;
    }

    /** The same device, in one group with all others, with buffers of all kinds and wishes of all kinds. */
    private Device withBuffers(Device device, KernelProfile kernel) {
        List<Buffer> buffers = new ArrayList<>();
        for (int count = 1 + random.nextInt(2); count > 0; count--) {
            Buffer buffer = fromKmalloc(kernel, buffer(kernel));
            if (!buffers.contains(buffer)) {
                buffers.add(buffer);
            }
        }
        DmaProperties dma = DmaProperties.of(device.mask())
                .withUntrusted(oneIn(3))
                .withCoherent(!oneIn(3))
                .withMinAlignMask(oneIn(3) ? PAGE - 1 : oneIn(8) ? 2 * PAGE - 1 : 0)
                .withSegments(oneIn(3) ? 2 * PAGE - 1 : -1L, 64 * PAGE)
                .withDeferredAttach(oneIn(4));
        return device.toBuilder()
                .group("shared")
                .buffers(buffers)
                .live(Math.min(device.live(), 2))
                .dma(oneIn(3) ? dma.withCoherentMask(device.mask() - PAGE) : dma)
                .build();
    }

    /** Some memory is from kmalloc, that of lists too. */
    private Buffer fromKmalloc(KernelProfile kernel, Buffer buffer) {
        boolean kmalloc = kernel.bouncesKmalloc()
                && buffer.call() != Buffer.Call.COHERENT
                && buffer.attributes().isEmpty();
        return kmalloc && oneIn(4) ? buffer.with(Buffer.Attribute.KMALLOC) : buffer;
    }

    private Buffer buffer(KernelProfile kernel) {
        Buffer.Segment whole = new Buffer.Segment(PAGE, 0);
        Buffer.Segment inside = new Buffer.Segment(PAGE / 2, PAGE / 4);
        boolean special = oneIn(6);
        Buffer buffer =
                switch (random.nextInt(kernel.hasTwoPhaseMappings() ? 11 : 8)) {
                    case 0 -> Buffer.page(PAGE);
                    case 1 -> Buffer.page(PAGE / 2, PAGE / 4);
                    case 2 -> Buffer.page(PAGE + PAGE / 2, PAGE - 1);
                    case 3 -> Buffer.coherent(oneIn(2) ? PAGE : 2 * PAGE);
                    case 4 -> Buffer.sg(whole, new Buffer.Segment(2 * PAGE, 0));
                    case 5 -> Buffer.sg(inside);
                    case 6 -> Buffer.sg(oneIn(2) ? inside : whole, new Buffer.Segment(PAGE, PAGE - 1));
                    case 7 -> Buffer.sg(whole, inside, new Buffer.Segment(PAGE / 2, 0));
                    case 8 -> Buffer.iova(2 * PAGE, whole, whole);
                    case 9 -> Buffer.iova(3 * PAGE, inside, oneIn(2) ? inside : whole);
                    default -> Buffer.iova(2 * PAGE, whole);
                };
        if (special && buffer.call() == Buffer.Call.SG && buffer.segments().size() == 2) {
            return buffer.with(Buffer.Attribute.UNREACHABLE_PEER);
        }
        return special && buffer.call() != Buffer.Call.COHERENT
                ? buffer.with(oneIn(2) ? Buffer.Attribute.MMIO : Buffer.Attribute.REQUIRE_COHERENT)
                : buffer;
    }

    private Set<KernelBug> bugs() {
        return Set.of(pick(BUGS), pick(OTHER_BUGS));
    }

    private FlushQueues flushQueues(KernelProfile kernel, boolean typeChange) {
        boolean choice = kernel == KernelProfile.V7_1;
        return choice && !typeChange && oneIn(5)
                ? FlushQueues.NONE
                : new FlushQueues(2 + random.nextInt(3), choice && oneIn(3));
    }

    /** The same device under another name, in the same group or in one of its own. */
    private Device twin(Device device, int index) {
        String group = oneIn(3) ? "g" + index : device.group();
        return Device.builder(index, "d" + index)
                .group(group)
                .node(oneIn(2) ? device.node() : "d" + index)
                .bridgeWindows(device.bridgeWindows())
                .requiredType(device.requiredType())
                .bound(oneIn(6) != device.bound())
                .bus(device.bus())
                .streamId(OptionalInt.of(index))
                .mask(device.mask())
                .window(device.window())
                .dmaRanges(device.dmaRanges())
                .iommuRanges(device.iommuRanges())
                .regions(device.regions())
                .mapSizes(device.mapSizes())
                .live(device.live())
                .build();
    }

    private Device device(int index, Mechanism mechanism, int deviceCount) {
        long highest = base + random.nextInt(pages / 2, pages);
        boolean large = deviceCount == 1 && oneIn(12);
        List<Long> sizes = large ? largeSizes() : sizes();
        if (large) {
            highest += 96;
        }
        boolean pci = oneIn(base == 0 ? 6 : 2);
        String group = oneIn(12) ? null : oneIn(2) ? "shared" : "g" + index;
        long low = base + random.nextInt(pages / 2);
        return Device.builder(index, "d" + index)
                .group(group)
                .node(oneIn(6) ? null : oneIn(3) ? "d0" : "d" + index)
                .bus(pci ? Device.Bus.PCI : Device.Bus.PLATFORM)
                .bridgeWindows(pci && oneIn(2) ? extents(1) : List.of())
                .requiredType(oneIn(6) ? pick(DomainType.values()) : null)
                .bound(!oneIn(4))
                .mask((highest + 1) * PAGE - (oneIn(8) ? 100 : 1))
                .window(bytes(oneIn(2) ? base : low, base + 2L * pages + 200))
                .dmaRanges(mechanism == Mechanism.DMA_RANGES ? extents(1 + random.nextInt(2)) : List.of())
                .iommuRanges(mechanism == Mechanism.IOMMU_RANGES ? disjointExtents() : List.of())
                .regions(
                        oneIn(3)
                                ? extents(1).stream()
                                        .map(extent -> new FirmwareRegion(extent, pick(FirmwareRegion.Type.values())))
                                        .toList()
                                : List.of())
                .mapSizes(index > 0 && oneIn(4) ? List.of() : sizes)
                .live(deviceCount == 1 ? 1 + random.nextInt(3) : 1)
                .build();
    }

    private List<Long> sizes() {
        return switch (random.nextInt(5)) {
            case 0 -> List.of(PAGE);
            case 1 -> List.of(2 * PAGE);
            case 2 -> List.of(PAGE, 4 * PAGE);
            case 3 -> List.of(3 * PAGE, PAGE - 1);
            default -> List.of(PAGE, 2 * PAGE);
        };
    }

    private List<Long> largeSizes() {
        return oneIn(2) ? List.of(33 * PAGE, PAGE) : List.of(32 * PAGE, 40 * PAGE);
    }

    private List<Reservation> reservations(Mechanism mechanism, List<Device> devices) {
        List<Reservation> reservations = new ArrayList<>();
        if (!mechanism.isCall() && mechanism != Mechanism.IOMMU_ADDRESSES) {
            return reservations;
        }
        for (int count = 1 + random.nextInt(oneIn(3) ? 3 : 2); count > 0; count--) {
            if (!reservations.isEmpty() && oneIn(3)) {
                reservations.add(forNext(reservations, devices.size()));
                continue;
            }
            int device = random.nextInt(devices.size());
            String node = mechanism == Mechanism.IOMMU_ADDRESSES && oneIn(3) ? "d0" : null;
            reservations.add(reservation(reservations.size(), device, node));
        }
        return reservations;
    }

    /** What the last one asks for, by the next device. */
    private static Reservation forNext(List<Reservation> reservations, int devices) {
        Reservation last = reservations.get(reservations.size() - 1);
        int device = last.node() == null ? (last.device() + 1) % devices : last.device();
        return new Reservation(reservations.size(), device, last.node(), last.start(), last.length(), last.when());
    }

    private Reservation reservation(int index, int device, @Nullable String node) {
        Extent extent = extents(1).get(0);
        long start = extent.first();
        long length = extent.size();
        switch (random.nextInt(16)) {
            case 0 -> length = 0;
            case 1 -> {
                start = 0;
                length = 0;
            }
            case 2 -> {
                start = -PAGE;
                length = 2 * PAGE;
            }
            case 3 -> length = -start; // up to the very top
            case 4 -> start += 100; // not aligned
            case 5 -> {
                start += 100;
                length = 0;
            }
            default -> {}
        }
        return new Reservation(index, node == null ? device : -1, node, start, length, pick(Reservation.When.values()));
    }

    private List<Extent> extents(int count) {
        List<Extent> extents = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            long low = base + random.nextInt(pages);
            extents.add(bytes(low, low + random.nextInt(pages / 2)));
        }
        return extents;
    }

    private List<Extent> disjointExtents() {
        long middle = base + 1 + random.nextInt(pages - 2);
        return List.of(
                bytes(middle + 1, middle + 1 + random.nextInt(pages)),
                bytes(base + random.nextInt((int) (middle - base)), middle - (oneIn(2) ? 0 : 1)));
    }

    private static Extent bytes(long firstPage, long lastPage) {
        return new Extent(firstPage * PAGE, (lastPage + 1) * PAGE - 1);
    }

    private boolean oneIn(int count) {
        return random.nextInt(count) == 0;
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
