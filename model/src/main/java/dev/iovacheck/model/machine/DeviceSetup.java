package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What firmware, bus and kernel make of one device before its driver does anything: the part of the DMA set-up that never changes
 * while the machine runs.
 */
public final class DeviceSetup {

    private final Device device;
    private final int granuleShift;
    private final long dmaLimit;
    private final long basePfn;
    private final boolean rangeOutsideAperture;
    private final BridgeWindows windows;
    private final List<SetupRegion> regions;
    private final List<FirmwareRegion> reported;
    private final long coherentLimit;
    private final long[] mapPfns;
    private final long[] nodePfns;
    private final BufferSetup[] buffers;

    /** The place of the first segment of each buffer's list among the sizes; that of the buffer itself if it has one range only. */
    private final int[] firstRanges;

    /** The buffer that each size belongs to, by size. */
    private final int[] bufferOf;

    /** The sizes of all ranges of all buffers that its driver maps. */
    private final int[] requested;

    DeviceSetup(Configuration configuration, Device device, @Nullable Defect defect) {
        this.device = device;
        Iommu iommu = configuration.iommu();
        granuleShift = iommu.granuleShift();
        dmaLimit = dmaLimit(device, device.mask(), iommu);
        coherentLimit = dmaLimit(device, device.dma().coherentMask(), iommu);
        basePfn = basePfn(device, configuration.kernel(), iommu);
        rangeOutsideAperture = isRangeOutsideAperture(device, configuration.kernel(), iommu);
        windows = BridgeWindows.of(configuration, device);
        regions = regions(configuration, device, windows);
        reported = regions.stream()
                .filter(SetupRegion::isReported)
                .map(region -> new FirmwareRegion(region.extent(), Objects.requireNonNull(region.known())))
                .toList();
        // More than drivers map: the page of a doorbell, then the segments of lists that are mapped one by one.
        List<Buffer> sizes = new ArrayList<>(device.buffers());
        sizes.add(Buffer.page(iommu.granule()));
        firstRanges = new int[sizes.size()];
        for (int buffer = 0; buffer < firstRanges.length; buffer++) {
            List<Buffer> ranges = BufferSetup.ranges(configuration, device, sizes.get(buffer));
            firstRanges[buffer] = ranges.size() > 1 ? sizes.size() : buffer;
            sizes.addAll(ranges.size() > 1 ? ranges : List.of());
        }
        bufferOf = new int[sizes.size()];
        mapPfns = new long[sizes.size()];
        nodePfns = new long[sizes.size()];
        buffers = new BufferSetup[sizes.size()];
        for (int size = 0; size < mapPfns.length; size++) {
            bufferOf[size] = size < firstRanges.length ? size : bufferWithRange(size);
            buffers[size] = new BufferSetup(configuration, device, sizes.get(size), defect);
            mapPfns[size] = buffers[size].pages();
            int order = IovaDomain.order(buffers[size].takenPages());
            nodePfns[size] = order < AllocatorConstants.ORDERS ? 1L << order : buffers[size].takenPages();
        }
        requested = IntStream.range(0, mapSizeCount()).flatMap(this::ranges).toArray();
    }

    private IntStream ranges(int buffer) {
        return IntStream.range(0, rangeCount(buffer)).map(number -> range(buffer, number));
    }

    private int bufferWithRange(int size) {
        int buffer = firstRanges.length - 1;
        while (firstRanges[buffer] == buffer || firstRanges[buffer] > size) {
            buffer--;
        }
        return buffer;
    }

    /**
     * The highest byte an allocation for this device may end at: the smaller of DMA mask and bus limit, 0 meaning "no limit given";
     * with a forced aperture also its last byte. {@code iommu_dma_alloc_iova}, derived.
     */
    private static long dmaLimit(Device device, long mask, Iommu iommu) {
        long busLimit = highest(device);
        long limit = mask;
        if (busLimit != 0 && (limit == 0 || Long.compareUnsigned(busLimit, limit) < 0)) {
            limit = busLimit;
        }
        if (iommu.forceAperture() && Long.compareUnsigned(iommu.aperture().last(), limit) < 0) {
            limit = iommu.aperture().last();
        }
        return limit;
    }

