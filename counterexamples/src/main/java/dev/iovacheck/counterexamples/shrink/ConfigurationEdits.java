package dev.iovacheck.counterexamples.shrink;

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
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelBug;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Configurations that are a little smaller or simpler than one. Each edit goes one way only (something is gone, is at its default, or
 * is smaller, or rounder and no larger) or must make the way shorter, so that no sequence of them goes round. An edit may make no sense; the reader of configurations tells.
 */
final class ConfigurationEdits {

    private static final Extent DEFAULT_APERTURE = new Extent(0, (1L << 48) - 1);
    private static final long DEFAULT_MASK = 0xffff_ffffL;
    private static final int DEFAULT_GRANULE_SHIFT = 12;

    /**
     * Kinds of edits, in the order in which they are tried: what takes most away comes first, and before that what makes every attempt
     * cheaper.
     */
    enum Step {
        CONSTANTS("lower CPUs and constants"),
        DEVICES("leave devices out"),
        RESERVATIONS("leave reservations out"),
        OPTIONS("leave options out"),
        DEFAULTS("leave properties out"),
        BUFFERS("leave lines of the workload out"),
        SIZES("make sizes and ranges smaller"),
        LIMITS("limit masks, merge buffers"),
        ROUNDER("make numbers rounder");

        private final String words;

