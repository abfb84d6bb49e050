package dev.iovacheck.constraint.unroll;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The granules that a device can be given, with long stretches cut short, so that windows of any size fit into the numbers of a solver.
 *
 * <p>Why nothing is lost: call the limits and the ends of what is reserved from the start <em>points</em>, and the ends of ranges that calls
 * reserve in a run <em>ends</em>. A range that the allocator finds lies right below a point, an end, or a range that it found before, rounded
 * down to a multiple of the largest alignment at most. After so many maps, all ranges lie within {@code 2 * maps} alignments
 * below a point or an end. What lies between such a heap of ranges and the next point or end below has neither in it, and while it is longer than two
 * alignments, its length makes no difference: everything that is asked for fits, and only the order of granules, whether ranges touch, and
 * remainders modulo alignments are looked at. A stretch between two points is cut, by a multiple of the alignment, to a
 * length at which some part between two ends must still be that long, wherever these lie. So a run in the full space has one in the folded
 * space and the other way round; the part that is long enough is where {@link #pfn} unfolds it.
 */
final class Folding {

    /** A stretch that begins at a point, in granules of the full space, and how many granules of it are cut. */
    private record Stretch(long first, long length, long cut) {

        long left() {
            return length - cut;
        }
    }

    private final List<Stretch> stretches = new ArrayList<>();
    private final long length;

    /**
     * @param granules how many there are, from 0 on
     * @param known points, exclusive of 0 and the last granule; each is one with its neighbours
     * @param ends how many ends calls can place among them
     * @param maps how many ranges can be found in a run
     * @param alignment the largest alignment, a power of two; no request takes more
     */
    Folding(long granules, Collection<Long> known, int ends, int maps, long alignment) {
        TreeSet<Long> points = new TreeSet<>();
        for (long point : known) {
            for (long each = point - 1; each <= point + 1; each++) {
                if (each > 0 && each < granules) {
                    points.add(each);
                }
            }
        }
        points.add(0L);
        points.add(granules - 1);
        points.add(granules);
        long enough = Math.multiplyExact(2L * (maps + 2), alignment);
        long kept = Math.multiplyExact(ends + 1L, enough);
        long left = 0;
        long previous = 0;
        for (long point : points.tailSet(1L)) {
            long between = point - previous;
            long cut = between - kept < 0 ? 0 : (between - kept) / alignment * alignment;
            stretches.add(new Stretch(previous, between, cut));
            left += between - cut;
            previous = point;
        }
        length = left;
    }

    /** How many granules are left. */
    long length() {
        return length;
    }

    /**
     * The number that a point has here.
     *
     * @throws IllegalArgumentException if it lies inside of a stretch that is cut
     */
    int of(long point) {
        long number = 0;
        for (Stretch stretch : stretches) {
            if (point < stretch.first + stretch.length) {
                if (stretch.cut > 0 && point > stretch.first) {
                    throw new IllegalArgumentException("granule " + point + " is no point");
                }
                return Math.toIntExact(number + point - stretch.first);
            }
            number += stretch.left();
        }
        return Math.toIntExact(number + point - previousEnd());
    }

    private long previousEnd() {
        Stretch last = stretches.get(stretches.size() - 1);
        return last.first + last.length;
    }

    /**
     * The granule that a number stands for in a run with these ends.
     *
     * @param number a point or one of the ends
     * @param ends all ends of the run, as numbers
     */
    long pfn(int number, NavigableSet<Integer> ends) {
        long from = 0;
        for (Stretch stretch : stretches) {
            long until = from + stretch.left();
            if (number < until) {
                boolean isBeyond = stretch.cut > 0 && number > seam(from, until, ends);
                return stretch.first + number - from + (isBeyond ? stretch.cut : 0);
            }
            from = until;
        }
        return previousEnd() + number - from;
    }

    /** The lower end of the longest part of a stretch: above it, the stretch is unfolded. */
    private static long seam(long from, long until, NavigableSet<Integer> ends) {
        long seam = from;
        long longest = 0;
        long previous = from;
        for (int end : ends.subSet(Math.toIntExact(from), false, Math.toIntExact(until), false)) {
            if (end - previous > longest) {
                longest = end - previous;
                seam = previous;
            }
            previous = end;
        }
        return until - previous > longest ? previous : seam;
    }
}
