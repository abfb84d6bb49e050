package dev.iovacheck.model.allowance;

import dev.iovacheck.model.address.Extent;
import java.util.ArrayList;
import java.util.List;

/** Lists of extents that are ascending and apart. */
final class Intervals {

    private Intervals() {}

    /** What is left of {@code from} when {@code taken} is taken away. */
    static List<Extent> without(List<Extent> from, Extent taken) {
        List<Extent> left = new ArrayList<>();
        for (Extent extent : from) {
            if (!extent.intersects(taken)) {
                left.add(extent);
                continue;
            }
            if (Long.compareUnsigned(extent.first(), taken.first()) < 0) {
                left.add(new Extent(extent.first(), taken.first() - 1));
            }
            if (Long.compareUnsigned(taken.last(), extent.last()) < 0) {
                left.add(new Extent(taken.last() + 1, extent.last()));
            }
        }
        return left;
    }
}
