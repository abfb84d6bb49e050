package dev.iovacheck.engine.naive;

import java.util.Comparator;

/**
 * A mapping that a driver holds.
 *
 * @param first its lowest pfn
 * @param device index of the device that holds it
 * @param bytes what the driver asked for
 */
record NaiveMapping(long first, int device, long bytes) {

    static final Comparator<NaiveMapping> ORDER = Comparator.comparing(NaiveMapping::first, Long::compareUnsigned)
            .thenComparing(NaiveMapping::device)
            .thenComparing(NaiveMapping::bytes);
}
