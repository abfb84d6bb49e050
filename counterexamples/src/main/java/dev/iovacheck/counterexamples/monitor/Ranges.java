package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.model.address.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Ranges that are apart, each with something that belongs to it, found by unsigned address. */
final class Ranges<T> {

    /**
     * A range.
     *
     * @param last inclusive
     */
    record Entry<T>(long first, long last, T what) {

        Extent extent() {
            return new Extent(first, last);
        }
    }

    private final NavigableMap<Long, Entry<T>> entries = new TreeMap<>(Long::compareUnsigned);

    int count() {
        return entries.size();
    }

    void clear() {
        entries.clear();
    }

    /** Puts a range in; what overlaps it and begins elsewhere stays. */
    void put(long first, long last, T what) {
        entries.put(first, new Entry<>(first, last, what));
    }

    /** The lowest range that has something in common with this one. */
    @Nullable
    Entry<T> intersecting(long first, long last) {
        Map.Entry<Long, Entry<T>> below = entries.floorEntry(first);
        if (below != null && Long.compareUnsigned(below.getValue().last(), first) >= 0) {
            return below.getValue();
        }
        Map.Entry<Long, Entry<T>> above = entries.higherEntry(first);
        return above != null && Long.compareUnsigned(above.getKey(), last) <= 0 ? above.getValue() : null;
    }

    /** The range that begins just here. */
    @Nullable
    Entry<T> at(long first) {
        return entries.get(first);
    }

    /** Takes out the range that begins here. */
    @Nullable
    Entry<T> remove(long first) {
        return entries.remove(first);
    }

    /** Whether a range ends just here. */
    boolean endsAt(long last) {
        Entry<T> entry = intersecting(last, last);
        return entry != null && entry.last() == last;
    }

    /** Whether one range holds all of this one. */
    boolean covers(long first, long last) {
        Map.Entry<Long, Entry<T>> below = entries.floorEntry(first);
        return below != null && Long.compareUnsigned(below.getValue().last(), last) >= 0;
    }

    /** Takes out all that has something in common with a range, and returns it in ascending order. */
    List<Entry<T>> removeIntersecting(long first, long last) {
        List<Entry<T>> removed = new ArrayList<>();
        for (Entry<T> each = intersecting(first, last); each != null; each = intersecting(first, last)) {
            entries.remove(each.first());
            removed.add(each);
        }
        return removed;
    }

    void forEach(BiConsumer<Extent, T> action) {
        entries.values().forEach(entry -> action.accept(entry.extent(), entry.what()));
    }
}
