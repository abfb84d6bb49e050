package dev.iovacheck.constraint.unroll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class FoldingProperties {

    /** Points keep their order, whether they touch, and their remainder; between two of them is no more than must be. */
    @Property
    void pointsKeepWhatIsAskedOfThem(
            @ForAll @Size(max = 6) List<@LongRange(max = (1L << 40) + 9) Long> known,
            @ForAll @LongRange(min = 1, max = 1L << 40) long granules,
            @ForAll @IntRange(max = 6) int ends,
            @ForAll @IntRange(max = 8) int order) {
        long alignment = 1L << order;
        Folding folding = new Folding(granules, known, ends, 3, alignment);
        TreeSet<Long> points = new TreeSet<>(List.of(0L, granules - 1, granules));
        known.stream().filter(point -> point < granules).forEach(points::add);
        List<Long> all = new ArrayList<>(points);
        for (int index = 0; index < all.size(); index++) {
            long point = all.get(index);
            int number = folding.of(point);
            assertEquals(point % alignment, number % alignment);
            assertEquals(point, folding.pfn(number, new TreeSet<>()));
            if (index > 0) {
                long between = point - all.get(index - 1);
                int left = number - folding.of(all.get(index - 1));
                // A point that is not known, or a neighbour of one, may lie between them.
                long most = 3 * ((ends + 1) * 10L * alignment + alignment) + 4;
                assertTrue(left <= between && left <= most, between + " has become " + left);
                assertTrue(left >= Math.min(between, (ends + 1) * 10L * alignment));
            }
        }
        assertEquals(folding.length(), folding.of(granules));
    }

    /** Wherever ends lie, unfolding keeps their order, whether they touch, and their remainder. */
    @Property
    void endsKeepWhatIsAskedOfThem(
            @ForAll @Size(max = 6) List<@LongRange(max = 1L << 30) Long> known,
            @ForAll @Size(max = 4) List<@IntRange(max = 1 << 16) Integer> raw,
            @ForAll @IntRange(max = 6) int order) {
        long alignment = 1L << order;
        Folding folding = new Folding(1L << 30, known, 4, 3, alignment);
        TreeSet<Integer> ends = new TreeSet<>();
        raw.forEach(end -> ends.add(Math.floorMod(end, Math.toIntExact(folding.length()))));
        TreeSet<Integer> all = new TreeSet<>(ends);
        all.add(0);
        known.stream().filter(point -> point < 1L << 30).forEach(point -> all.add(folding.of(point)));
        Integer previous = null;
        for (int number : all) {
            long pfn = folding.pfn(number, ends);
            assertEquals(number % alignment, pfn % alignment);
            if (previous != null) {
                long before = folding.pfn(previous, ends);
                assertTrue(pfn - before >= number - previous);
                boolean isFar = number - previous >= 10 * alignment;
                assertTrue(isFar || pfn - before == number - previous, "what is near stays near");
            }
            previous = number;
        }
    }
}
