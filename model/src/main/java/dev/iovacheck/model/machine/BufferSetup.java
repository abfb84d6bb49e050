package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Buffer.Attribute;
import dev.iovacheck.model.config.Buffer.Call;
import dev.iovacheck.model.config.Buffer.Segment;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.DmaProperties;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.KernelBug;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the DMA layer makes of one buffer of a device: how many granules it takes, where its bytes and its parts lie in them, what it
 * lets the device reach. None of it depends on the address that the buffer gets, because addresses are naturally aligned.
 *
 * <p>A scatter list of which a segment may have to be bounced is mapped segment by segment, be its segments bounced or not, and each
 * segment gets a range of addresses of its own ({@code iommu_dma_map_sg_swiotlb}, derived): each is a buffer here, beside the list.
 */
public final class BufferSetup {

    private final Buffer buffer;
    private final int granuleShift;
    private final boolean mayBounce;
    private final boolean bounced;
    private final boolean paddingCleared;
    private final long offset;
    private final long pages;
    private final long takenPages;
    private final List<Part> parts;
    private final List<DmaSegment> dmaSegments;
    private final long padding;

    /**
     * A part of a two-phase mapping.
     *
     * @param start where it starts, in bytes from the address of the mapping
     * @param offset where its first byte lies inside its granule of memory
     * @param firstPage the first granule of the mapping that it takes
     * @param pages how many granules it takes
     * @param aligned whether it starts at a granule of addresses once its offset is taken off
     * @param bounced whether it goes through the bounce buffer
     * @param linkedPages granules of the mapping up to its end
     */
    public record Part(
            long start, long offset, long firstPage, long pages, boolean aligned, boolean bounced, long linkedPages) {}

    /**
     * A segment as the device is told of it.
     *
     * @param start in bytes from the first granule of the mapping; of a list that is mapped segment by segment, from that of its own range
     * @param length in bytes
     */
    public record DmaSegment(long start, long length) {}

    BufferSetup(Configuration configuration, Device device, Buffer buffer, @Nullable Defect defect) {
        this.buffer = buffer;
        DmaProperties dma = device.dma();
        granuleShift = configuration.iommu().granuleShift();
        mayBounce = mayBounce(configuration, device, buffer);
        boolean isOne = buffer.call() == Call.PAGE
                || (isListOfPages() && buffer.segments().size() == 1);
        bounced = mayBounce && isOne && isUnaligned(buffer.size(), buffer.offset());
        paddingCleared = !configuration.bugs().contains(KernelBug.B25) && defect != Defect.PADDING_NOT_CLEARED;
        offset = bounced ? buffer.offset() & dma.minAlignMask() : buffer.offset();
        Layout layout = buffer.call() == Call.SG && !mayBounce
                ? new Layout(buffer.segments(), dma, configuration.bugs().contains(KernelBug.B27), defect)
                : null;
        List<BufferSetup> ranges = isOne
                ? List.of()
                : ranges(configuration, device, buffer).stream()
                        .filter(range -> !range.equals(buffer))
                        .map(range -> new BufferSetup(configuration, device, range, defect))
                        .toList();
        if (!ranges.isEmpty()) {
            pages = ranges.stream().mapToLong(BufferSetup::pages).sum();
            takenPages = ranges.stream().mapToLong(BufferSetup::takenPages).sum();
        } else {
            pages = layout == null ? granules(buffer.size() + offset) : layout.length >>> granuleShift;
            boolean roundsTwice = bounced && configuration.bugs().contains(KernelBug.B24);
            takenPages = roundsTwice ? granules((granules(buffer.size()) << granuleShift) + offset) : pages;
        }
        parts = buffer.call() == Call.IOVA ? split() : List.of();
        if (layout != null) {
            dmaSegments = List.copyOf(layout.segments);
        } else if (ranges.isEmpty()) {
            dmaSegments = List.of(new DmaSegment(offset, buffer.size()));
        } else {
            dmaSegments =
                    ranges.stream().flatMap(range -> range.dmaSegments.stream()).toList();
        }
        padding = layout == null ? 0 : layout.padding;
    }

    /** {@code dev_use_swiotlb} and {@code dev_use_sg_swiotlb} (derived). */
    private static boolean mayBounce(Configuration configuration, Device device, Buffer buffer) {
        return device.dma().untrusted()
                || (buffer.has(Attribute.KMALLOC)
                        && !device.dma().coherent()
                        && configuration.kernel().bouncesKmalloc());
    }

    /**
     * What of a buffer gets a range of addresses of its own: the buffer, or each segment of a list of which some may have to be bounced.
     */
    static List<Buffer> ranges(Configuration configuration, Device device, Buffer buffer) {
        if (buffer.call() != Call.SG || !mayBounce(configuration, device, buffer)) {
            return List.of(buffer);
        }
        return buffer.segments().stream()
                .map(segment ->
                        new Buffer(Call.SG, segment.size(), segment.offset(), List.of(segment), buffer.attributes()))
                .toList();
    }

    private long granules(long bytes) {
        return ((bytes - 1) >>> granuleShift) + 1;
    }

    private long inGranule(long bytes) {
        return bytes & (1L << granuleShift) - 1;
    }

