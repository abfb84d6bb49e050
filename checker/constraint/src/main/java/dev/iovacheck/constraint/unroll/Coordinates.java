package dev.iovacheck.constraint.unroll;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * Granule numbers of 52 bits on small ones. What the device can be given keeps its numbers. Above, the order of granules and which of
 * them touch is all that is ever asked: with {@code dma_32bit_pfn}, the last granule there is, and as many as there are numbers to
 * place, each with its neighbours, every case has its representative.
 */
final class Coordinates {

    /** What the device can be given, and not more than a solver can be asked to place things in. */
    static final int MOST_GRANULES = 1 << 24;

    private final int managed;
    private final long[] beyond;
    private final boolean[] usable;

    /**
     * @param managed how many granules keep their numbers: one more than the last that the device can be given
     * @param known numbers that occur, with their neighbours
     * @param free how many numbers above the managed ones are to be placed
     */
    Coordinates(int managed, long d32, long last, Collection<Long> known, int free) {
        this.managed = managed;
        TreeSet<Long> places = new TreeSet<>();
        TreeSet<Long> gaps = new TreeSet<>();
        for (long pfn : known) {
            around(places, pfn, last);
        }
        around(places, d32, last);
        around(places, last, last);
        // Twice as many as numbers, so that any two can touch or not, at each end of each stretch.
        int room = 2 * free;
        for (long from : new long[] {managed, d32}) {
            for (int step = 0; step < room; step++) {
                places.add(Math.min(from + step, last));
            }
            gaps.add(from + room);
        }
        for (int step = 0; step < room; step++) {
            places.add(last - step);
        }
        gaps.removeAll(places);
        places.addAll(gaps);
        beyond = places.stream()
                .filter(pfn -> pfn >= managed && pfn <= last)
                .mapToLong(Long::longValue)
                .toArray();
        usable = new boolean[beyond.length];
        for (int index = 0; index < usable.length; index++) {
            usable[index] = !gaps.contains(beyond[index]);
        }
    }

    private static void around(Set<Long> places, long pfn, long last) {
        places.add(Math.max(0, pfn - 1));
        places.add(pfn);
        places.add(Math.min(last, pfn + 1));
    }

    /** How many coordinates there are; this number itself stands for the anchor. */
    int count() {
        return managed + beyond.length;
    }

    /** That of the last granule there is. */
    int last() {
        return count() - 1;
    }

    /** @throws IllegalArgumentException if the granule has no coordinate */
    int of(long pfn) {
        if (pfn < managed) {
            return (int) pfn;
        }
        int index = Arrays.binarySearch(beyond, pfn);
        if (index < 0) {
            throw new IllegalArgumentException("no coordinate for granule " + pfn);
        }
        return managed + index;
    }

    /** The granule that a coordinate stands for. */
    long pfn(int coordinate) {
        return coordinate < managed ? coordinate : beyond[coordinate - managed];
    }

    /** Whether a number can be placed there; not between two stretches, where touching would mean nothing. */
    boolean isUsable(int coordinate) {
        return coordinate < managed || usable[coordinate - managed];
    }
}
