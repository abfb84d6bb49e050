package dev.iovacheck.engine.naive;

import java.util.Comparator;

/**
 * A mapping that a driver holds.
 *
 * @param first its lowest pfn
 * @param device index of the device that holds it
 * @param buffer which of the device's buffers it is
 * @param linked how many of its parts are linked; one more once they are synchronised
 * @param lost whether the domain that it was made in is gone
 */
record NaiveMapping(long first, int device, int buffer, int linked, boolean lost) {

    static final Comparator<NaiveMapping> ORDER = Comparator.comparing(NaiveMapping::first, Long::compareUnsigned)
            .thenComparing(NaiveMapping::device)
            .thenComparing(NaiveMapping::buffer)
            .thenComparing(NaiveMapping::linked)
            .thenComparing(NaiveMapping::lost);

    NaiveMapping withLinked(int parts) {
        return new NaiveMapping(first, device, buffer, parts, lost);
    }

    NaiveMapping withDeviceRenamed(int[] names) {
        return new NaiveMapping(first, names[device], buffer, linked, lost);
    }

    NaiveMapping asLost() {
        return new NaiveMapping(first, device, buffer, linked, true);
    }
}