    private boolean isUnaligned(long size, long at) {
        return inGranule(size | at) != 0;
    }

    private List<Part> split() {
        List<Part> list = new ArrayList<>();
        long start = 0;
        for (Segment segment : buffer.segments()) {
            long address = offset + start - segment.offset();
            long end = start + segment.size();
            list.add(new Part(
                    start,
                    segment.offset(),
                    address >>> granuleShift,
                    granules(segment.size() + segment.offset()),
                    inGranule(address) == 0,
                    mayBounce && isUnaligned(segment.size(), segment.offset()),
                    granules(offset + end)));
            start = end;
        }
        return list;
    }

    /**
     * How {@code iommu_dma_map_sg} lays a list out in one range of addresses, and how {@code __finalise_sg} tells the driver (derived).
     * A segment that would cross a boundary starts at the next one; the gap before it is mapped as well, onto whatever memory follows
     * the segment before.
     */
    private final class Layout {
        private long length;
        private long padding;
        private final List<DmaSegment> segments = new ArrayList<>();

        Layout(List<Segment> listed, DmaProperties dma, boolean addsIn32Bits, @Nullable Defect defect) {
            long boundary = dma.segmentBoundary();
            long[] taken = new long[listed.size()];
            for (int index = 0; index < taken.length; index++) {
                Segment segment = listed.get(index);
                long bytes = granules(segment.size() + segment.offset()) << granuleShift;
                long gap = -length & boundary;
                if (gap != 0 && Long.compareUnsigned(gap, bytes - 1) < 0 && index > 0) {
                    taken[index - 1] += gap;
                    length += gap;
                    padding += gap;
                }
                taken[index] = bytes;
                length += bytes;
            }
            long start = 0;
            long told = 0;
            for (int index = 0; index < taken.length; index++) {
                Segment segment = listed.get(index);
                // Lengths are unsigned ints. The sum was once compared with the limit after it had wrapped.
                boolean fits = addsIn32Bits
                        ? Long.compareUnsigned(told + segment.size() & 0xffff_ffffL, dma.maxSegment()) <= 0
                        : Long.compareUnsigned(segment.size(), dma.maxSegment() - told) <= 0;
                boolean joins = told != 0 && segment.offset() == 0 && (start & boundary) != 0 && fits;
                if (joins) {
                    told = told + segment.size() & 0xffff_ffffL;
                    int last = segments.size() - 1;
                    segments.set(last, new DmaSegment(segments.get(last).start(), told));
                } else {
                    told = segment.size() & 0xffff_ffffL;
                    segments.add(new DmaSegment(start + segment.offset(), told));
                }
                start += taken[index];
                if (segment.size() + segment.offset() < taken[index]) {
                    told = 0;
                }
            }
            if (defect == Defect.SEGMENT_TOO_SHORT) {
                int last = segments.size() - 1;
                DmaSegment whole = segments.get(last);
                segments.set(last, new DmaSegment(whole.start(), whole.length() - 1));
            }
        }
    }

    public Buffer buffer() {
        return buffer;
    }

    public Call call() {
        return buffer.call();
    }

    /** Bytes that the driver asked for. */
    public long bytes() {
        return buffer.size();
    }

    /** Where its first byte lies inside the first granule of its addresses: the address that the driver gets ends in this. */
    public long offset() {
        return offset;
    }

    /**
     * Whether it goes through the bounce buffer as a whole; parts of a two-phase mapping, and segments that are mapped one by one, have
     * their own answer.
     */
    public boolean isBounced() {
        return bounced;
    }

    /**
     * Whether it is mapped and unmapped as a page is: a page, and each segment of a list that may have to be bounced ({@code
     * iommu_dma_map_sg_swiotlb}, derived).
     */
    boolean isMappedAsPage() {
        return buffer.call() == Call.PAGE || isListOfPages();
    }

    /**
     * Whether it is a scatter list whose segments are mapped each by itself, because one of them may have to be bounced, or such a segment.
     * Then no segment is laid out behind another, none is merged with another, and nobody asks where its memory is.
     */
    public boolean isListOfPages() {
        return buffer.call() == Call.SG && mayBounce;
    }

    /** Granules that it needs: its size and offset, rounded up; all ranges together if it has several. */
    public long pages() {
        return pages;
    }

    /** Granules that this kernel takes and maps for it; more than it needs only with a known bug. */
    public long takenPages() {
        return takenPages;
    }

    /** The parts of a two-phase mapping in the order in which they are linked; otherwise empty. */
    public List<Part> parts() {
        return parts;
    }

    /** How many of its granules are mapped once so many parts are linked. */
    public long linkedPages(int linkedParts) {
        return linkedParts == 0 ? 0 : parts.get(linkedParts - 1).linkedPages();
    }

    /** What the device is told: one segment, or those of a scatter list. */
    public List<DmaSegment> dmaSegments() {
        return dmaSegments;
    }

    /** Bytes between segments of a scatter list that are mapped so that a segment starts at a boundary. */
    public long padding() {
        return padding;
    }

    /** Whether what is left of the granules of a bounce slot is cleared before the device may read it. */
    public boolean isPaddingCleared() {
        return paddingCleared;
    }

    boolean has(Attribute attribute) {
        return buffer.has(attribute);
    }
}
