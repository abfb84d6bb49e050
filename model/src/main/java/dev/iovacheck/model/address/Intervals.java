package dev.iovacheck.model.address;

import java.util.ArrayList;
import java.util.List;

/** Lists of extents that are ascending and apart. */
public final class Intervals {

    private Intervals() {}

    /** What is left of {@code from} when {@code taken} is taken away. */
    public static List<Extent> without(List<Extent> from, Extent taken) {
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

    /** What of {@code from} lies in {@code kept}. */
    public static List<Extent> common(List<Extent> from, Extent kept) {
        return from.stream()
                .filter(extent -> extent.intersects(kept))
                .map(extent -> new Extent(
                        Long.compareUnsigned(extent.first(), kept.first()) < 0 ? kept.first() : extent.first(),
                        Long.compareUnsigned(extent.last(), kept.last()) > 0 ? kept.last() : extent.last()))
                .toList();
    }
}