    /** {@code bus_dma_limit}: the end of the highest range; 0 without ranges. {@code of_dma_configure_id}, derived. */
    private static long highest(Device device) {
        return device.dmaRanges().stream()
                .map(Extent::last)
                .max(Long::compareUnsigned)
                .orElse(0L);
    }

    private static long lowest(Device device) {
        return device.dmaRanges().stream()
                .map(Extent::first)
                .min(Long::compareUnsigned)
                .orElse(0L);
    }

    /**
     * {@code start_pfn} as this device would have it: at least 1, so that 0 can mean failure, and not below the aperture. In 6.1 also
     * not below the lowest {@code dma-ranges} address; in 7.1 that address plays no part. {@code iommu_dma_init_domain}, derived.
     */
    private static long basePfn(Device device, KernelProfile kernel, Iommu iommu) {
        int shift = iommu.granuleShift();
        long base = 1;
        if (kernel.dmaRangesGiveLowerBound()) {
            base = max(base, lowest(device) >>> shift);
            if (iommu.forceAperture()) {
                base = max(base, iommu.aperture().first() >>> shift);
            }
        } else {
            base = max(base, iommu.aperture().first() >>> shift);
        }
        return base;
    }

    /** The sanity check that ends in {@code -EFAULT}. {@code iommu_dma_init_domain}, derived. */
    private static boolean isRangeOutsideAperture(Device device, KernelProfile kernel, Iommu iommu) {
        boolean checked = kernel.dmaRangesGiveLowerBound()
                ? iommu.forceAperture()
                : !device.dmaRanges().isEmpty();
        if (!checked) {
            return false;
        }
        long highest = device.dmaRanges().isEmpty() ? device.mask() : highest(device);
        return Long.compareUnsigned(lowest(device), iommu.aperture().last()) > 0
                || Long.compareUnsigned(highest, iommu.aperture().first()) < 0;
    }

    /**
     * What the bridge's windows leave out or take, then {@code iommu_get_resv_regions}: what firmware reports, and what the device tree says
     * through the mechanism. The order is that of the configuration; the allocator treats all types alike but {@code SW_MSI}, which
     * it does not look at (derived).
     */
    private static List<SetupRegion> regions(Configuration configuration, Device device, BridgeWindows windows) {
        List<SetupRegion> all = new ArrayList<>();
        windows.reserved().forEach(extent -> all.add(new SetupRegion(extent, null, null, true)));
        boolean endsEarly = windows.refused();
        Device bridge = bridgeOf(configuration, device);
        for (FirmwareRegion region : device.regions()) {
            all.add(region(region, known(configuration, region, false), endsEarly));
        }
        if (bridge != null) {
            for (FirmwareRegion region : bridge.regions()) {
                all.add(region(region, known(configuration, region, true), endsEarly));
            }
        }
        for (Extent extent : fromDeviceTree(configuration, device)) {
            all.add(region(
                    new FirmwareRegion(extent, FirmwareRegion.Type.RESERVED), FirmwareRegion.Type.RESERVED, endsEarly));
        }
        return List.copyOf(all);
    }

    private static SetupRegion region(
            FirmwareRegion region, FirmwareRegion.@Nullable Type known, boolean setUpEndsEarly) {
        boolean carved = known != null && known != FirmwareRegion.Type.SW_MSI && !setUpEndsEarly;
        return new SetupRegion(region.extent(), region.type(), known, carved);
    }

    private static @Nullable Device bridgeOf(Configuration configuration, Device device) {
        return configuration.devices().stream()
                .filter(other -> other.name().equals(device.behind()))
                .findFirst()
                .orElse(null);
    }

