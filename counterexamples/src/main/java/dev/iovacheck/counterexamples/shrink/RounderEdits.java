package dev.iovacheck.counterexamples.shrink;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Reservation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Configurations with rounder numbers. A number is as rough as it has significant binary digits ({@link #roughness}): a power of two is
 * rounder than {@code 0xc000}, that is rounder than {@code 0xd000}, and 0 is the roundest. So multiples of a granule are rounder than what
 * lies between them.
 *
 * <p>Every edit makes {@link #roughness(Configuration)} less and no buffer, reservation, region or mask larger. Edits of other kinds that make
 * it more take something away or make something smaller that no edit here brings back. So no sequence of edits goes round.
 */
final class RounderEdits {

    private final Configuration from;
    private final int roughness;
    private final List<Edit> edits = new ArrayList<>();

    private RounderEdits(Configuration from) {
        this.from = from;
        roughness = roughness(from);
    }

    /** Of each number the roundest first; sizes, then reservations, then what the hardware is like. */
    static List<Edit> of(Configuration from) {
        RounderEdits rounder = new RounderEdits(from);
        from.devices().forEach(rounder::buffers);
        from.reservations().forEach(rounder::reservation);
        from.devices().forEach(rounder::hardware);
        return rounder.edits;
    }

    // ---- the order ----

    /** How many binary digits are left of a number without the zeros at both ends, from 0 to 64. */
    static int roughness(long number) {
        return number == 0 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(number) - Long.numberOfTrailingZeros(number);
    }

    /** The sum over all sizes, beginnings, ends and limits that edits here change. */
    static int roughness(Configuration configuration) {
        return Stream.concat(
                        configuration.devices().stream().map(RounderEdits::numbers),
                        configuration.reservations().stream()
                                .map(each -> LongStream.of(each.start(), each.length(), each.start() + each.length())))
                .flatMapToLong(numbers -> numbers)
                .mapToInt(RounderEdits::roughness)
                .sum();
    }

    private static LongStream numbers(Device device) {
        LongStream sizes = device.buffers().stream()
                .flatMapToLong(buffer -> LongStream.concat(
                        LongStream.of(buffer.size(), buffer.offset()),
                        buffer.segments().stream()
                                .flatMapToLong(segment -> LongStream.of(segment.size(), segment.offset()))));
        LongStream ranges = Stream.concat(
                        Stream.of(device.window()),
                        Stream.concat(
                                device.iommuRanges().stream(),
                                device.regions().stream().map(FirmwareRegion::extent)))
                .flatMapToLong(extent -> LongStream.of(extent.first(), extent.last() + 1, extent.size()));
        return LongStream.concat(
                LongStream.concat(sizes, ranges),
                LongStream.of(device.mask() + 1, device.doorbell().orElse(0)));
    }

    /** Rounder numbers below this one, the roundest first. */
    private static Set<Long> below(long number) {
        Set<Long> rounder = new LinkedHashSet<>();
        int top = Long.SIZE - Long.numberOfLeadingZeros(number);
        for (int digits = 1; digits < roughness(number); digits++) {
            rounder.add(number & -(1L << (top - digits)));
        }
        return rounder;
    }

    /** Rounder numbers around this one, the roundest first; 0 stands for 2^64 too. */
    private static Set<Long> around(long number) {
        Set<Long> rounder = new LinkedHashSet<>();
        int top = Long.SIZE - Long.numberOfLeadingZeros(number);
        for (int digits = 1; digits < roughness(number); digits++) {
            long unit = 1L << (top - digits);
            rounder.add(number & -unit);
            rounder.add((number & -unit) + unit);
        }
        return rounder;
    }

    private void add(Configuration to) {
        if (roughness(to) < roughness) {
            edits.add(Edit.of(to));
        }
    }

    private void add(Device changed) {
        List<Device> devices = new ArrayList<>(from.devices());
        devices.set(changed.index(), changed);
        add(from.toBuilder().devices(devices).build());
    }

    // ---- sizes ----

    private void buffers(Device device) {
        for (int index = 0; index < device.buffers().size(); index++) {
            Buffer buffer = device.buffers().get(index);
            if (buffer.segments().isEmpty()) {
                for (long size : below(buffer.size())) {
                    replace(
                            device,
                            index,
                            new Buffer(buffer.call(), size, buffer.offset(), List.of(), buffer.attributes()));
                }
                for (long offset : offsets(buffer.offset())) {
                    replace(
                            device,
                            index,
                            new Buffer(buffer.call(), buffer.size(), offset, List.of(), buffer.attributes()));
                }
            } else if (buffer.call() == Buffer.Call.SG) {
                segments(device, index, buffer);
            }
        }
    }

    /** Of a scatter list; the parts of a two-phase mapping have to go with its size. */
    private void segments(Device device, int index, Buffer buffer) {
        for (int number = 0; number < buffer.segments().size(); number++) {
            Buffer.Segment segment = buffer.segments().get(number);
            for (long size : below(segment.size())) {
                replace(device, index, with(buffer, number, new Buffer.Segment(size, segment.offset())));
            }
            for (long offset : offsets(segment.offset())) {
                replace(device, index, with(buffer, number, new Buffer.Segment(segment.size(), offset)));
            }
        }
    }

    private static Set<Long> offsets(long offset) {
        Set<Long> offsets = new LinkedHashSet<>(List.of(0L));
        offsets.addAll(below(offset));
        return offsets;
    }

    private static Buffer with(Buffer buffer, int number, Buffer.Segment other) {
        List<Buffer.Segment> segments = new ArrayList<>(buffer.segments());
        segments.set(number, other);
        long size = segments.stream().mapToLong(Buffer.Segment::size).sum();
        return new Buffer(buffer.call(), size, segments.get(0).offset(), segments, buffer.attributes());
    }

    private void replace(Device device, int index, Buffer other) {
        List<Buffer> buffers = new ArrayList<>(device.buffers());
        buffers.set(index, other);
        add(device.toBuilder().buffers(buffers).build());
    }

    // ---- ranges ----

    /** Elsewhere, at a rounder address; or less of it, from either end. */
    private void reservation(Reservation each) {
        for (long start : around(each.start())) {
            replace(each, start, each.length());
            long less = each.start() + each.length() - start;
            if (Long.compareUnsigned(less, each.length()) < 0) {
                replace(each, start, less);
            }
        }
        for (long length : below(each.length())) {
            replace(each, each.start(), length);
        }
        for (long end : around(each.start() + each.length())) {
            replace(each, end - each.length(), each.length());
            long less = end - each.start();
            if (less != 0 && Long.compareUnsigned(less, each.length()) < 0) {
                replace(each, each.start(), less);
            }
        }
    }

    private void replace(Reservation old, long start, long length) {
        List<Reservation> all = new ArrayList<>(from.reservations());
        all.set(old.index(), new Reservation(old.index(), old.device(), old.node(), start, length, old.when()));
        add(from.toBuilder().reservations(all).build());
    }

    private void hardware(Device device) {
        boolean isOpen = device.window().equals(new Extent(0, device.mask()));
        for (long end : below(device.mask() + 1)) {
            long mask = end - 1;
            Device.Builder to = device.toBuilder().mask(mask);
            add((isOpen ? to.window(new Extent(0, mask)) : to)
                    .dma(
                            device.dma().coherentMask() == device.mask()
                                    ? device.dma().withCoherentMask(mask)
                                    : device.dma())
                    .build());
        }
        if (!isOpen) {
            for (Extent window : rounder(device.window(), true)) {
                add(device.toBuilder().window(window).build());
            }
        }
        for (int index = 0; index < device.iommuRanges().size(); index++) {
            for (Extent range : rounder(device.iommuRanges().get(index), true)) {
                List<Extent> ranges = new ArrayList<>(device.iommuRanges());
                ranges.set(index, range);
                add(device.toBuilder().iommuRanges(ranges).build());
            }
        }
        for (int index = 0; index < device.regions().size(); index++) {
            FirmwareRegion region = device.regions().get(index);
            for (Extent range : rounder(region.extent(), false)) {
                List<FirmwareRegion> regions = new ArrayList<>(device.regions());
                regions.set(index, new FirmwareRegion(range, region.type()));
                add(device.toBuilder().regions(regions).build());
            }
        }
        for (long doorbell : around(device.doorbell().orElse(0))) {
            add(device.toBuilder().doorbell(OptionalLong.of(doorbell)).build());
        }
    }

    /**
     * With a rounder beginning or end, or as a whole at a rounder place.
     *
     * @param mayGrow whether it may become larger: what is usable, not what is taken
     */
    private static List<Extent> rounder(Extent extent, boolean mayGrow) {
        List<Extent> rounder = new ArrayList<>();
        for (long first : around(extent.first())) {
            rounder.addAll(between(first, extent.last()));
            rounder.addAll(between(first, first + (extent.last() - extent.first())));
        }
        for (long end : around(extent.last() + 1)) {
            rounder.addAll(between(extent.first(), end - 1));
            rounder.addAll(between(end - 1 - (extent.last() - extent.first()), end - 1));
        }
        long span = extent.last() - extent.first();
        return rounder.stream()
                .filter(each -> mayGrow || Long.compareUnsigned(each.last() - each.first(), span) <= 0)
                .toList();
    }

    private static List<Extent> between(long first, long last) {
        return Long.compareUnsigned(first, last) <= 0 ? List.of(new Extent(first, last)) : List.of();
    }
}
