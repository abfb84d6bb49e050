package dev.iovacheck.engine.naive;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A mapping that a driver holds.
 *
 * @param first its lowest pfn
 * @param device index of the device that holds it
 * @param buffer which of the device's buffers it is
 * @param linked how many of its parts are linked; one more once they are synchronised
 * @param lost whether the domain that it was made in is gone
 * @param others the lowest pfns of the pieces after the first one, of what is mapped piece by piece
 */
record NaiveMapping(long first, int device, int buffer, int linked, boolean lost, List<Long> others) {

    static final Comparator<NaiveMapping> ORDER = Comparator.comparing(NaiveMapping::first, Long::compareUnsigned)
            .thenComparing(NaiveMapping::device)
            .thenComparing(NaiveMapping::buffer)
            .thenComparing(NaiveMapping::linked)
            .thenComparing(NaiveMapping::lost)
            .thenComparing(mapping -> mapping.others().toString());

    NaiveMapping {
        others = List.copyOf(others);
    }

    /** In one piece, with nothing linked. */
    NaiveMapping(long first, int device, int buffer) {
        this(first, device, buffer, 0, false, List.of());
    }

    /** The lowest pfn of each piece. */
    List<Long> firsts() {
        List<Long> firsts = new ArrayList<>(List.of(first));
        firsts.addAll(others);
        return firsts;
    }

    NaiveMapping withLinked(int parts) {
        return new NaiveMapping(first, device, buffer, parts, lost, others);
    }

    NaiveMapping withDeviceRenamed(int[] names) {
        return new NaiveMapping(first, names[device], buffer, linked, lost, others);
    }

    NaiveMapping asLost() {
        return new NaiveMapping(first, device, buffer, linked, true, others);
    }
}