    /** What the IOMMU driver reports a region as; {@code null} if it does not. */
    private static FirmwareRegion.@Nullable Type known(
            Configuration configuration, FirmwareRegion region, boolean ofBridge) {
        FirmwareRegion.Type type = region.type();
        Set<KernelBug> bugs = configuration.bugs();
        boolean missed = (ofBridge && bugs.contains(KernelBug.B36))
                || (type == FirmwareRegion.Type.MSI && bugs.contains(KernelBug.B38))
                || (type == FirmwareRegion.Type.RESERVED && bugs.contains(KernelBug.B44));
        if (missed) {
            return null;
        }
        boolean madeHard = type == FirmwareRegion.Type.DIRECT_RELAXABLE && bugs.contains(KernelBug.B35);
        return madeHard ? FirmwareRegion.Type.DIRECT : type;
    }

    private static List<Extent> fromDeviceTree(Configuration configuration, Device device) {
        List<Extent> regions = new ArrayList<>();
        if (configuration.mechanism() == Mechanism.IOMMU_ADDRESSES
                && configuration.kernel().readsIommuAddresses()) {
            for (Reservation reservation : configuration.reservations()) {
                Extent extent = reservation.promised();
                if (extent != null && isOnNodeOf(device, reservation, configuration)) {
                    regions.add(extent);
                }
            }
        }
        if (configuration.mechanism() == Mechanism.IOMMU_RANGES
                && !device.iommuRanges().isEmpty()) {
            addComplement(device.iommuRanges(), configuration.iommu().aperture(), regions);
        }
        return regions;
    }

    /** The parser looks at the node a device has; two devices with one node get the same regions (derived). */
    private static boolean isOnNodeOf(Device device, Reservation reservation, Configuration configuration) {
        if (device.node() == null) {
            return false;
        }
        String node = reservation.node() != null
                ? reservation.node()
                : configuration.devices().get(reservation.device()).node();
        return device.node().equals(node);
    }

    /** Everything in the aperture that {@code iommu-ranges} does not list. The kernel side is in review (unverified). */
    private static void addComplement(List<Extent> usable, Extent aperture, List<Extent> regions) {
        List<Extent> sorted = new ArrayList<>(usable);
        sorted.sort(Comparator.comparing(Extent::first, Long::compareUnsigned));
        long from = aperture.first();
        for (Extent range : sorted) {
            if (Long.compareUnsigned(range.first(), aperture.last()) > 0) {
                break;
            }
            if (Long.compareUnsigned(from, range.first()) < 0) {
                regions.add(new Extent(from, range.first() - 1));
            }
            if (Long.compareUnsigned(range.last(), aperture.last()) >= 0) {
                return;
            }
            from = max(from, range.last() + 1);
        }
        regions.add(new Extent(from, aperture.last()));
    }

    private static long max(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? b : a;
    }

    public Device device() {
        return device;
    }

    /** Highest byte that an allocation may end at, inclusive. */
    public long dmaLimit() {
        return dmaLimit;
    }

    /** The same for a buffer: coherent memory goes by the coherent mask. */
    public long limit(int size) {
        return buffers[size].call() == Buffer.Call.COHERENT ? coherentLimit : dmaLimit;
    }

    /** The higher one of the limits for its buffers and for coherent memory. */
    long highestLimit() {
        return max(dmaLimit, coherentLimit);
    }

    /** What the DMA layer makes of one of its buffers, or of a segment that has a range of its own. */
    public BufferSetup buffer(int size) {
        return buffers[size];
    }

    /** {@code start_pfn} of a domain that this device initialises. */
    public long basePfn() {
        return basePfn;
    }

    /** Whether domain initialisation fails with {@code -EFAULT} because {@code dma-ranges} and aperture have nothing in common. */
    public boolean rangeOutsideAperture() {
        return rangeOutsideAperture;
    }

    /**
     * Whether the kernel refuses the DMA windows of its PCI host bridge, so that the first initialisation of a domain by this device ends
     * with {@code -EINVAL} before its regions are reserved. {@code iova_reserve_pci_windows}, derived.
     */
    public boolean windowsRefused() {
        return windows.refused();
    }

    /** Whether these windows really overlap. */
    public boolean windowsOverlap() {
        return windows.overlap();
    }

    /** All that is to be kept free for it, in the order in which the kernel reserves it: bridge windows, then regions. */
    public List<SetupRegion> regions() {
        return regions;
    }

    /** What the kernel reports for it ({@code iommu_get_resv_regions}), in its order. */
    public List<FirmwareRegion> reported() {
        return reported;
    }

