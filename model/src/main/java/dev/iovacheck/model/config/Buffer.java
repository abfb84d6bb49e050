package dev.iovacheck.model.config;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a driver maps in one go, and the call it does that with.
 *
 * @param call the call
 * @param size bytes, at least 1; the sum of the segments of a scatter list
 * @param offset where the first byte lies inside its granule, in bytes; 0 for coherent memory
 * @param segments of a scatter list, its segments; of a two-phase mapping, the parts that are linked one after the other; otherwise
 *     empty
 * @param attributes what else the driver says of it
 */
public record Buffer(Call call, long size, long offset, List<Segment> segments, Set<Attribute> attributes) {

    /** The calls that map. */
    public enum Call {
        /** {@code dma_map_page} and its relatives: one buffer, streaming mask. */
        PAGE,
        /** {@code dma_map_sgtable}: a scatter list, which gets one range of addresses. */
        SG,
        /** {@code dma_alloc_attrs}: memory that the DMA layer allocates itself, coherent mask. */
        COHERENT,
        /** {@code dma_iova_try_alloc}, {@code dma_iova_link}, {@code dma_iova_sync}: addresses first, memory bit by bit. */
        IOVA;

        /** As configurations write it: {@code page}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a driver may say of a buffer. */
    public enum Attribute {
        /** {@code DMA_ATTR_MMIO}: registers of another device, not memory. */
        MMIO,
        /** {@code DMA_ATTR_REQUIRE_COHERENT}: no bouncing, no cache maintenance. */
        REQUIRE_COHERENT,
        /** A segment of the list lies in a peer device that cannot be reached. */
        UNREACHABLE_PEER,
        /** From {@code kmalloc}, and too small for cache lines of its own: a device that is not coherent must not write there. */
        KMALLOC;

        /** As configurations write it: {@code require-coherent}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Physically contiguous bytes.
     *
     * @param size at least 1
     * @param offset where the first byte lies inside its granule
     */
    public record Segment(long size, long offset) {}

    public Buffer {
        segments = List.copyOf(segments);
        EnumSet<Attribute> copy = EnumSet.noneOf(Attribute.class);
        copy.addAll(attributes);
        attributes = Collections.unmodifiableSet(copy);
    }

    /** A buffer that starts at a granule, for {@code dma_map_page}. */
    public static Buffer page(long size) {
        return new Buffer(Call.PAGE, size, 0, List.of(), Set.of());
    }

    /** A buffer at an offset inside a granule, for {@code dma_map_page}. */
    public static Buffer page(long size, long offset) {
        return new Buffer(Call.PAGE, size, offset, List.of(), Set.of());
    }

    /** Memory from {@code dma_alloc_attrs}. */
    public static Buffer coherent(long size) {
        return new Buffer(Call.COHERENT, size, 0, List.of(), Set.of());
    }

    /** A scatter list. */
    public static Buffer sg(Segment... segments) {
        long size = 0;
        for (Segment segment : segments) {
            size += segment.size();
        }
        return new Buffer(Call.SG, size, segments[0].offset(), List.of(segments), Set.of());
    }

    /** A two-phase mapping of {@code size} bytes, of which these parts are linked in this order. */
    public static Buffer iova(long size, Segment... parts) {
        return new Buffer(Call.IOVA, size, parts[0].offset(), List.of(parts), Set.of());
    }

    /** The same with these attributes. */
    public Buffer with(Attribute... wanted) {
        return new Buffer(call, size, offset, segments, Set.of(wanted));
    }

    /** Whether configurations write its size only. */
    public boolean isPlain() {
        return call == Call.PAGE && offset == 0 && attributes.isEmpty();
    }

    public boolean has(Attribute attribute) {
        return attributes.contains(attribute);
    }
}