        Step(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    private final Configuration from;
    private final List<Edit> edits = new ArrayList<>();

    private ConfigurationEdits(Configuration from) {
        this.from = from;
    }

    /** All edits of a kind that change something, always in the same order. */
    static List<Edit> of(Step step, Configuration from) {
        ConfigurationEdits edits = new ConfigurationEdits(from);
        switch (step) {
            case DEVICES -> edits.devices();
            case RESERVATIONS -> edits.reservations();
            case BUFFERS -> edits.buffers();
            case OPTIONS -> edits.options();
            case DEFAULTS -> edits.defaults();
            case CONSTANTS -> edits.constants();
            case SIZES -> edits.sizes();
            case LIMITS -> edits.limits();
            case ROUNDER -> edits.edits.addAll(RounderEdits.of(from));
        }
        return edits.edits;
    }

    private void add(Configuration.Builder to) {
        add(Edit.of(to.build()));
    }

    private void add(Edit edit) {
        if (!edit.to().equals(from)) {
            edits.add(edit);
        }
    }

    private void add(Device device, UnaryOperator<Device.Builder> change) {
        add(Edit.of(with(change.apply(device.toBuilder()).build())));
    }

    private Configuration with(Device changed) {
        List<Device> devices = new ArrayList<>(from.devices());
        devices.set(changed.index(), changed);
        return from.toBuilder().devices(devices).build();
    }

    // ---- what goes ----

    private void devices() {
        for (int gone = from.devices().size() - 1; gone >= 0 && from.devices().size() > 1; gone--) {
            int device = gone;
            List<Integer> calls = from.reservations().stream()
                    .filter(each -> each.device() == device)
                    .map(Reservation::index)
                    .toList();
            edits.add(new Edit(withoutDevice(gone), calls, -1, -1, false));
        }
    }

    /** Its reservations go with it. */
    private Configuration withoutDevice(int gone) {
        List<Device> devices = new ArrayList<>();
        int[] now = new int[from.devices().size()];
        for (Device device : from.devices()) {
            now[device.index()] = device.index() == gone ? -1 : devices.size();
            if (device.index() != gone) {
                devices.add(renumbered(device, devices.size()));
            }
        }
        List<Reservation> reservations = new ArrayList<>();
        for (Reservation each : from.reservations()) {
            int device = each.device() < 0 ? -1 : now[each.device()];
            if (device >= 0 || each.device() < 0) {
                reservations.add(new Reservation(
                        reservations.size(), device, each.node(), each.start(), each.length(), each.when()));
            }
        }
        return from.toBuilder().devices(devices).reservations(reservations).build();
    }

    private static Device renumbered(Device device, int index) {
        return Device.builder(index, device.name())
                .group(device.group())
                .node(device.node())
                .bus(device.bus())
                .streamId(device.streamId())
                .mask(device.mask())
                .window(device.window())
                .dmaRanges(device.dmaRanges())
                .iommuRanges(device.iommuRanges())
                .regions(device.regions())
                .bridgeWindows(device.bridgeWindows())
                .dmaRangesCpu(device.dmaRangesCpu())
                .behind(device.behind())
                .doorbell(device.doorbell())
                .requiredType(device.requiredType())
                .bound(device.bound())
                .buffers(device.buffers())
                .live(device.live())
                .dma(device.dma())
                .build();
    }

    private void reservations() {
        for (int gone = from.reservations().size() - 1; gone >= 0; gone--) {
            List<Reservation> left = new ArrayList<>();
            for (Reservation each : from.reservations()) {
                if (each.index() != gone) {
                    left.add(new Reservation(
                            left.size(), each.device(), each.node(), each.start(), each.length(), each.when()));
                }
            }
            edits.add(new Edit(from.toBuilder().reservations(left).build(), List.of(gone), -1, -1, false));
        }
        if (from.reservations().isEmpty()) {
            add(from.toBuilder().mechanism(Mechanism.NONE));
        }
    }

    private void buffers() {
        for (Device device : from.devices()) {
            for (int gone = device.buffers().size() - 1; gone >= 0; gone--) {
                List<Buffer> left = new ArrayList<>(device.buffers());
                left.remove(gone);
                Configuration to = with(device.toBuilder().buffers(left).build());
                edits.add(new Edit(to, List.of(), device.index(), gone, false));
            }
        }
    }

    private void options() {
        for (Reservation each : from.reservations()) {
            replace(each, each.start(), each.length(), Reservation.When.ANY);
        }
        for (Exploration.Option option : from.exploration().options()) {
            EnumSet<Exploration.Option> left = EnumSet.copyOf(from.exploration().options());
            left.remove(option);
            add(from.toBuilder()
                    .exploration(new Exploration(left, from.exploration().interleaving())));
        }
        add(from.toBuilder().exploration(new Exploration(from.exploration().options(), Interleaving.CALLS)));
        add(from.toBuilder().iommu(strict(from.iommu())));
        for (KernelBug bug : from.bugs()) {
            Set<KernelBug> left = new HashSet<>(from.bugs());
            left.remove(bug);
            add(from.toBuilder().bugs(left));
        }
    }

    private static Iommu strict(Iommu iommu) {
        return new Iommu(
                iommu.granuleShift(),
                iommu.aperture(),
                iommu.forceAperture(),
                Iommu.Mode.STRICT,
                iommu.flushQueues(),
                iommu.defaultDomain());
    }

    // ---- what becomes as it is by default ----

    private void defaults() {
        Iommu iommu = from.iommu();
        add(from.toBuilder().iommu(with(iommu, DEFAULT_APERTURE, iommu.forceAperture(), iommu.defaultDomain())));
        add(from.toBuilder().iommu(with(iommu, iommu.aperture(), true, iommu.defaultDomain())));
        add(from.toBuilder().iommu(with(iommu, iommu.aperture(), iommu.forceAperture(), DomainType.DMA)));
        add(from.toBuilder()
                .iommu(new Iommu(
                        DEFAULT_GRANULE_SHIFT,
                        iommu.aperture(),
                        iommu.forceAperture(),
                        iommu.mode(),
                        iommu.flushQueues(),
                        iommu.defaultDomain())));
        from.devices().forEach(this::defaults);
    }

    private static Iommu with(Iommu iommu, Extent aperture, boolean forced, DomainType type) {
        return new Iommu(iommu.granuleShift(), aperture, forced, iommu.mode(), iommu.flushQueues(), type);
    }

    private void defaults(Device device) {
        add(device, to -> to.streamId(OptionalInt.empty()));
        for (FirmwareRegion region : device.regions()) {
            List<FirmwareRegion> left = new ArrayList<>(device.regions());
            left.remove(region);
            add(device, to -> to.regions(left));
        }
        add(device, to -> to.dmaRanges(List.of()).dmaRangesCpu(List.of()));
        add(device, to -> to.dmaRangesCpu(List.of()));
        add(device, to -> to.iommuRanges(List.of()));
        add(device, to -> to.bridgeWindows(List.of()));
        add(device, to -> to.behind(null));
        add(device, to -> to.doorbell(OptionalLong.empty()));
        add(device, to -> to.requiredType(null));
        add(device, to -> to.bound(true));
        add(device, to -> to.node(device.name()));
        DmaProperties dma = device.dma();
        add(device, to -> to.dma(dma.withCoherentMask(device.mask())));
        add(device, to -> to.dma(dma.withUntrusted(false)));
        add(device, to -> to.dma(dma.withCoherent(true)));
        add(device, to -> to.dma(dma.withMinAlignMask(0)));
        add(device, to -> to.dma(dma.withSegments(-1L, DmaProperties.DEFAULT_MAX_SEGMENT)));
        add(device, to -> to.dma(dma.withDeferredAttach(false)));
        add(device, to -> to.bus(Device.Bus.PLATFORM));
        add(device, to -> to.window(new Extent(0, device.mask())));
        if (dma.coherentMask() == device.mask()) {
            boolean wasOpen = device.window().equals(new Extent(0, device.mask()));
            add(device, to -> to.mask(DEFAULT_MASK)
                    .dma(dma.withCoherentMask(DEFAULT_MASK))
                    .window(wasOpen ? new Extent(0, DEFAULT_MASK) : device.window()));
        }
        for (int index = 0; index < device.buffers().size(); index++) {
            Buffer buffer = device.buffers().get(index);
            replace(device, index, Buffer.page(buffer.size()));
            for (int segment = buffer.segments().size() - 1;
                    segment >= 0 && buffer.segments().size() > 1;
                    segment--) {
                replace(device, index, withoutSegment(buffer, segment));
            }
            replace(
                    device,
                    index,
                    new Buffer(buffer.call(), buffer.size(), buffer.offset(), buffer.segments(), Set.of()));
        }
    }

    private static Buffer withoutSegment(Buffer buffer, int gone) {
        List<Buffer.Segment> left = new ArrayList<>(buffer.segments());
        long size = buffer.size() - left.remove(gone).size();
        return new Buffer(buffer.call(), size, left.get(0).offset(), left, buffer.attributes());
    }

    private void replace(Device device, int index, Buffer other) {
        List<Buffer> buffers = new ArrayList<>(device.buffers());
        buffers.set(index, other);
        add(device, to -> to.buffers(buffers));
    }

    private void replace(Reservation old, long start, long length, Reservation.When when) {
        List<Reservation> all = new ArrayList<>(from.reservations());
        all.set(old.index(), new Reservation(old.index(), old.device(), old.node(), start, length, when));
        add(from.toBuilder().reservations(all));
    }

    // ---- what becomes smaller ----

    private void constants() {
        for (int cpus : smaller(from.cpus())) {
            add(from.toBuilder().cpus(cpus));
        }
        Caches caches = from.caches();
        for (int magazine : smaller(caches.magazineSize())) {
            add(from.toBuilder().caches(new Caches(magazine, caches.depotSize())));
        }
        for (int depot : smaller(caches.depotSize())) {
            add(from.toBuilder().caches(new Caches(caches.magazineSize(), depot)));
        }
        FlushQueues queues = from.iommu().flushQueues();
        for (int size : smaller(queues.size())) {
            if (size >= FlushQueues.SMALLEST.size()) {
                add(from.toBuilder().iommu(with(new FlushQueues(size, queues.single()))));
            }
        }
        if (queues.single()) {
            add(from.toBuilder().iommu(with(new FlushQueues(queues.size(), false))));
        }
        for (Device device : from.devices()) {
            for (int live : smaller(device.live())) {
                add(device, to -> to.live(live));
            }
        }
    }

    private Iommu with(FlushQueues queues) {
        Iommu iommu = from.iommu();
        return new Iommu(
                iommu.granuleShift(),
                iommu.aperture(),
                iommu.forceAperture(),
                iommu.mode(),
                queues,
                iommu.defaultDomain());
    }

    /** A few smaller numbers, from 1 on; the smallest first. */
    private static List<Integer> smaller(int number) {
        return List.of(1, number / 4, number / 2, number - 1).stream()
                .filter(each -> each >= 1 && each < number)
                .distinct()
                .toList();
    }

    private void sizes() {
        long granule = from.iommu().granule();
        for (Device device : from.devices()) {
            for (int index = 0; index < device.buffers().size(); index++) {
                Buffer buffer = device.buffers().get(index);
                if (buffer.isPlain()) {
                    for (long size : List.of(granule, rounded(buffer.size() >>> 1, granule))) {
                        if (Long.compareUnsigned(size, buffer.size()) < 0) {
                            replace(device, index, Buffer.page(size));
                        }
                    }
                }
            }
        }
        for (Reservation each : from.reservations()) {
            if (each.length() > granule && !each.wraps()) {
                long half = rounded(each.length() >>> 1, granule);
                long end = each.start() + each.length();
                replace(each, each.start(), granule, each.when());
                replace(each, end - granule, granule, each.when());
                if (half < each.length()) {
                    replace(each, each.start(), half, each.when());
                    replace(each, end - half, half, each.when());
                }
            }
        }
    }

    // ---- what makes ways shorter ----

    /** In less space fewer mappings lie in the way, and a large one takes the place of several. */
    private void limits() {
        for (Device device : from.devices()) {
            for (int bits = from.iommu().granuleShift(); bits < Long.SIZE; bits++) {
                long mask = (1L << bits) - 1;
                boolean isLower = Long.compareUnsigned(mask, device.mask()) < 0;
                if (isLower && Long.compareUnsigned(device.window().first(), mask) <= 0) {
                    long last = device.window().contains(mask)
                            ? mask
                            : device.window().last();
                    edits.add(Edit.toShorten(with(device.toBuilder()
                            .mask(mask)
                            .window(new Extent(device.window().first(), last))
                            .dma(device.dma().withCoherentMask(mask))
                            .build())));
                }
            }
            for (int index = 0; index < device.buffers().size(); index++) {
                Buffer buffer = device.buffers().get(index);
                for (int times = 8; times > 1 && buffer.isPlain(); times /= 2) {
                    if (buffer.size() > 0 && buffer.size() * times > buffer.size()) {
                        List<Buffer> buffers = new ArrayList<>(device.buffers());
                        buffers.set(index, Buffer.page(buffer.size() * times));
                        edits.add(Edit.toShorten(
                                with(device.toBuilder().buffers(buffers).build())));
                    }
                }
            }
        }
    }

    private static long rounded(long size, long granule) {
        return Math.max(granule, (size + granule - 1) & -granule);
    }
}
