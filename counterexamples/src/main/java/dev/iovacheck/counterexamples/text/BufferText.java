package dev.iovacheck.counterexamples.text;

import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Buffer.Segment;
import dev.iovacheck.model.config.Device;
import java.util.stream.Collectors;

/** The calls of the DMA API as drivers write them, with the device for the first argument and addresses for handles. */
public final class BufferText {

    private BufferText() {}

    /** What maps a buffer: {@code dma_map_sgtable(dev, [4 KiB, 8 KiB])}; of one that starts at a granule, {@code map(dev, 4 KiB)}. */
    public static String map(Device device, Buffer buffer) {
        String name = device.name();
        return switch (buffer.call()) {
            case PAGE ->
                buffer.isPlain()
                        ? "map(" + name + ", " + ByteSize.of(buffer.size()) + ")"
                        : "dma_map_phys(" + name + ", " + of(buffer.size(), buffer.offset()) + attributes(buffer) + ")";
            case SG -> "dma_map_sgtable(" + name + ", " + segments(buffer) + attributes(buffer) + ")";
            case COHERENT -> "dma_alloc_attrs(" + name + ", " + ByteSize.of(buffer.size()) + attributes(buffer) + ")";
            case IOVA -> "dma_iova_try_alloc(" + name + ", " + of(buffer.size(), buffer.offset()) + ")";
        };
    }

    /** What undoes it, by its address in bytes. */
    static String unmap(Device device, Buffer buffer, long address, int linked) {
        String name = device.name();
        String at = name + ", " + Hex.of(address);
        return switch (buffer.call()) {
            case PAGE ->
                (buffer.isPlain() ? "unmap(" : "dma_unmap_phys(") + at + ", " + ByteSize.of(buffer.size()) + ")";
            case SG -> "dma_unmap_sgtable(" + at + ", " + segments(buffer) + ")";
            case COHERENT -> "dma_free_attrs(" + at + ", " + ByteSize.of(buffer.size()) + ")";
            case IOVA ->
                linked == 0
                        ? "dma_iova_free(" + at + ")"
                        : "dma_iova_destroy(" + at + ", mapped_len " + ByteSize.of(start(buffer, linked)) + ")";
        };
    }

    /** What undoes a buffer, in general. */
    public static String unmap(Device device, Buffer buffer) {
        return buffer.isPlain()
                ? "unmap of " + ByteSize.of(buffer.size()) + " by " + device.name()
                : "the end of " + map(device, buffer);
    }

    /** What links its part of a two-phase mapping, {@code part} from 0. */
    static String link(Device device, Buffer buffer, long address, int part) {
        Segment segment = buffer.segments().get(part);
        return "dma_iova_link(" + at(device, buffer, address, part) + ", " + of(segment.size(), segment.offset())
                + attributes(buffer) + ")";
    }

    /** What unlinks the part that was linked last. */
    static String unlink(Device device, Buffer buffer, long address, int linked) {
        int part = Math.min(linked, buffer.segments().size()) - 1;
        return "dma_iova_unlink(" + at(device, buffer, address, part) + ", "
                + ByteSize.of(buffer.segments().get(part).size()) + ")";
    }

    static String sync(Device device, Buffer buffer, long address) {
        return "dma_iova_sync(" + device.name() + ", " + Hex.of(address) + ", "
                + ByteSize.of(start(buffer, buffer.segments().size())) + ")";
    }

    private static String at(Device device, Buffer buffer, long address, int part) {
        return device.name() + ", " + Hex.of(address) + " + " + Hex.of(start(buffer, part));
    }

    /** Bytes of the parts before this one. */
    private static long start(Buffer buffer, int part) {
        return buffer.segments().stream().limit(part).mapToLong(Segment::size).sum();
    }

    private static String segments(Buffer buffer) {
        return buffer.segments().stream()
                .map(segment -> of(segment.size(), segment.offset()))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String of(long size, long offset) {
        return offset == 0 ? ByteSize.of(size) : ByteSize.of(size) + " at offset " + Hex.of(offset);
    }

    private static String attributes(Buffer buffer) {
        return buffer.attributes().stream()
                .map(attribute -> switch (attribute) {
                    case MMIO -> ", DMA_ATTR_MMIO";
                    case REQUIRE_COHERENT -> ", DMA_ATTR_REQUIRE_COHERENT";
                    case UNREACHABLE_PEER -> ", with a peer that cannot be reached";
                    case KMALLOC -> ", from kmalloc";
                })
                .collect(Collectors.joining());
    }
}