    /** Whether the first initialisation of a domain by this device needs memory for MSI pages. */
    boolean needsMsiPages() {
        return firstMsiRegion() < regions.size();
    }

    private int firstMsiRegion() {
        int place = 0;
        while (place < regions.size()
                && !(regions.get(place).carved() && regions.get(place).known() == FirmwareRegion.Type.MSI)) {
            place++;
        }
        return place;
    }

    /** How many of {@link #regions} a first initialisation comes to, those included that are not carved out. */
    int reached(MissingMemory missing) {
        return switch (missing) {
            case NONE -> regions.size();
            case CACHES -> 0;
            case MSI_PAGES -> Math.min(firstMsiRegion() + 1, regions.size());
        };
    }

    /**
     * Whether the device must not be put on a blocking domain ({@code require_direct}): it has a region that the kernel takes for a
     * direct one. 7.1; derived.
     */
    boolean requiresDirect() {
        return reported.stream().anyMatch(region -> region.type() == FirmwareRegion.Type.DIRECT);
    }

    /** Whether it has a region that its domain has to map one to one, as far as the kernel knows. */
    boolean hasDirect() {
        return reported.stream().anyMatch(region -> region.type().isDirect());
    }

    /**
     * Whether a granule of {@code firstPfn..lastPfn} (inclusive) is one that the kernel maps one to one for the device: of a direct region it maps the
     * granules from its start rounded up to its end rounded up. {@code iommu_create_device_direct_mappings}, derived.
     */
    public boolean mapsDirect(long firstPfn, long lastPfn) {
        for (int index = 0; index < reported.size(); index++) {
            FirmwareRegion region = reported.get(index);
            if (region.type().isDirect()) {
                Extent bytes = region.extent();
                long first = (bytes.first() >>> granuleShift) + ((bytes.first() & granuleMask()) == 0 ? 0 : 1);
                long last = bytes.last() >>> granuleShift;
                if (Long.compareUnsigned(first, last) <= 0
                        && Long.compareUnsigned(firstPfn, last) <= 0
                        && Long.compareUnsigned(first, lastPfn) <= 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private long granuleMask() {
        return (1L << granuleShift) - 1;
    }

    /** Granules of a map size: the size rounded up. */
    public long mapPfns(int size) {
        return mapPfns[size];
    }

    /** Granules the allocator sets aside for a map size: below 32 rounded up to a power of two (recorded). */
    public long nodePfns(int size) {
        return nodePfns[size];
    }

    /** How many sizes its driver maps. */
    public int mapSizeCount() {
        return firstRanges.length - 1;
    }

    /**
     * How many ranges of addresses a mapping of one of its buffers has: one, or, for a list that is mapped segment by segment, as many as
     * the list has segments.
     */
    public int rangeCount(int buffer) {
        return firstRanges[buffer] == buffer
                ? 1
                : device.buffers().get(buffer).segments().size();
    }

    /** The size of one of these ranges: that of the buffer itself if it has one only. */
    public int range(int buffer, int number) {
        return firstRanges[buffer] + number;
    }

    /** Whether some of its buffers have several ranges. */
    public boolean mapsSegments() {
        return requested.length > mapSizeCount();
    }

    /** The sizes that the allocator is asked for: those of all ranges of its buffers, in the order of the buffers. Not to be changed. */
    int[] requestedSizes() {
        return requested;
    }

    /** How many sizes the allocator is asked for: one for each range of each buffer. */
    public int requestCount() {
        return requested.length;
    }

    /** One of the sizes that the allocator is asked for. */
    public int request(int index) {
        return requested[index];
    }

    /** The buffer that a size belongs to, as its driver knows it: a segment belongs to its list. */
    public int bufferOf(int size) {
        return bufferOf[size];
    }

    /** Which of the ranges of its buffer a size is. */
    public int rangeNumber(int size) {
        return size - firstRanges[bufferOf[size]];
    }

    /** The size, after those that its driver maps, of the page of its doorbell: one granule. Segments come after it. */
    public int doorbellSize() {
        return firstRanges.length - 1;
    }
}
