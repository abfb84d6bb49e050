package dev.iovacheck.constraint.unroll;

import java.util.Arrays;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Granule numbers of 52 bits on small ones. What the device can be given keeps its numbers, or is folded ({@link Folding}). Above, the order of
 * granules and which of them touch is all that is ever asked: with {@code dma_32bit_pfn}, the last granule there is, and as many as
 * there are numbers to place, each with its neighbours, every case has its representative.
 */
final class Coordinates {

    /** What the device can be given, and not more than a solver can be asked to place things in. */
    static final int MOST_GRANULES = 1 << 24;

    private final Folding folding;

    /** How many granules the device can be given, and how many of them are left by folding. */
    private final long managed;

    private final int folded;
    private final long[] beyond;
    private final boolean[] usable;

    /**
     * @param folding the granules that the device can be given
     * @param managed how many these are
     * @param known numbers that occur, with their neighbours
     * @param free how many numbers above the managed ones are to be placed
     */
    Coordinates(Folding folding, long managed, long d32, long last, Collection<Long> known, int free) {
        this.folding = folding;
        this.managed = managed;
        folded = Math.toIntExact(folding.length());
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
        return folded + beyond.length;
    }

    /** That of the last granule there is. */
    int last() {
        return count() - 1;
    }

    /** @throws IllegalArgumentException if the granule has no coordinate */
    int of(long pfn) {
        if (pfn < managed) {
            return folding.of(pfn);
        }
        int index = Arrays.binarySearch(beyond, pfn);
        if (index < 0) {
            throw new IllegalArgumentException("no coordinate for granule " + pfn);
        }
        return folded + index;
    }

    /** The granule that a coordinate stands for in a run in which calls have ends at these coordinates. */
    long pfn(int coordinate, NavigableSet<Integer> ends) {
        return coordinate < folded ? folding.pfn(coordinate, ends) : beyond[coordinate - folded];
    }

    /** Whether a number can be placed there; not between two stretches, where touching would mean nothing. */
    boolean isUsable(int coordinate) {
        return coordinate < folded || usable[coordinate - folded];
    }
}
