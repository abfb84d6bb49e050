package dev.iovacheck.engine.naive;

import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is fixed about a buffer before it is mapped.
 *
 * @param index its place among the buffers of its device
 * @param pages granules that it takes
 * @param limit highest byte that its addresses may end at
 * @param bounced whether it is copied into a slot as a whole
 * @param bouncedInVain whether it must be bounced and must not be
 * @param asPage whether it is unmapped like a page: it is one, or each segment of it is treated like one
 * @param parts what is linked, if it is mapped in two phases
 * @param piecemeal whether it is a list that is not mapped as one: each segment is mapped as if somebody had asked for it alone
 * @param pieces its segments then, as buffers of their own, if there are several; otherwise empty
 */
record NaiveBuffer(
        int index,
        Buffer buffer,
        long pages,
        long limit,
        boolean bounced,
        boolean bouncedInVain,
        boolean asPage,
        List<Part> parts,
        boolean piecemeal,
        List<NaiveBuffer> pieces) {

    /**
     * A part of a two-phase mapping.
     *
     * @param first its first granule, counted from that of the mapping
     * @param pages its granules
     * @param upTo granules of the mapping up to its end
     * @param late whether it is not the first and does not begin at a granule of memory
     * @param askew whether it does not begin at a granule of addresses
     */
    record Part(long first, long pages, long upTo, boolean late, boolean askew, boolean bounced) {}

    static NaiveBuffer of(Configuration configuration, Device device, int index) {
        Buffer buffer = device.buffers().get(index);
        NaiveBuffer whole = of(configuration, device, index, buffer);
        if (!whole.piecemeal || buffer.segments().size() == 1) {
            return whole;
        }
        return whole.in(buffer.segments().stream()
                .map(segment -> Buffer.sg(segment).with(buffer.attributes().toArray(Buffer.Attribute[]::new)))
                .map(segment -> of(configuration, device, index, segment))
                .toList());
    }

    private NaiveBuffer in(List<NaiveBuffer> segments) {
        return new NaiveBuffer(index, buffer, pages, limit, bounced, bouncedInVain, asPage, parts, piecemeal, segments);
    }

    /** What has addresses of its own: it, or each of its segments. */
    List<NaiveBuffer> ranges() {
        return pieces.isEmpty() ? List.of(this) : pieces;
    }

    private static NaiveBuffer of(Configuration configuration, Device device, int index, Buffer buffer) {
        long granule = configuration.iommu().granule();
        boolean suspect = device.dma().untrusted()
                || (buffer.has(Buffer.Attribute.KMALLOC) && !device.dma().coherent());
        boolean ragged = buffer.size() % granule != 0 || buffer.offset() % granule != 0;
        boolean whole = buffer.call() == Buffer.Call.PAGE || buffer.call() == Buffer.Call.SG;
        boolean bounced = suspect && ragged && whole;
        boolean refuses = buffer.has(Buffer.Attribute.MMIO) || buffer.has(Buffer.Attribute.REQUIRE_COHERENT);
        long offset = bounced ? buffer.offset() % (device.dma().minAlignMask() + 1) : buffer.offset();
        long bytes = buffer.size() + offset;
        boolean piecemeal = buffer.call() == Buffer.Call.SG && suspect;
        if (buffer.call() == Buffer.Call.SG && !piecemeal) {
            bytes = length(buffer, device.dma().segmentBoundary(), granule);
        }
        long mask = buffer.call() == Buffer.Call.COHERENT ? device.dma().coherentMask() : device.mask();
        Device masked = device.toBuilder().mask(mask).build();
        return new NaiveBuffer(
                index,
                buffer,
                (bytes + granule - 1) / granule,
                NaiveDevice.of(configuration, masked).limit(),
                bounced,
                bounced && refuses,
                buffer.call() == Buffer.Call.PAGE || piecemeal,
                buffer.call() == Buffer.Call.IOVA ? parts(buffer, granule, suspect) : List.of(),
                piecemeal,
                List.of());
    }

    /** Segments one after the other, each in granules of its own, none across a boundary unless it begins at one. */
    private static long length(Buffer buffer, long boundary, long granule) {
        long at = 0;
        for (Buffer.Segment segment : buffer.segments()) {
            long bytes = (segment.offset() + segment.size() + granule - 1) / granule * granule;
            if (boundary != -1L && at % (boundary + 1) != 0) {
                long next = (at / (boundary + 1) + 1) * (boundary + 1);
                at = at + bytes - 1 > next ? next : at;
            }
            at += bytes;
        }
        return at;
    }

    private static List<Part> parts(Buffer buffer, long granule, boolean suspect) {
        List<Part> parts = new ArrayList<>();
        long at = buffer.offset();
        for (Buffer.Segment segment : buffer.segments()) {
            long begin = at - segment.offset();
            long end = at + segment.size();
            parts.add(new Part(
                    begin / granule,
                    (segment.offset() + segment.size() + granule - 1) / granule,
                    (end + granule - 1) / granule,
                    segment.offset() != 0 && !parts.isEmpty(),
                    begin % granule != 0,
                    suspect && (segment.size() % granule != 0 || segment.offset() % granule != 0)));
            at = end;
        }
        return parts;
    }

    /** How many of its granules are mapped once so many parts are linked; of other buffers all are. */
    long mappedPages(int linked) {
        if (buffer.call() != Buffer.Call.IOVA) {
            return pages;
        }
        return linked == 0 ? 0 : parts.get(Math.min(linked, parts.size()) - 1).upTo();
    }

    /** Numbers of granules that undoing it, whole or in part, can give back. */
    Set<Long> freed() {
        Set<Long> freed = new TreeSet<>();
        ranges().forEach(range -> freed.add(range.pages));
        parts.forEach(part -> freed.add(part.upTo()));
        return freed;
    }

    /** Whether the device needs more low bits of an address than a granule has, and the kernel asks. */
    static boolean wantsTooManyBits(Configuration configuration, Device device) {
        return configuration.kernel() == KernelProfile.V7_1
                && device.dma().minAlignMask() >= configuration.iommu().granule();
    }
}
